using System.Globalization;
using System.Text.Json;

namespace Observatory.Tests.Benchmarks;

/// <summary>
/// Bodies of the events API as a busy team would send them: prompts, answers, their tokens, tool calls and activity of conversations that grow side
/// by side. Every event has an id of its own, so that no body is a repeat of another.
/// </summary>
/// <param name="seed">Part of every id.</param>
/// <param name="text">Characters of content an event, 0 = none.</param>
internal sealed class EventBodies(int seed, int text = 0)
{
    private const int OpenConversations = 40;
    private const int EventsPerConversation = 200;

    private static readonly string[] s_models = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5-20251001", "claude-opus-4-8"];
    private static readonly string[] s_tools = ["Bash", "Read", "Edit", "Write", "Grep"];

    private readonly string _text = string.Concat(Enumerable.Repeat("words of a prompt ", text / 18 + 1))[..text];
    private readonly Random _random = new(seed);
    private readonly (string Id, int Left)[] _open = new (string, int)[OpenConversations];
    private readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow().AddDays(-20);
    private long _made;

    public long Made => _made;

    public byte[] Next(int events)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            for (var i = 0; i < events; i++) Event(json);
            json.WriteEndArray();
        }
        return stream.ToArray();
    }

    private void Event(Utf8JsonWriter json)
    {
        var slot = _random.Next(OpenConversations);
        if (_open[slot].Left == 0) _open[slot] = ($"{seed:x8}-{_made:x12}-{_random.Next():x8}", EventsPerConversation);
        _open[slot].Left--;
        var number = _made++;
        var kind = (int)(number % 20);
        json.WriteStartObject();
        json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"evt-{seed:x4}-{number:x12}"));
        json.WriteString("type", kind switch { < 9 => "token_usage", < 12 => "message_sent", < 15 => "message_sent", < 19 => "tool_use", _ =>
            "user_activity" });
        json.WriteString("timestamp", _start.AddMilliseconds(number * 40).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("conversationId", _open[slot].Id);
        json.WriteString("userId", $"user{slot % 12:00}@example.test");
        json.WriteStartObject("data");
        if (text > 0) json.WriteString("content", _text);
        switch (kind)
        {
            case < 9:
                json.WriteString("model", s_models[slot % 4]);
                json.WriteNumber("inputTokens", _random.Next(200));
                json.WriteNumber("outputTokens", _random.Next(2_000));
                json.WriteNumber("cacheCreationTokens", _random.Next(20_000));
                json.WriteNumber("cacheReadTokens", _random.Next(100_000));
                break;
            case < 15:
                json.WriteString("messageId", $"msg-{seed:x4}-{number:x}");
                json.WriteString("role", kind < 12 ? "user" : "assistant");
                json.WriteNumber("messageLength", _random.Next(4_000));
                break;
            case < 19:
                json.WriteString("tool", s_tools[_random.Next(5)]);
                json.WriteBoolean("success", _random.Next(12) != 0);
                json.WriteNumber("durationMs", _random.Next(20_000));
                break;
            default:
                json.WriteString("activity", "opened");
                break;
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
