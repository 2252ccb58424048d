using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>
/// A refused item as it is kept: written again from its decoded values, so that the privacy step sees texts as they are and not a secret
/// behind escapes.
/// </summary>
internal static class PlainJson
{
    private static readonly JsonWriterOptions s_write =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = int.MaxValue };

    /// <summary>Null where it is longer. What is no JSON comes out as text, with what looks like escapes decoded.</summary>
    public static string? Of(ReadOnlySpan<byte> json, int longest)
    {
        // An escape of six bytes may stand for one character.
        if (json.Length > 6 * longest) return null;
        string text;
        try
        {
            text = Write(json);
        }
        catch (JsonException)
        {
            text = JsonText.Decode(new Slice(0, json.Length, true), json);
        }
        return text.Length <= longest ? text : null;
    }

    private static string Write(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var bytes = new ArrayBufferWriter<byte>(json.Length + 64);
        using (var writer = new Utf8JsonWriter(bytes, s_write))
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        writer.WriteStartObject();
                        break;
                    case JsonTokenType.EndObject:
                        writer.WriteEndObject();
                        break;
                    case JsonTokenType.StartArray:
                        writer.WriteStartArray();
                        break;
                    case JsonTokenType.EndArray:
                        writer.WriteEndArray();
                        break;
                    case JsonTokenType.PropertyName:
                        writer.WritePropertyName(JsonText.Decode(reader.ValueSpan));
                        break;
                    case JsonTokenType.String:
                        writer.WriteStringValue(JsonText.Decode(reader.ValueSpan));
                        break;
                    default:
                        writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                        break;
                }
            }
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
