using System.Buffers;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// Cuts a file into lines over one pooled buffer. A line has no length limit: beyond <see cref="LongLine"/> its long strings are
/// left out while reading, so that memory stays bounded. What has no line end yet is not a line, but the rest.
/// </summary>
internal sealed class LineFeed(TranscriptBytes file, long offset) : IDisposable
{
    public const int LongLine = 16 * 1024 * 1024;

    private const int FirstSize = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private LongLineShrinker? _shrinker;
    private int _start;
    private int _end;
    private int _searched;
    private long _next = offset;

    /// <summary>Byte behind the last line given, where the next one starts.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Byte at which the last line given starts.</summary>
    public long LineStart { get; private set; } = offset;

    /// <summary>The next line without its end; false where there is no whole line any more. Valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var at = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var end = _searched + at;
                line = _buffer.AsSpan(_start, end - _start);
                if (line.Length > 0 && line[^1] == (byte)'\r') line = line[..^1];
                LineStart = Offset;
                Offset += end - _start + 1 + (_shrinker?.Dropped ?? 0);
                _start = _searched = end + 1;
                _shrinker = null;
                return true;
            }
            _searched = _end;
            if (!Fill())
            {
                line = default;
                return false;
            }
        }
    }

    /// <summary>What stands behind the last line end, once <see cref="TryRead"/> has found no more; the place in the file stays before it.</summary>
    public ReadOnlySpan<byte> Rest => _buffer.AsSpan(_start, _end - _start).TrimEnd((byte)'\r');

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_end, _searched, _start) = (_end - _start, _searched - _start, 0);
        }
        if (_shrinker is null && _end >= LongLine)
        {
            _shrinker = new LongLineShrinker();
            _end = _searched = _shrinker.Shrink(_buffer.AsSpan(0, _end));
        }
        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        var read = file.Read(_buffer.AsSpan(_end), _next);
        if (read == 0) return false;
        _next += read;
        if (_shrinker is not null) read = _shrinker.Shrink(_buffer.AsSpan(_end, read));
        _end += read;
        return true;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}

/// <summary>
/// Leaves out what of a JSON string is longer than <see cref="LongestString"/>, chunk by chunk, and touches nothing behind the line's
/// end. Cuts neither an escape nor a character in two.
/// </summary>
internal sealed class LongLineShrinker
{
    public const int LongestString = 64 * 1024;

    /// <summary>So much before it, leaving out starts where a word ends: half a secret has no shape.</summary>
    private const int LongestWord = 1_024;

    /// <summary>What is longer without its long strings is no line of a transcript: its rest is left out, and it will not be JSON.</summary>
    public const int LongestLine = 64 * 1024 * 1024;

    private bool _inString;
    private bool _dropping;
    private bool _ended;
    private int _escape;
    private int _length;
    private int _kept;

    /// <summary>Bytes left out so far.</summary>
    public long Dropped { get; private set; }

    /// <summary>Shrinks the chunk in place; returns its new length.</summary>
    public int Shrink(Span<byte> chunk)
    {
        if (_ended) return chunk.Length;
        var kept = 0;
        for (var i = 0; i < chunk.Length; i++)
        {
            var value = chunk[i];
            if (value == (byte)'\n')
            {
                _ended = true;
                chunk[i..].CopyTo(chunk[kept..]);
                return kept + chunk.Length - i;
            }
            if (_kept >= LongestLine)
            {
                Dropped++;
                continue;
            }
            if (!_inString)
            {
                _kept++;
                if (value == (byte)'"') (_inString, _dropping, _escape, _length) = (true, false, 0, 0);
                chunk[kept++] = value;
                continue;
            }
            var inEscape = _escape > 0;
            if (inEscape) _escape = _escape == 1 && value == (byte)'u' ? 4 : _escape - 1;
            else if (value == (byte)'"')
            {
                _inString = false;
                chunk[kept++] = value;
                continue;
            }
            else
            {
                // A new character or escape begins here: the only place where leaving out may start.
                if (!_dropping) _dropping = MayStop(value);
                if (value == (byte)'\\') _escape = 1;
            }
            if (_dropping)
            {
                Dropped++;
                continue;
            }
            _length++;
            _kept++;
            chunk[kept++] = value;
        }
        return kept;
    }

    private bool MayStop(byte value) =>
        _length >= LongestString ? (value & 0xC0) != 0x80 : _length >= LongestString - LongestWord && value is (byte)' ' or (byte)'\\';
}
