using System.Globalization;
using System.Text.Json;

namespace Observatory.Tests.Faults;

/// <summary>What one conversation of a request holds: the truth that the store is held against.</summary>
/// <param name="Prompts">User messages.</param>
/// <param name="Answers">Messages of the assistant, which carry no tokens.</param>
/// <param name="Calls">Events that report tokens.</param>
/// <param name="Others">Events of a type that nobody knows.</param>
internal sealed record LoadConversation(string Id, int Prompts, int Answers, int Calls, long Input, long Output, long CacheWrite, long CacheRead, int Tools,
    int ToolErrors, int Others)
{
    public long Tokens => Input + Output + CacheWrite + CacheRead;
}

/// <summary>One request. Its conversations are its own, except that it may carry all events of an earlier one again.</summary>
internal sealed class LoadRequest(int number, byte[] body, int events, IReadOnlyList<LoadConversation> conversations, LoadRequest? repeats)
{
    public int Number => number;

    /// <summary>A JSON array.</summary>
    public byte[] Body => body;

    /// <summary>Events of its own and repeated ones.</summary>
    public int Events => events;

    public IReadOnlyList<LoadConversation> Conversations => conversations;

    /// <summary>The earlier request whose events stand in this one too.</summary>
    public LoadRequest? Repeats => repeats;

    /// <summary>A later request carries its events, and may have come before it.</summary>
    public bool IsRepeated { get; set; }

    /// <summary>When its first 202 had arrived, on the monotonic clock; null = never.</summary>
    public long? AcknowledgedAt { get; private set; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; set; }

    public void Acknowledge(long at)
    {
        for (var request = this; request is not null; request = request.Repeats) request.AcknowledgedAt ??= at;
    }
}

/// <summary>Makes requests for the events API whose figures are known beforehand. Reproducible from its seed.</summary>
/// <param name="largest">Events of a conversation, about.</param>
internal sealed class EventLoad(int seed, int largest = 40)
{
    private static readonly string[] s_models = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5-20251001", "a-model-without-a-price"];
    private static readonly string[] s_tools = ["Bash", "Read", "Edit", "mcp__ticket__find"];

    private readonly Random _random = new(seed);
    private readonly List<LoadRequest> _made = [];
    private readonly Dictionary<int, List<string>> _events = [];

    /// <summary>Everything that was made falls into this range.</summary>
    public const string Range = "start=2026-10-01T00:00:00Z&end=2026-11-01T00:00:00Z&timezone=UTC";

    private static readonly DateTimeOffset s_start = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<LoadRequest> Made => _made;

    public LoadRequest Next()
    {
        var number = _made.Count;
        var events = new List<string>();
        var conversations = Enumerable.Range(0, _random.Next(1, 4)).Select(n => Conversation(number, n, events)).ToList();
        // Not in the order in which they were made: nothing may hang on it.
        for (var i = events.Count - 1; i > 0; i--)
        {
            var j = _random.Next(i + 1);
            (events[i], events[j]) = (events[j], events[i]);
        }
        _events[number] = events;
        var repeats = number > 0 && _random.Next(5) == 0 ? _made[_random.Next(Math.Max(0, number - 20), number)] : null;
        var all = repeats is null ? events : [.. _events[repeats.Number], .. events];
        if (repeats is not null) repeats.IsRepeated = true;
        // What a repeated request repeats itself is not in its own events: only those are whole in this body.
        var request = new LoadRequest(number, JsonSerializer.SerializeToUtf8Bytes(all.Select(e => JsonDocument.Parse(e).RootElement)), all.Count,
            conversations, repeats);
        _made.Add(request);
        return request;
    }

    private LoadConversation Conversation(int number, int n, List<string> events)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"c-{seed:x}-{number:x5}-{n}");
        var at = s_start.AddSeconds(_random.Next(28 * 86_400));
        var user = $"user{_random.Next(6)}@example.test";
        var (prompts, answers, calls, tools, errors, others) = (0, 0, 0, 0, 0, 0);
        var (input, output, written, read) = (0L, 0L, 0L, 0L);
        var count = _random.Next(largest / 2, largest + 1);
        for (var i = 0; i < count; i++)
        {
            at = at.AddMilliseconds(_random.Next(20_000));
            // The first is a prompt: a conversation without a message shows nowhere.
            var kind = i == 0 ? 0 : _random.Next(10);
            object data;
            string type;
            switch (kind)
            {
                case < 2:
                    (type, data) = ("message_sent", new { messageId = $"m-{id}-{i}", role = "user", messageLength = _random.Next(4_000) });
                    prompts++;
                    break;
                case < 3:
                    (type, data) = ("message_sent", new { messageId = $"m-{id}-{i}", role = "assistant", messageLength = _random.Next(4_000) });
                    answers++;
                    break;
                case < 6:
                    var (a, b, c, d) = (_random.Next(300), _random.Next(3_000), _random.Next(20_000), _random.Next(90_000));
                    (type, data) = ("token_usage", new { requestId = $"r-{id}-{i}", model = s_models[_random.Next(4)], inputTokens = a, outputTokens = b,
                        cacheCreationTokens = c, cacheReadTokens = d });
                    (input, output, written, read) = (input + a, output + b, written + c, read + d);
                    calls++;
                    break;
                case < 9:
                    var failed = _random.Next(6) == 0;
                    (type, data) = ("tool_use", new { tool = s_tools[_random.Next(4)], toolUseId = $"t-{id}-{i}", success = !failed,
                        durationMs = _random.Next(9_000) });
                    tools++;
                    errors += failed ? 1 : 0;
                    break;
                default:
                    (type, data) = ("deployed", new { place = i });
                    others++;
                    break;
            }
            events.Add(JsonSerializer.Serialize(new { id = $"e-{id}-{i}", type,
                timestamp = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), conversationId = id, userId = user, data }));
        }
        return new LoadConversation(id, prompts, answers, calls, input, output, written, read, tools, errors, others);
    }
}
