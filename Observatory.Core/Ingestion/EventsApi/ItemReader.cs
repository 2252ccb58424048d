using System.Text.Json;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>What became of the items of a body.</summary>
/// <param name="Taken">Items that went into the batch.</param>
/// <param name="Rejected">Those that did not.</param>
public sealed record ItemsReading(int Taken, IReadOnlyList<RejectedItem> Rejected)
{
    /// <summary>Index among all items of the n-th that was taken.</summary>
    public int IndexOfTaken(int n)
    {
        foreach (var rejected in Rejected)
        {
            if (rejected.Index > n) break;
            n++;
        }
        return n;
    }
}

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

    /// <summary>Bytes; only a guess at how many there are.</summary>
    private const int TypicalItem = 256;

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
        batch.Events.EnsureCapacity(Math.Min(MaximumItems, body.Length / TypicalItem));
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        if (lines) ReadLines(body, batch, now);
        else ReadJson(body, batch, now);
        return new ItemsReading(_taken, [.. _rejected]);
    }

    /// <summary>Reads the item that the reader stands on the opening brace of, to its closing one.</summary>
    private protected abstract void Scan(ref Utf8JsonReader reader);

    /// <summary>Reads the item at the start of the text where it has the usual form. False = <see cref="Scan"/> must.</summary>
    private protected virtual bool TryScanPlain(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        return false;
    }

    /// <summary>Adds what was scanned to the batch, or says why not.</summary>
    /// <param name="text">Begins where the scanned item does.</param>
    private protected abstract string? Interpret(ReadOnlySpan<byte> text, EventBatch batch, long now);

    /// <summary>The id of what was scanned, or null.</summary>
    private protected abstract string? IdOf(ReadOnlySpan<byte> text);

    private void ReadJson(ReadOnlySpan<byte> body, EventBatch batch, long now)
    {
        var at = SkipWhite(body, 0);
        if (at == body.Length) throw new UnreadableBodyException("The body is empty.");
        try
        {
            if (body[at] == '{') Item(body, ref at, batch, now);
            else if (body[at] == '[') at = ReadArray(body, at + 1, batch, now);
            else throw new UnreadableBodyException("The body is neither a JSON object nor an array of them.");
            if (SkipWhite(body, at) != body.Length) throw NotJson(body, SkipWhite(body, at));
        }
        catch (JsonException e)
        {
            // Its place is counted from the item that was begun last.
            throw new UnreadableBodyException($"The body is not JSON, at or after byte {at}.", inner: e);
        }
    }

    /// <summary>From behind the bracket that opens it to behind the one that closes it.</summary>
    private int ReadArray(ReadOnlySpan<byte> body, int at, EventBatch batch, long now)
    {
        at = SkipWhite(body, at);
        if (at < body.Length && body[at] == ']') return at + 1;
        while (true)
        {
            Item(body, ref at, batch, now);
            at = SkipWhite(body, at);
            if (at == body.Length) throw NotJson(body, at);
            if (body[at] == ']') return at + 1;
            if (body[at] != ',') throw NotJson(body, at);
            at = SkipWhite(body, at + 1);
        }
    }

    private void ReadLines(ReadOnlySpan<byte> body, EventBatch batch, long now)
    {
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            var at = SkipWhite(line, 0);
            if (at == line.Length) continue;
            try
            {
                Item(line, ref at, batch, now, isLine: true);
            }
            catch (JsonException)
            {
                Reject(batch, null, "The line is not JSON.", line);
            }
        }
    }

    /// <exception cref="JsonException">There is no JSON value.</exception>
    private void Item(ReadOnlySpan<byte> body, ref int at, EventBatch batch, long now, bool isLine = false)
    {
        if (_index == MaximumItems) throw new UnreadableBodyException($"The body holds more than {MaximumItems:N0} items. Send it in parts.", isTooMuch: true);
        var text = body[at..];
        var isObject = true;
        if (text.IsEmpty || text[0] != '{' || !TryScanPlain(text, out var length)) length = ScanAny(text, out isObject);
        at += length;
        // What stands behind the value of a line makes all of it unreadable.
        if (isLine && SkipWhite(body, at) != body.Length) Reject(batch, null, "The line is not one JSON object.", body);
        else if (!isObject) Reject(batch, null, "It is not an object.", text[..length]);
        else if (Interpret(text, batch, now) is { } reason) Reject(batch, IdOf(text), reason, text[..length]);
        else (_index, _taken) = (_index + 1, _taken + 1);
    }

    private int ScanAny(ReadOnlySpan<byte> text, out bool isObject)
    {
        var reader = new Utf8JsonReader(text, s_options);
        reader.Read();
        isObject = reader.TokenType == JsonTokenType.StartObject;
        if (isObject) Scan(ref reader);
        else reader.Skip();
        return (int)reader.BytesConsumed;
    }

    private static UnreadableBodyException NotJson(ReadOnlySpan<byte> body, int at) =>
        new(at == body.Length ? "The body ends before its JSON does." : $"The body is not JSON, at byte {at}.");

    private static int SkipWhite(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        return at;
    }

    private void Reject(EventBatch batch, string? id, string reason, ReadOnlySpan<byte> text)
    {
        _rejected.Add(new RejectedItem(_index++, id, reason));
        var letter = _letters < LongestLetters ? PlainJson.Of(text, LongestLetter) : null;
        _letters += letter?.Length ?? 0;
        batch.DeadLetters.Add(new DeadLetter(batch.Source, id, reason, letter));
    }
}
