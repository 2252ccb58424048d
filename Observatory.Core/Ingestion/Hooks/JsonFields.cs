using System.Runtime.InteropServices;
using System.Text.Json;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Core.Ingestion.Hooks;

/// <summary>Reads fields of small documents of the client: what is missing, of another kind or too long is not there.</summary>
internal static class JsonFields
{
    /// <summary>Some senders put a byte-order mark before their text, which is no part of JSON.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) => body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;

    public static JsonElement? Object(this JsonElement json, string name) => Find(json, name) is { ValueKind: JsonValueKind.Object } value ? value : null;

    /// <summary>At most so many characters; lone surrogates and NULs come out as U+FFFD. Null where it is missing or empty.</summary>
    public static string? Text(this JsonElement json, string name, int longest = ValueReader.LongestName) =>
        Find(json, name) is { ValueKind: JsonValueKind.String } value && Text(value, longest) is { Length: > 0 } text ? text : null;

    public static string Text(JsonElement value, int longest)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        return JsonText.Decode(new Slice(0, raw.Length, raw.Contains((byte)'\\')), raw, longest);
    }

    /// <summary>The last so many characters of a text, or null.</summary>
    public static string? End(JsonElement json, string name, int longest)
    {
        if (Find(json, name) is not { ValueKind: JsonValueKind.String } value) return null;
        var raw = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        var text = new Slice(0, raw.Length, raw.Contains((byte)'\\')).Decode(raw, longest, fromEnd: true)!.Replace('\0', '\uFFFD');
        return text.Length > 0 ? text : null;
    }

    public static double? Number(this JsonElement json, string name) =>
        Find(json, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    public static JsonElement? Find(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
        ? value : null;
}
