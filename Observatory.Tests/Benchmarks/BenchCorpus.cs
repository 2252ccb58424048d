using System.Globalization;
using System.Text;

namespace Observatory.Tests.Benchmarks;

/// <summary>
/// Transcripts of a wanted size in the proportions of real ones: answers on three lines each with the same usage, tool results of some
/// kilobytes with many escapes, a fork in every tenth session. Deterministic.
/// </summary>
internal static class BenchCorpus
{
    private const int SessionBytes = 1_500_000;

    private static readonly string[] s_models = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"];
    private static readonly string[] s_tools = ["Bash", "Read", "Edit", "Grep", "Write", "WebFetch"];

    /// <returns>The folder that holds <c>projects</c>.</returns>
    public static string Make(string folder, int megabytes, DateTimeOffset end)
    {
        var random = new Random(1);
        long written = 0;
        for (var n = 0; written < megabytes * 1_000_000L; n++)
        {
            var project = $"/home/dev/src/project-{n % 9}";
            var session = Id(random);
            var path = Path.Combine(folder, "projects", $"-home-dev-src-project-{n % 9}", session + ".jsonl");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var text = Session(random, session, project, end.AddDays(-random.NextDouble() * 29));
            File.WriteAllText(path, text);
            written += text.Length;
            if (n % 10 != 9) continue;
            var copy = text[..(text.IndexOf('\n', text.Length / 3) + 1)];
            var fork = Id(random);
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(path)!, fork + ".jsonl"), copy.Replace(session, fork, StringComparison.Ordinal));
            written += copy.Length;
        }
        return folder;
    }

    private static string Session(Random random, string session, string project, DateTimeOffset at)
    {
        var text = new StringBuilder();
        var lines = 0;
        while (text.Length < SessionBytes)
        {
            at = at.AddSeconds(20 + random.Next(200));
            Line($$"""
                "type":"user","message":{"role":"user","content":"Look at step {{lines}} and make it faster, then run the tests again"}
                """);
            for (var answers = random.Next(1, 6); answers > 0; answers--)
            {
                var (message, request, tool, model) = ("msg_" + Id(random)[..24], "req_" + Id(random)[..24], "toolu_" + Id(random)[..24],
                    s_models[random.Next(3)]);
                var usage = string.Create(CultureInfo.InvariantCulture, $$"""
                    "usage":{"input_tokens":{{random.Next(200)}},"cache_creation_input_tokens":{{random.Next(9000)}},"cache_read_input_tokens":{{random.Next(150_000)}},"output_tokens":{{random.Next(2000)}},"service_tier":"standard","speed":"standard"
                    """) + "}";
                foreach (var block in new[] { """{"type":"thinking","thinking":"First the slow part."}""", """{"type":"text","text":"I will look at it."}""",
                    $$"""{"type":"tool_use","id":"{{tool}}","name":"{{s_tools[random.Next(6)]}}","input":{"command":"dotnet test --filter Step{{lines}}"} }""" })
                {
                    at = at.AddMilliseconds(700);
                    Line($$"""
                        "requestId":"{{request}}","type":"assistant","message":{"id":"{{message}}","type":"message","role":"assistant","model":"{{model}}","content":[{{block}}],"stop_reason":"tool_use",{{usage}} }
                        """);
                }
                at = at.AddSeconds(random.Next(1, 9));
                var output = string.Join("\\n", Enumerable.Range(0, random.Next(10, 120))
                    .Select(i => $"{i,5}→    public void Step{i}() => Assert.Equal(\\\"{i * 7}\\\", Run({i}));"));
                Line($$"""
                    "type":"user","message":{"role":"user","content":[{"tool_use_id":"{{tool}}","type":"tool_result","content":"{{output}}","is_error":{{(random.Next(20) == 0 ? "true" : "false")}}}]},"toolUseResult":{"stdout":"{{output}}","stderr":"","interrupted":false}
                    """);
            }
        }
        return text.ToString();

        void Line(string body)
        {
            lines++;
            text.Append(CultureInfo.InvariantCulture,
                $$"""{"parentUuid":"{{Id(random)}}","isSidechain":false,{{body.Trim()}},"uuid":"{{Id(random)}}","timestamp":"{{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","userType":"external","cwd":"{{project}}","sessionId":"{{session}}","version":"2.1.330","gitBranch":"main"}""").Append('\n');
        }
    }

    private static string Id(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
