using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>
/// Cuts a large object down while it is read: its strings, then what stands behind a limit. Twice through the bytes and a few times the limit in memory,
/// whatever
/// it holds: a sender does not decide how much work its data makes.
/// </summary>
internal static class LargeJson
{
    /// <summary>Times the characters that are kept in the end: the exact cut is made of what is left here.</summary>
    public const int Room = 4;

    /// <summary>Bytes of a character at most, as it may be written: \u0000.</summary>
    private const int WidestCharacter = 6;

    /// <summary>Quotes, colon, comma.</summary>
    private const int Around = 4;

    private static readonly JsonReaderOptions s_read = new() { MaxDepth = JsonLimits.Depth + 1 };
    private static readonly JsonWriterOptions s_write = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="json">A whole object.</param>
    /// <param name="longest">Characters that are kept of it in the end.</param>
    /// <param name="shortest">Characters below which no string is cut.</param>
    /// <returns>An object again; one that lost fields says <c>truncated</c>.</returns>
    public static ReadOnlySpan<byte> Reduce(ReadOnlySpan<byte> json, int longest, int shortest)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, s_write)) Copy(json, writer, FindCut(json, longest, shortest), (long)longest * Room * WidestCharacter);
        return bytes.WrittenSpan;
    }

    /// <summary>The longest of the usual cuts with which it fits; else the shortest.</summary>
    private static int FindCut(ReadOnlySpan<byte> json, int longest, int shortest)
    {
        Span<long> sizes = stackalloc long[32];
        var cuts = 0;
        for (var cut = longest / 2; cut >= shortest && cuts < sizes.Length; cut /= 2) cuts++;
        sizes = sizes[..cuts];
        var reader = new Utf8JsonReader(json, s_read);
        while (reader.Read())
        {
            var length = reader.ValueSpan.Length;
            var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
            for (var i = 0; i < cuts; i++) sizes[i] += Around + (isText ? Math.Min(length, longest / 2 >> i) : length);
        }
        for (var i = 0; i < cuts; i++)
        {
            if (sizes[i] <= (long)longest * Room) return longest / 2 >> i;
        }
        return shortest;
    }

    private static void Copy(ReadOnlySpan<byte> json, Utf8JsonWriter writer, int cut, long limit)
    {
        var reader = new Utf8JsonReader(json, s_read);
        var open = new Stack<JsonTokenType>();
        while (reader.Read())
        {
            // Between two fields or two items, never between a name and its value.
            var isBetween = reader.TokenType == JsonTokenType.PropertyName || open.TryPeek(out var inside) && inside == JsonTokenType.StartArray;
            if (isBetween && writer.BytesCommitted + writer.BytesPending > limit)
            {
                Close(writer, open);
                return;
            }
            Copy(ref reader, writer, cut, open);
        }
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, int cut, Stack<JsonTokenType> open)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                open.Push(reader.TokenType);
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                open.Push(reader.TokenType);
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                open.Pop();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                open.Pop();
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(Start(reader.ValueSpan, cut));
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(Start(reader.ValueSpan, cut));
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    private static void Close(Utf8JsonWriter writer, Stack<JsonTokenType> open)
    {
        while (open.TryPop(out var kind))
        {
            if (kind == JsonTokenType.StartArray)
            {
                writer.WriteEndArray();
                continue;
            }
            if (open.Count == 0) writer.WriteBoolean("truncated", true);
            writer.WriteEndObject();
        }
    }

    /// <summary>The start of a text as it stands in JSON, decoded: no more of it is looked at than may be kept.</summary>
    private static string Start(ReadOnlySpan<byte> raw, int cut)
    {
        var end = (long)(cut + 1) * WidestCharacter < raw.Length ? Boundary(raw, (cut + 1) * WidestCharacter) : raw.Length;
        var text = JsonText.Decode(raw[..end]);
        return WordCut.Marked(text, cut + 1);
    }

    /// <summary>The last place at or before the wanted one that cuts neither a character nor an escape.</summary>
    private static int Boundary(ReadOnlySpan<byte> raw, int wanted)
    {
        var at = 0;
        while (true)
        {
            var length = raw[at] switch
            {
                (byte)'\\' => raw[at + 1] == 'u' ? WidestCharacter : 2,
                < 0x80 => 1,
                < 0xE0 => 2,
                < 0xF0 => 3,
                _ => 4,
            };
            if (at + length > wanted) return at;
            at += length;
        }
    }
}
