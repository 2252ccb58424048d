using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>
/// What can be said of a message's text: how long it is, whether it shows code, how long it takes to read. The text itself stands in
/// <c>text</c>, where the privacy step redacts it.
/// </summary>
internal static class MessageFeatures
{
    private const int WordsPerMinute = 200;

    public static string Of(ReadOnlySpan<byte> json, EventFields f, in JsonPlace content)
    {
        var text = JsonText.Decode(content.Slice, json);
        var data = new JsonObject
        {
            ["hasCodeBlocks"] = text.Contains("```", StringComparison.Ordinal),
            ["length"] = text.Length,
            ["messageId"] = f.TryGet(EventField.MessageId, out var id) && id.Kind == JsonTokenType.String ? JsonText.Decode(id.Slice, json) : null,
            ["readingSeconds"] = (int)Math.Ceiling(Words(text) * 60.0 / WordsPerMinute),
            ["role"] = f.TryGet(EventField.Role, out var role) && role.Kind == JsonTokenType.String
                ? JsonText.Decode(role.Slice, json, ValueReader.LongestName) : null,
            ["text"] = text,
        };
        return CanonicalJson.Of(Encoding.UTF8.GetBytes(data.ToJsonString()), CanonicalJson.LongestData);
    }

    private static long Words(string text)
    {
        var words = 0L;
        var inWord = false;
        foreach (var letter in text)
        {
            var space = char.IsWhiteSpace(letter);
            if (!space && !inWord) words++;
            inWord = !space;
        }
        return words;
    }
}
