using System.Text.Json;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>What became of the items of a body.</summary>
/// <param name="Taken">Items that went into the batch.</param>
/// <param name="Rejected">Those that did not.</param>
public sealed record ItemsReading(int Taken, IReadOnlyList<RejectedItem> Rejected);

/// <summary>A refused item.</summary>
/// <param name="Index">0-based, among the items of the body.</param>
/// <param name="Id">Its own, or the one made from its content; null where it has neither.</param>
/// <param name="Reason">In plain words, without anything that was sent.</param>
public sealed record RejectedItem(int Index, string? Id, string Reason);

/// <summary>A body that cannot be read at all, so that nothing of it was taken.</summary>
public sealed class UnreadableBodyException(string reason, bool isTooMuch = false, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>It holds more items than one request may.</summary>
    public bool IsTooMuch { get; } = isTooMuch;
}

/// <summary>
/// Walks the items of a body: one JSON object, an array of them, or one a line. A bad item never touches its neighbours. One body at a time;
/// not thread-safe, used again for the next body.
/// </summary>
public abstract class ItemReader
{
    public const int MaximumItems = 50_000;

    /// <summary>Characters of a refused item that are kept …</summary>
    private const int LongestLetter = 64_000;

    /// <summary>… and of all those of a body.</summary>
    private const int LongestLetters = 4_000_000;

    // Depth is judged item by item (JsonLimits): one that is too deep must not make its neighbours unreadable.
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = int.MaxValue };

    private readonly List<RejectedItem> _rejected = [];
    private int _index;
    private int _taken;
    private int _letters;

    private protected ItemReader()
    {
    }

    /// <param name="body">UTF-8.</param>
    /// <param name="lines">One item a line; else one, or an array.</param>
    /// <param name="batch">Where the items go, the refused ones too.</param>
    /// <param name="now">Unix ms.</param>
    /// <exception cref="UnreadableBodyException">The batch must not be used.</exception>
    public ItemsReading Read(ReadOnlySpan<byte> body, bool lines, EventBatch batch, long now)
    {
        _rejected.Clear();
        (_index, _taken, _letters) = (0, 0, 0);
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        if (lines) ReadLines(body, batch, now);
        else ReadJson(body, batch, now);
        return new ItemsReading(_taken, [.. _rejected]);
    }

    /// <summary>Reads the item that the reader stands on the opening brace of, to its closing one.</summary>
    private protected abstract void Scan(ref Utf8JsonReader reader);

    /// <summary>Adds what was scanned to the batch, or says why not.</summary>
    private protected abstract string? Interpret(ReadOnlySpan<byte> text, EventBatch batch, long now);

    /// <summary>The id of what was scanned, or null.</summary>
    private protected abstract string? IdOf(ReadOnlySpan<byte> text);

    private void ReadJson(ReadOnlySpan<byte> body, EventBatch batch, long now)
    {
        try
        {
            var reader = new Utf8JsonReader(body, s_options);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) Item(ref reader, body, batch, now);
            }
            else if (reader.TokenType == JsonTokenType.StartObject) Item(ref reader, body, batch, now);
            else throw new UnreadableBodyException("The body is neither a JSON object nor an array of them.");
            // Behind it there may be white space only.
            reader.Read();
        }
        catch (JsonException e)
        {
            throw new UnreadableBodyException($"The body is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).", inner: e);
        }
    }

    private void Item(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, EventBatch batch, long now)
    {
        CheckCount();
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            Reject(batch, null, "It is not an object.", body[start..(int)reader.BytesConsumed]);
            return;
        }
        Scan(ref reader);
        if (Interpret(body, batch, now) is { } reason) Reject(batch, IdOf(body), reason, body[start..(int)reader.BytesConsumed]);
        else Taken();
    }

    private void ReadLines(ReadOnlySpan<byte> body, EventBatch batch, long now)
    {
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (line.TrimStart(" \t\r"u8).IsEmpty) continue;
            CheckCount();
            Line(line, batch, now);
        }
    }

    private void Line(ReadOnlySpan<byte> line, EventBatch batch, long now)
    {
        try
        {
            var reader = new Utf8JsonReader(line, s_options);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                reader.Read();
                Reject(batch, null, "It is not an object.", line);
                return;
            }
            Scan(ref reader);
            reader.Read();
        }
        catch (JsonException)
        {
            Reject(batch, null, "The line is not JSON.", line);
            return;
        }
        if (Interpret(line, batch, now) is { } reason) Reject(batch, IdOf(line), reason, line);
        else Taken();
    }

    private void CheckCount()
    {
        if (_index == MaximumItems) throw new UnreadableBodyException($"The body holds more than {MaximumItems:N0} items. Send it in parts.", isTooMuch: true);
    }

    private void Taken() => (_index, _taken) = (_index + 1, _taken + 1);

    private void Reject(EventBatch batch, string? id, string reason, ReadOnlySpan<byte> text)
    {
        _rejected.Add(new RejectedItem(_index++, id, reason));
        var letter = _letters < LongestLetters ? PlainJson.Of(text, LongestLetter) : null;
        _letters += letter?.Length ?? 0;
        batch.DeadLetters.Add(new DeadLetter(batch.Source, id, reason, letter));
    }
}
