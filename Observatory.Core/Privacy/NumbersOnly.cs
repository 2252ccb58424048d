using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Observatory.Core.Privacy;

/// <summary>What is left of an event's fields where no text is kept: its numbers and its yes and no, but no number that is a secret.</summary>
internal static class NumbersOnly
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 128 };

    /// <param name="json">A JSON object, or null.</param>
    /// <returns>An object of those fields of the outermost level; null where there is none, or where it cannot be read.</returns>
    public static string? Of(string? json)
    {
        if (json is null) return null;
        try
        {
            using var document = JsonDocument.Parse(json, s_options);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            var bytes = new ArrayBufferWriter<byte>();
            var any = false;
            using (var writer = new Utf8JsonWriter(bytes))
            {
                writer.WriteStartObject();
                foreach (var field in document.RootElement.EnumerateObject().Where(IsCount))
                {
                    field.WriteTo(writer);
                    any = true;
                }
                writer.WriteEndObject();
            }
            return any ? Encoding.UTF8.GetString(bytes.WrittenSpan) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Yes, no, or a number; a number of a name that speaks of keys, cards or people is no count.</summary>
    private static bool IsCount(JsonProperty field) => field.Value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => true,
        JsonValueKind.Number => Secrets.KeyNames.Judge(field.Name) == Secrets.NameStrength.None
            && !s_personal.Any(word => field.Name.Contains(word, StringComparison.OrdinalIgnoreCase)),
        _ => false,
    };

    private static readonly string[] s_personal = ["card", "phone", "mobile", "iban", "ssn", "cvv", "cvc", "passport", "birth", "account"];
}
