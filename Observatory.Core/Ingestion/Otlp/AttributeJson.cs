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

    /// <summary>A record's and its body; there are more only where a letter is written.</summary>
    private const int MostFields = OtlpLimits.Attributes + 1;

    // Read by the redactor and by people, never put into a page unencoded.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 128 };

    /// <summary>What is kept of a buffer for the next text of the same thread.</summary>
    private const int MostKept = 65_536;

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? t_kept;

    public static string Write(OtlpValue value)
    {
        var (buffer, writer) = Begin();
        value.WriteTo(writer, int.MaxValue);
        return End(buffer, writer);
    }

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

    /// <summary>At most so many characters; a cut is marked, and no word is torn.</summary>
    public static string Cut(string text, int longest) => WordCut.Marked(text, longest);

    private static string Write(IReadOnlyList<KeyValuePair<string, OtlpValue>> fields, int count, int longest)
    {
        Span<bool> isRepeated = stackalloc bool[MostFields];
        if (count > MostFields) isRepeated = new bool[count];
        FindRepeated(fields, isRepeated[..count]);
        var (buffer, writer) = Begin();
        writer.WriteStartObject();
        for (var i = 0; i < count; i++)
        {
            if (isRepeated[i]) continue;
            writer.WritePropertyName(fields[i].Key);
            fields[i].Value.WriteTo(writer, longest);
        }
        writer.WriteEndObject();
        return End(buffer, writer);
    }

    /// <summary>Those whose name comes again behind them. Names that nothing marks as alike are not compared: of 25 there were 300 pairs.</summary>
    private static void FindRepeated(IReadOnlyList<KeyValuePair<string, OtlpValue>> fields, Span<bool> isRepeated)
    {
        Span<bool> marks = stackalloc bool[256];
        marks.Clear();
        for (var i = isRepeated.Length - 1; i >= 0; i--)
        {
            var name = fields[i].Key;
            ref var mark = ref marks[name.Length == 0 ? 0 : (name.Length * 37 + name[0] * 5 + name[^1] * 11 + name[name.Length / 2]) & 255];
            isRepeated[i] = mark && IsRepeatedIn(fields, i, isRepeated.Length);
            mark = true;
        }
    }

    private static bool IsRepeatedIn(IReadOnlyList<KeyValuePair<string, OtlpValue>> fields, int index, int count)
    {
        for (var i = index + 1; i < count; i++)
        {
            if (string.Equals(fields[i].Key, fields[index].Key, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) Begin()
    {
        if (t_kept is not { } kept)
        {
            var buffer = new ArrayBufferWriter<byte>(2_048);
            return (buffer, new Utf8JsonWriter(buffer, s_options));
        }
        // Nobody else has it, should this text be given up half-way.
        t_kept = null;
        kept.Buffer.ResetWrittenCount();
        kept.Writer.Reset();
        return kept;
    }

    private static string End(ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer)
    {
        writer.Flush();
        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        if (buffer.Capacity <= MostKept) t_kept = (buffer, writer);
        return text;
    }
}
