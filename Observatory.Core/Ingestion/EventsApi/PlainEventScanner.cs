using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>
/// Reads the usual event: names and texts without escapes, whole numbers, nothing nested but <c>data</c>. What is in any way different it leaves to
/// <see cref="EventScanner"/>, errors included, so the two never differ in what they take; it only is twice as fast.
/// </summary>
internal static class PlainEventScanner
{
    private const int LongestNumber = 18;

    /// <param name="text">Begins with the event's opening brace; there may be more behind the event.</param>
    /// <param name="f">Filled where the event is plain; else of no meaning.</param>
    public static bool TryScan(ReadOnlySpan<byte> text, EventFields f)
    {
        f.Clear();
        f.Start = 0;
        var at = 0;
        if (!TryMembers(text, ref at, f, isData: false)) return false;
        f.End = at;
        return true;
    }

    private static bool TryMembers(ReadOnlySpan<byte> text, ref int position, EventFields f, bool isData)
    {
        var at = position + 1;
        SkipWhite(text, ref at);
        if (at < text.Length && text[at] == '}')
        {
            position = at + 1;
            return true;
        }
        while (true)
        {
            if (at >= text.Length || text[at] != '"') return false;
            var end = PlainText.End(text, ++at);
            if (end == text.Length || text[end] != '"') return false;
            var name = text[at..end];
            var field = isData ? EventScanner.DataField(name) : EventScanner.TopField(name);
            at = end + 1;
            SkipWhite(text, ref at);
            if (at >= text.Length || text[at] != ':') return false;
            at++;
            SkipWhite(text, ref at);
            if (at >= text.Length) return false;
            if (field == EventField.Data)
            {
                if (text[at] != '{') return false;
                f.ClearData();
                var start = at;
                if (!TryMembers(text, ref at, f, isData: true)) return false;
                f.Set(EventField.Data, new JsonPlace(JsonTokenType.StartObject, start, at - start, false));
            }
            else
            {
                if (!TryValue(text, ref at, out f.Place(field))) return false;
            }
            SkipWhite(text, ref at);
            if (at >= text.Length) return false;
            var next = text[at++];
            if (next == '}')
            {
                position = at;
                return true;
            }
            if (next != ',') return false;
            SkipWhite(text, ref at);
        }
    }

    private static bool TryValue(ReadOnlySpan<byte> text, ref int at, out JsonPlace place)
    {
        var first = text[at];
        if (first == '"')
        {
            var end = PlainText.End(text, ++at);
            place = new JsonPlace(JsonTokenType.String, at, end - at, false);
            at = end + 1;
            return end < text.Length && text[end] == '"';
        }
        if (first is >= (byte)'0' and <= (byte)'9')
        {
            var start = at++;
            while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9') at++;
            place = new JsonPlace(JsonTokenType.Number, start, at - start, false);
            // A zero in front, a fraction, an exponent: not here.
            return at < text.Length && (first != '0' || at - start == 1) && at - start <= LongestNumber && text[at] is (byte)',' or (byte)'}' or (byte)' '
                or (byte)'\n' or (byte)'\r' or (byte)'\t';
        }
        var rest = text[at..];
        var word = first switch { (byte)'t' => JsonTokenType.True, (byte)'f' => JsonTokenType.False, (byte)'n' => JsonTokenType.Null, _ => JsonTokenType.None };
        var letters = word == JsonTokenType.False ? 5 : 4;
        place = new JsonPlace(word, at, letters, false);
        at += letters;
        return word switch
        {
            JsonTokenType.True => rest.StartsWith("true"u8),
            JsonTokenType.False => rest.StartsWith("false"u8),
            JsonTokenType.Null => rest.StartsWith("null"u8),
            _ => false,
        };
    }

    /// <summary>Programs write none: mostly one look is all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SkipWhite(ReadOnlySpan<byte> text, ref int at)
    {
        if ((uint)at < (uint)text.Length && text[at] <= ' ') SkipAllWhite(text, ref at);
    }

    private static void SkipAllWhite(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
    }
}
