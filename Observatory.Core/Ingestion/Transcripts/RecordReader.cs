using System.Text;
using System.Text.Json;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Reads the records of a file's lines into a batch, and sets aside what cannot be read. One a reading; not thread-safe.</summary>
internal sealed class RecordReader(TranscriptFile file, LineInterpreter interpreter)
{
    /// <summary>Bytes, several times what is kept: a secret that this cuts in two lies behind that.</summary>
    private const int LongestRejectedText = 2_000;

    private readonly LineFields _fields = new();
    private int _rejected;

    /// <param name="line">Without its end.</param>
    /// <param name="number">1-based.</param>
    /// <param name="offset">Byte at which it starts.</param>
    /// <param name="mayGoOn">More of it may come: what is not whole is no fault.</param>
    public void Read(ReadOnlySpan<byte> line, EventBatch batch, long number, long offset, bool mayGoOn = false)
    {
        if (line.StartsWith("\uFEFF"u8)) line = line[3..];
        if (IsBlank(line)) return;
        try
        {
            LineScanner.Scan(line, _fields);
            Interpret(line, line, batch, number, offset);
        }
        catch (JsonException e)
        {
            ReadDamaged(line, batch, number, offset, mayGoOn, e);
        }
    }

    private void ReadDamaged(ReadOnlySpan<byte> line, EventBatch batch, long number, long offset, bool mayGoOn, JsonException error)
    {
        var damaged = new DamagedLine(line);
        var found = 0;
        while (damaged.MoveNext(_fields))
        {
            found++;
            Interpret(line, damaged.Record, batch, number, offset);
        }
        if (mayGoOn || found > 0 && !damaged.HasLoss) return;
        var reason = line.IndexOf((byte)0) >= 0 ? "The line holds NUL bytes; it was not written to the end." : $"The line is not JSON: {Reason(error)}";
        Reject(line, batch, number, offset, found == 0 ? reason : $"{reason} The records in it count.");
    }

    private void Interpret(ReadOnlySpan<byte> line, ReadOnlySpan<byte> record, EventBatch batch, long number, long offset)
    {
        if ((interpreter.Interpret(record, _fields, batch) ?? _fields.Fault) is { } fault) Reject(line, batch, number, offset, fault);
    }

    private void Reject(ReadOnlySpan<byte> line, EventBatch batch, long number, long offset, string reason)
    {
        if (++_rejected > TranscriptReader.MostRejected)
        {
            batch.RejectedMore++;
            return;
        }
        batch.Rejected.Add(new RejectedLine(file.Path, number, offset, reason, Start(line)));
    }

    private static string Reason(JsonException e)
    {
        var text = e.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end > 0 ? text[..end] : text;
    }

    private static string Start(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line[..Math.Min(line.Length, LongestRejectedText)]).Replace('\0', '\uFFFD');

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.TrimStart(" \t\r"u8).IsEmpty;
}
