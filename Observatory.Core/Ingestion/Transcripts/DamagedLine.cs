using System.Text.Json;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// Finds the records in a line that is not one: several glued together, one behind the stub of another that a kill cut short, behind NULs of
/// a power cut, in an array, with a comma after it. What is lost between them is gone, the records are not.
/// </summary>
internal ref struct DamagedLine(ReadOnlySpan<byte> line)
{
    /// <summary>Places tried in vain. Of a stub each object that was open is one, and no record is nested deeper than the reader goes.</summary>
    private const int MostFailures = 300;

    private readonly ReadOnlySpan<byte> _line = line;
    private int _at;
    private int _failures;
    private bool _isInStub;

    /// <summary>The record that was found.</summary>
    public ReadOnlySpan<byte> Record { get; private set; }

    /// <summary>Some of the line belongs to no record.</summary>
    public bool HasLoss { get; private set; }

    /// <summary>Goes to the next record; its fields are read. False behind the last.</summary>
    public bool MoveNext(LineFields fields)
    {
        while (_failures < MostFailures)
        {
            if (_isInStub)
            {
                var next = _line[_at..].IndexOf("{\""u8);
                if (next < 0) return false;
                _at += next;
            }
            else if (!SkipSeparators()) return false;
            if (TryRead(fields)) return true;
        }
        HasLoss = true;
        return false;
    }

    private bool TryRead(LineFields fields)
    {
        var rest = _line[_at..];
        try
        {
            var length = LineScanner.ScanFirst(rest, fields);
            _at += length;
            // What stands whole in a stub is mostly a part of it.
            if (_isInStub && !IsRecord(fields)) return false;
            _isInStub = false;
            Record = rest[..length];
            return true;
        }
        catch (JsonException)
        {
            _failures++;
            _at++;
            HasLoss = _isInStub = true;
            return false;
        }
    }

    /// <summary>False at the end of the line.</summary>
    private bool SkipSeparators()
    {
        while (_at < _line.Length)
        {
            var value = _line[_at];
            HasLoss |= value == 0;
            if (value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or (byte)'[' or (byte)']' or 0) _at++;
            else if (_line[_at..].StartsWith("\uFEFF"u8)) _at += 3;
            else return true;
        }
        return false;
    }

    private static bool IsRecord(LineFields f) => f.Type.Exists && (f.SessionId.Exists || f.Summary.Exists && f.LeafUuid.Exists);
}
