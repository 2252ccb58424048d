using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>
/// JSON in one form: names in ordinal order, of equal ones the last, texts decoded and without what no database stores. For the events that
/// are kept as they are, and for names made from content; the others never come here.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>Characters of the data of an event.</summary>
    public const int LongestData = 16_000;

    /// <summary>Bytes.</summary>
    private const int LargestSorted = 256 * 1024;

    /// <summary>Numbers beyond this are written as the double that they are read as.</summary>
    private const int LongestNumber = 40;

    /// <summary>No string is cut shorter than this; then whole fields are left out.</summary>
    private const int ShortestCut = 32;

    private static readonly JsonDocumentOptions s_read = new() { MaxDepth = JsonLimits.Depth + 1 };
    private static readonly JsonWriterOptions s_write = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> json)
    {
        // To sort what is so large costs many times its size; it is told by its bytes as they came.
        if (json.Length > LargestSorted) return json;
        using var document = Parse(json);
        return Write(document.RootElement, int.MaxValue).WrittenSpan;
    }

    /// <summary>An object as text; beyond the limit its longest strings are cut, and if that is not enough, fields are left out at its end.</summary>
    public static string Of(ReadOnlySpan<byte> json, int longest)
    {
        if (json.Length > longest * LargeJson.Room) json = LargeJson.Reduce(json, longest, ShortestCut);
        using var document = Parse(json);
        var text = Encoding.UTF8.GetString(Write(document.RootElement, int.MaxValue).WrittenSpan);
        for (var cut = longest / 2; text.Length > longest && cut >= ShortestCut; cut /= 2) text =
            Encoding.UTF8.GetString(Write(document.RootElement, cut).WrittenSpan);
        return text.Length <= longest ? text : FirstFields(document.RootElement, longest);
    }

    private static string FirstFields(JsonElement root, int longest)
    {
        var text = new StringBuilder("{");
        foreach (var (name, value) in Fields(root))
        {
            if (name.Length > LongestNumber) continue;
            var field = $"{Quote(name)}:{Encoding.UTF8.GetString(Write(value, ShortestCut).WrittenSpan)},";
            if (text.Length + field.Length + 18 <= longest) text.Append(field);
        }
        return text.Append("\"truncated\":true}").ToString();
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, s_write.Encoder)}\"";

    private static JsonDocument Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = s_read.MaxDepth });
        return JsonDocument.ParseValue(ref reader);
    }

    private static ArrayBufferWriter<byte> Write(JsonElement element, int longestString)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, s_write)) Write(writer, element, longestString);
        return bytes;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, int longestString)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, value) in Fields(element))
                {
                    writer.WritePropertyName(Cut(name, longestString));
                    Write(writer, value, longestString);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(writer, item, longestString);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Cut(JsonText.Decode(JsonMarshal.GetRawUtf8Value(element)[1..^1]), longestString));
                break;
            case JsonValueKind.Number when JsonMarshal.GetRawUtf8Value(element).Length > LongestNumber:
                writer.WriteNumberValue(element.GetDouble());
                break;
            default:
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(element), skipInputValidation: true);
                break;
        }
    }

    private static IEnumerable<(string Name, JsonElement Value)> Fields(JsonElement element)
    {
        var fields = new List<(string Name, JsonElement Value)>();
        foreach (var property in element.EnumerateObject()) fields.Add((JsonText.Decode(JsonMarshal.GetRawUtf8PropertyName(property)), property.Value));
        return fields.GroupBy(f => f.Name, StringComparer.Ordinal).Select(g => g.Last()).OrderBy(f => f.Name, StringComparer.Ordinal);
    }

    private static string Cut(string text, int longest) => longest == int.MaxValue ? text : WordCut.Marked(text, longest + 1);
}
