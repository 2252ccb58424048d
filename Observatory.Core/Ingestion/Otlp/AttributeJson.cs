using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>Attributes as one JSON object of limited length. What does not fit is cut in the longest strings first; it stays JSON.</summary>
internal static class AttributeJson
{
    /// <summary>Characters of the whole object.</summary>
    public const int Limit = 16_000;

    // Read by the redactor and by people, never put into a page unencoded.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 128 };

    public static string Write(OtlpValue value) => Write(writer => value.WriteTo(writer, int.MaxValue));

    /// <param name="fields">In order; of several of one name the last is kept.</param>
    public static string Write(IReadOnlyList<KeyValuePair<string, OtlpValue>> fields)
    {
        var text = Write(fields, fields.Count, int.MaxValue);
        if (text.Length <= Limit) return text;
        // Many names alone may be too long: then the last ones go.
        var count = fields.Count;
        while (count > 0 && Write(fields, count, 0).Length > Limit) count /= 2;
        var (fits, tooLong) = (0, Limit);
        while (tooLong - fits > 1)
        {
            var middle = (fits + tooLong) / 2;
            if (Write(fields, count, middle).Length <= Limit) fits = middle;
            else tooLong = middle;
        }
        return Write(fields, count, fits);
    }

    /// <summary>At most so many characters; a cut is marked, and no pair is torn.</summary>
    public static string Cut(string text, int longest)
    {
        if (text.Length <= longest) return text;
        var keep = Math.Max(0, longest - 1);
        if (keep > 0 && char.IsHighSurrogate(text[keep - 1])) keep--;
        return longest == 0 ? "" : string.Concat(text.AsSpan(0, keep), "…");
    }

    private static string Write(IReadOnlyList<KeyValuePair<string, OtlpValue>> fields, int count, int longest) => Write(writer =>
    {
        writer.WriteStartObject();
        for (var i = 0; i < count; i++)
        {
            if (IsRepeatedIn(fields, i, count)) continue;
            writer.WritePropertyName(fields[i].Key);
            fields[i].Value.WriteTo(writer, longest);
        }
        writer.WriteEndObject();
    });

    private static bool IsRepeatedIn(IReadOnlyList<KeyValuePair<string, OtlpValue>> fields, int index, int count)
    {
        for (var i = index + 1; i < count; i++)
        {
            if (string.Equals(fields[i].Key, fields[index].Key, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    private static string Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, s_options)) content(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
