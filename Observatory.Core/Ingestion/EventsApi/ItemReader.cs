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

    /// <summary>
    /// Bytes of a body after which a part ends. What is made of a body of long texts takes twice its size, and more until it is written: of a part that is
    /// little.
    /// </summary>
    private const int UsualPart = 4 * 1024 * 1024;

    private readonly List<RejectedItem> _rejected = [];
    private bool _lines;
    private int _part;
    private int _at;
    private int _index;
    private int _letters;

    private protected ItemReader()
    {
    }

    /// <summary>Items that went into batches so far.</summary>
    public int Taken { get; private set; }

    /// <summary>The whole body at once.</summary>
    /// <param name="body">UTF-8.</param>
    /// <param name="lines">One item a line; else one, or an array.</param>
    /// <param name="batch">Where the items go, the refused ones too.</param>
    /// <param name="now">Unix ms.</param>
    /// <exception cref="UnreadableBodyException">The batch must not be used.</exception>
    public ItemsReading Read(ReadOnlySpan<byte> body, bool lines, EventBatch batch, long now)
    {
        Begin(body, lines, int.MaxValue);
        ReadPart(body, batch, now);
        return End();
    }

    /// <summary>Begins a body that is read in parts: <see cref="ReadPart"/> until it is false, then <see cref="End"/>.</summary>
    /// <param name="part">Bytes of a part, about.</param>
    public void Begin(ReadOnlySpan<byte> body, bool lines, int part = UsualPart)
    {
        _rejected.Clear();
        (_lines, _part, _at, _index, Taken, _letters) = (lines, part, 0, 0, 0, 0);
        // What cannot be read must be known before the first part is written: it is not cut, so that nothing of it is taken.
        if (body.Length > part && !(lines ? body.Count((byte)'\n') < MaximumItems : IsReadable(WithoutMark(body)))) _part = int.MaxValue;
    }

    /// <param name="body">The same as at the begin.</param>
    /// <param name="batch">Where the items of this part go.</param>
    /// <returns>Whether there is more.</returns>
    /// <exception cref="UnreadableBodyException">The batch must not be used. Never behind a first part.</exception>
    public bool ReadPart(ReadOnlySpan<byte> body, EventBatch batch, long now)
    {
        body = WithoutMark(body);
        var end = (int)Math.Min(body.Length, (long)_at + _part);
        batch.Events.EnsureCapacity(Math.Min(MaximumItems, (end - _at) / TypicalItem));
        return _lines ? ReadLines(body, end, batch, now) : ReadJson(body, end, batch, now);
    }

    public ItemsReading End() => new(Taken, [.. _rejected]);

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    /// <summary>Whether it is JSON to its end, of no more items than are taken.</summary>
    private static bool IsReadable(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, s_options);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray) return false;
            var items = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                reader.Skip();
                if (++items > MaximumItems) return false;
            }
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
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

    private bool ReadJson(ReadOnlySpan<byte> body, int end, EventBatch batch, long now)
    {
        try
        {
            if (_at == 0 && !Opens(body, batch, now) || !ReadElements(body, end, batch, now)) _at = SkipWhite(body, _at);
            else return true;
        }
        catch (JsonException e)
        {
            // Its place is counted from the item that was begun last.
            throw new UnreadableBodyException($"The body is not JSON, at or after byte {_at}.", inner: e);
        }
        return _at == body.Length ? false : throw NotJson(body, _at);
    }

    /// <summary>Steps to the first element of an array; false where there is none, or the body was one item, which is then read.</summary>
    private bool Opens(ReadOnlySpan<byte> body, EventBatch batch, long now)
    {
        _at = SkipWhite(body, 0);
        if (_at == body.Length) throw new UnreadableBodyException("The body is empty.");
        if (body[_at] == '{')
        {
            Item(body, ref _at, batch, now);
            return false;
        }
        if (body[_at] != '[') throw new UnreadableBodyException("The body is neither a JSON object nor an array of them.");
        _at = SkipWhite(body, _at + 1);
        if (_at == body.Length || body[_at] != ']') return true;
        _at++;
        return false;
    }

    /// <summary>From an element to another, or to behind the bracket that closes the array: then false.</summary>
    private bool ReadElements(ReadOnlySpan<byte> body, int end, EventBatch batch, long now)
    {
        while (true)
        {
            Item(body, ref _at, batch, now);
            _at = SkipWhite(body, _at);
            if (_at == body.Length) throw NotJson(body, _at);
            if (body[_at] == ']')
            {
                _at++;
                return false;
            }
            if (body[_at] != ',') throw NotJson(body, _at);
            _at = SkipWhite(body, _at + 1);
            if (_at >= end && end < body.Length) return true;
        }
    }

    private bool ReadLines(ReadOnlySpan<byte> body, int end, EventBatch batch, long now)
    {
        while (_at < end)
        {
            var rest = body[_at..];
            var length = rest.IndexOf((byte)'\n');
            var line = length < 0 ? rest : rest[..length];
            _at += length < 0 ? rest.Length : length + 1;
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
        return _at < body.Length;
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
        else (_index, Taken) = (_index + 1, Taken + 1);
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
        // One that is too long was cut.
        var known = id?.Length < ValueReader.LongestName ? id : null;
        batch.DeadLetters.Add(new DeadLetter(batch.Source, known, reason, letter));
    }
}
