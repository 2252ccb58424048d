using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Tests.Support;

/// <summary>A prompt, an answer or a tool call as it is in the end, whatever was told of it before.</summary>
/// <param name="Kind">p, a or t.</param>
/// <param name="At">Unix ms.</param>
/// <param name="Tokens">Output tokens of an answer.</param>
internal sealed record NaiveFact(
    char Kind, string Id, long At, string Conversation, string User, string Project, string? Model, int Tokens, string? Tool, bool Failed)
{
    public bool IsMessage => Kind is 'p' or 'a';
}

/// <summary>
/// Random facts around the nights on which clocks change, told in any order, late, twice, and at first with less than they come to: and the simplest way to
/// count them.
/// </summary>
internal sealed class NaiveDays
{
    /// <summary>Clocks change on 8 March and 1 November (New York), 29 March and 25 October (Berlin), 5 April and 4 October (Lord Howe).</summary>
    private static readonly DateTimeOffset[] s_around =
    [
        new(2026, 3, 7, 12, 0, 0, TimeSpan.Zero), new(2026, 4, 4, 6, 0, 0, TimeSpan.Zero), new(2026, 10, 3, 6, 0, 0, TimeSpan.Zero),
        new(2026, 10, 31, 20, 0, 0, TimeSpan.Zero),
    ];

    private static readonly string[] s_users = ["ada", "bob", "carol"];
    private static readonly string[] s_models = ["acme/one", "acme/two"];
    private static readonly string[] s_tools = ["Bash", "Read"];

    private readonly Random _random;

    public NaiveDays(int seed)
    {
        _random = new Random(seed);
        for (var conversation = 0; conversation < 24; conversation++)
        {
            var at = s_around[conversation % s_around.Length].AddMinutes(_random.Next(2_880)).ToUnixTimeMilliseconds();
            var (user, project) = (s_users[_random.Next(3)], $"/w/p{_random.Next(3)}");
            for (var n = _random.Next(4, 24); n > 0; n--)
            {
                at += _random.Next(1, _random.Next(5) == 0 ? 6_000_000 : 300_000);
                var kind = "ppaaat"[_random.Next(6)];
                Facts.Add(new NaiveFact(
                    kind, $"{conversation}-{n}", at, $"c{conversation}", user, project,
                    kind == 'a' ? s_models[_random.Next(2)] : null, kind == 'a' ? _random.Next(1, 999) : 0,
                    kind == 't' ? s_tools[_random.Next(2)] : null, kind == 't' && _random.Next(3) == 0));
            }
        }
    }

    public static DateTimeOffset Start { get; } = new(2026, 3, 7, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset End { get; } = new(2026, 11, 4, 0, 0, 0, TimeSpan.Zero);

    public List<NaiveFact> Facts { get; } = [];

    /// <summary>Batches that tell all of it in the end.</summary>
    public List<EventBatch> Batches()
    {
        var told = Facts.SelectMany(fact => _random.Next(4) switch { 0 => [fact, fact], 1 => [Less(fact), fact], _ => (NaiveFact[])[fact] }).ToArray();
        _random.Shuffle(told);
        // What had less comes first, or the more would be known already and nothing corrected; either order must end the same.
        return [.. told.Chunk(_random.Next(20, 90)).Select(BatchOf)];
    }

    private NaiveFact Less(NaiveFact fact) => fact.Kind == 'a' ? fact with { Tokens = fact.Tokens / 2, At = fact.At + _random.Next(3) * 400_000 } : fact;

    private static EventBatch BatchOf(NaiveFact[] facts)
    {
        var batch = new EventBatch { Source = EventSource.Transcript, User = "owner" };
        foreach (var f in facts)
        {
            foreach (var told in EventsOf(f, EventKey.Of(KeySpace.Message, f.Id)))
            {
                (told.User, told.Project) = (f.User, f.Project);
                batch.Events.Add(told);
            }
        }
        return batch;
    }

    private static AnalyticsEvent[] EventsOf(NaiveFact f, EventKey key) => f.Kind switch
    {
        'p' => [new PromptEvent { Key = key, At = f.At, Conversation = f.Conversation, Text = "hi", Length = 2 }],
        'a' => [new ResponseEvent { Key = key, At = f.At, Conversation = f.Conversation, Model = f.Model, Usage = new TokenUsage(0, f.Tokens, 0, 0, 0) }],
        _ =>
        [
            new ToolCallEvent { Key = key, At = f.At, Conversation = f.Conversation, Tool = f.Tool! },
            new ToolResultEvent { Key = key, At = f.At + 1_000, Conversation = f.Conversation, IsError = f.Failed },
        ],
    };
}
