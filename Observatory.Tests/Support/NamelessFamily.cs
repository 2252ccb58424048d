using System.Globalization;

namespace Observatory.Tests.Support;

/// <summary>
/// A few lines of one message, most of them without a request, that stand in the files of several sessions: small enough for every order, and named by
/// their number, so that many such families fit into one store and do not meet.
/// </summary>
internal sealed class NamelessFamily(string number)
{
    private static readonly string[] s_sessions = ["a", "b", "c", "d"];

    public static DateTimeOffset Start { get; } = new(2026, 11, 3, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Cases that were found; each is wrong in some order where rows go together by what is known when a line comes.</summary>
    public static string[] Cases { get; } = ["two lines copied by two", "a chain", "a request at the end of a chain", "no figures at the end of a chain"];

    public SessionLine[] Of(string name) => name switch
    {
        "two lines copied by two" =>
        [
            Result("c", 5), Answer("b", 2, 28), Answer("b", 1, 28, from: "d"), Answer("a", 2, 28), Answer("c", 1, 28, from: "c"),
            Answer("c", 3, 7, from: "c", message: "other"),
        ],
        "a chain" => [Answer("a", 1, 28), Answer("b", 2, 28), Answer("a", 3, 28), Answer("c", 3, 28), Answer("b", 4, 28), Answer("c", 4, 28)],
        "a request at the end of a chain" => [Answer("a", 1, 28), Answer("b", 2, 28), Answer("a", 2, 28), Answer("b", 3, 28, request: "r")],
        "no figures at the end of a chain" => [Answer("a", 1, 0), Answer("b", 2, 0), Answer("a", 2, 0), Answer("b", 3, 28)],
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>Anything that can be.</summary>
    /// <param name="random">Decides all of it.</param>
    /// <param name="isSteady">Nothing that a later line can part again: of rows from before a restart is known what they are, not what each line said.</param>
    public SessionLine[] Of(Random random, bool isSteady)
    {
        var lines = new List<SessionLine>();
        var hasReference = random.Next(3) == 0;
        var isEverEmpty = !isSteady && random.Next(3) == 0;
        foreach (var second in Enumerable.Range(1, random.Next(2, 7)))
        {
            var holders = s_sessions.ToArray();
            random.Shuffle(holders);
            var prompt = isEverEmpty && random.Next(3) == 0 ? 0 : random.Next(4) == 0 ? 7 : 28;
            var request = random.Next(4) == 0 ? "r" + (isSteady ? prompt : random.Next(2)) : null;
            var isSaid = random.Next(3) == 0;
            var (isKept, isSide, isReferring) = (random.Next(3) == 0, !isSteady && request is not null && random.Next(4) == 0, random.Next(2) == 0);
            foreach (var session in holders.Take(random.Next(1, 4)))
            {
                lines.Add(Answer(session, second, prompt, request, isSaid ? holders[random.Next(4)] : null, "message", isKept, isSide,
                    hasReference && isReferring ? "reference" : null));
            }
        }
        if (hasReference) lines.Add(Line(s_sessions[random.Next(4)], new { type = "api-request", id = "reference" + number, timestamp = Time(0) }));
        if (random.Next(3) == 0) lines.Add(Line(s_sessions[random.Next(4)],
            new { type = "queue-operation", operation = "enqueue", timestamp = Time(random.Next(9)) }));
        return [.. lines];
    }

    private SessionLine Answer(string session, int second, int prompt, string? request = null, string? from = null, string message = "message",
        bool isKept = false, bool isSide = false, string? reference = null) => Line(session, new
    {
        type = "assistant", uuid = $"{message}{second}-{number}", timestamp = Time(second), cwd = "/a", isSidechain = isSide,
        requestId = request is null ? null : request + number, requestRef = reference is null ? null : reference + number,
        message = new
        {
            id = message + number, model = second % 2 == 0 ? "claude-opus-5-5" : "claude-haiku-4-5", content = Array.Empty<object>(),
            usage = new { input_tokens = prompt, output_tokens = prompt == 0 ? 0 : second },
        },
    }, from, isKept);

    private SessionLine Result(string session, int second) => Line(session, new
    {
        type = "user", uuid = $"result{second}-{number}", timestamp = Time(second), cwd = "/a",
        message = new { content = new[] { new { type = "tool_result", tool_use_id = "toolu_01" + number, content = "out" } } },
    });

    private SessionLine Line(string session, object json, string? from = null, bool isKept = false) =>
        new($"{number}-{session}", LineGen.Say(json, from is null ? null : $"{number}-{from}", isKept));

    private static string Time(int second) => Start.AddSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
