using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Observatory.Tests.Support;

/// <summary>
/// Random lines of a handful of sessions that copy from each other, dense enough that everything meets: shared responses, results before
/// calls, marks of owners that come late, quarters of an hour on whose borders things lie. Times are all different.
/// </summary>
internal static class LineGen
{
    private static readonly string[] s_sessions = ["5a", "5b", "5c", "5d"];
    private static readonly string?[] s_folders = ["/a/web", "/b/web", null];
    private static readonly string[] s_models = ["claude-opus-5-5", "claude-haiku-4-5", "acme/unpriced"];

    public static DateTimeOffset Start { get; } = new(2026, 10, 24, 20, 0, 0, TimeSpan.Zero);

    /// <summary>Lines are spread over this long behind <see cref="Start"/>.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromHours(12);

    public static Gen<List<SessionLine>> Lines { get; } = Gen.Int[0, int.MaxValue].Select(seed => Make(new Random(seed)));

    /// <summary>The same lines for the same number.</summary>
    public static List<SessionLine> Of(int seed) => Make(new Random(seed));

    /// <summary>The line with the session that it comes from: as a mark, or as its own session id.</summary>
    public static string Say(object json, string? origin, bool isKept)
    {
        var line = JsonSerializer.SerializeToNode(json)!.AsObject();
        if (origin is not null && isKept) line["sessionId"] = origin;
        else if (origin is not null) line["forkedFrom"] = new JsonObject { ["sessionId"] = origin };
        return line.ToJsonString();
    }

    private static List<SessionLine> Make(Random random)
    {
        var lines = new List<SessionLine>();
        var times = Enumerable.Range(0, (int)Length.TotalSeconds / 5).Select(i => i * 5_000L).ToArray();
        random.Shuffle(times);
        var next = 0;
        string Time() => Start.AddMilliseconds(times[next++]).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        string Pick(string[] from) => from[random.Next(from.Length)];

        // A line stands in one file mostly, at times in several.
        void Put(object json)
        {
            var holders = s_sessions.ToArray();
            random.Shuffle(holders);
            var style = random.Next(6);
            foreach (var session in holders.Take(random.Next(4) switch { 0 => 2, 1 => random.Next(1, 4), _ => 1 }))
            {
                // Copies say where they come from, or do not, or lead nowhere, or round in a circle.
                var origin = style switch { 0 => holders[0], 1 => Pick([.. s_sessions, "5x"]), 2 when random.Next(2) == 0 => Pick(s_sessions), _ => null };
                lines.Add(new SessionLine(session, Say(json, origin, isKept: random.Next(3) == 0)));
            }
        }

        object Advisor(int input) => new { type = "advisor_message", model = Pick(s_models), input_tokens = input, output_tokens = random.Next(50) };

        for (var n = random.Next(1, 12); n > 0; n--)
        {
            Put(new { type = "user", uuid = $"p{n}", timestamp = Time(), cwd = s_folders[random.Next(3)], message = new { content = $"prompt {n}" } });
        }
        for (var n = random.Next(1, 10); n > 0; n--)
        {
            var (id, reference, twice) = ($"msg{n}", random.Next(3) == 0 ? $"ref{n}" : null, random.Next(8) == 0);
            // What the prompt of a request was does not change while the answer grows; with some gateways it does.
            var prompts = Enumerable.Range(0, 2).Select(_ => new
            {
                Input = random.Next(1, 100), Writes = random.Next(2) * random.Next(900), Read = random.Next(5_000),
                Split = random.Next(2) == 0 ? null : new { ephemeral_5m_input_tokens = random.Next(400), ephemeral_1h_input_tokens = random.Next(400) },
            }).ToArray();
            for (var part = random.Next(1, 4); part > 0; part--)
            {
                var prompt = prompts[twice ? part % 2 : 0];
                var request = twice ? $"req{n}-{part % 2}" : random.Next(4) == 0 ? null : $"req{n}";
                var side = !twice && random.Next(5) == 0;
                object content = random.Next(2) == 0 ? new { type = "text", text = "t" }
                    : new { type = "tool_use", id = ToolId(n, part), name = part == 1 ? "WebSearch" : "Bash", input = new { command = "ls" } };
                Put(new
                {
                    type = "assistant", uuid = $"a{n}-{part}", timestamp = Time(), cwd = s_folders[random.Next(3)], isSidechain = side, requestId = side
                        ? $"side{part}" : request, requestRef = reference,
                    message = new
                    {
                        id, model = Pick(s_models), content = new[] { content },
                        usage = new
                        {
                            input_tokens = random.Next(6) == 0 ? random.Next(1, 100) : prompt.Input, output_tokens = random.Next(1_000),
                            cache_creation_input_tokens = prompt.Writes, cache_read_input_tokens = prompt.Read, cache_creation = prompt.Split,
                            iterations = random.Next(6) == 0 ? new[] { Advisor(prompt.Input % 50 + 1) } : null,
                        },
                    },
                });
            }
            if (reference is not null && random.Next(2) == 0) lines.Add(new SessionLine(Pick(s_sessions),
                new { type = "api-request", id = reference, timestamp = Time() }));
        }
        // Results of calls that were made, and of some that no file holds; a call has one or several.
        for (var n = random.Next(20); n > 0; n--)
        {
            Put(new
            {
                type = "user", uuid = $"r{n}", timestamp = Time(), cwd = s_folders[random.Next(3)], toolUseResult = new { searchCount = random.Next(3) },
                message = new { content = new[] { new { type = "tool_result", tool_use_id = ToolId(random.Next(1, 10), random.Next(1, 4)), content = "out",
                    is_error = random.Next(3) == 0 } } },
            });
        }
        for (var n = random.Next(4); n > 0; n--)
        {
            Put(new { type = "system", subtype = "api_error", uuid = $"e{n}", timestamp = Time(), cwd = s_folders[random.Next(3)],
                error = new { status = 529 } });
        }
        for (var n = random.Next(4); n > 0; n--) lines.Add(new SessionLine(Pick(s_sessions),
            new { type = "queue-operation", operation = "enqueue", timestamp = Time() }));
        for (var n = random.Next(4); n > 0; n--) lines.Add(new SessionLine(Pick(s_sessions),
            new { type = "last-prompt", leafUuid = $"p{random.Next(1, 12)}" }));
        return lines;
    }

    /// <summary>As the service makes them: ids of calls that no other answer has. Numbers that come again have tests of their own.</summary>
    private static string ToolId(int message, int part) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"toolu_01{message:D12}{part:D10}");
}
