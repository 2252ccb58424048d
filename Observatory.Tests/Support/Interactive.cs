using System.Text;
using System.Text.Json;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Hooks;
using Xunit;

namespace Observatory.Tests.Support;

/// <summary>What is known of one session of Fixtures/interactive from outside of the client: what was typed, and what the API answered.</summary>
/// <param name="Runs">Processes that wrote to it.</param>
/// <param name="Api">All complete calls.</param>
/// <param name="Transcript">Those with a line in the transcript: helpers' calls have none.</param>
/// <param name="Failures">Failed attempts, repeated ones included.</param>
internal sealed record InteractiveSession(
    string Id, IReadOnlyList<string> Runs, string Path, long UserMessages, long AssistantMessages, long ToolCalls, long ToolErrors, long Failures,
    InteractiveUsage Api, InteractiveUsage Transcript);

/// <param name="Cost">At list prices, nano-dollars.</param>
internal sealed record InteractiveUsage(long Input, long Output, long CacheWrite, long CacheRead, long Cost);

/// <summary>The real client driven by hand (Fixtures/interactive): transcripts, telemetry, hooks, status lines, and the truth from outside of it.</summary>
internal static class Interactive
{
    public static DateTimeOffset Start { get; } = new(2026, 11, 9, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Behind everything that was recorded.</summary>
    public static DateTimeOffset End { get; } = new(2026, 11, 15, 0, 0, 0, TimeSpan.Zero);

    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "interactive");

    public static IReadOnlyList<InteractiveSession> Sessions { get; } = ReadSessions();

    /// <summary>By run: whether telemetry, and whether a hook of each prompt was set up.</summary>
    public static IReadOnlyDictionary<string, (bool HasTelemetry, bool HasPromptHooks)> Runs { get; } = ReadRuns();

    /// <summary>Every transcript with its user.</summary>
    public static IReadOnlyList<(string File, string Owner)> Transcripts { get; } = ReadTranscripts();

    /// <summary>First figures of answers that were interrupted and have a line: the truth's sums leave them out, the client billed them.</summary>
    public static IReadOnlyList<(string Session, InteractiveUsage Usage)> Interrupted { get; } = ReadInterrupted();

    /// <summary>Lines of a session's transcripts, as they are.</summary>
    public static IEnumerable<string> LinesOf(string session) =>
        Transcripts.Where(t => Path.GetFileNameWithoutExtension(t.File) == session).SelectMany(t => File.ReadLines(t.File));

    /// <summary>Lines of a session with that text, as the client writes JSON (without spaces).</summary>
    public static int Count(string session, string text) => LinesOf(session).Count(l => l.Contains(text, StringComparison.Ordinal));

    public static string VersionOf(string run)
    {
        using var truth = Truth();
        return truth.RootElement.GetProperty("runs").EnumerateArray().Single(r => r.GetProperty("name").GetString() == run).GetProperty("version").GetString()!;
    }

    public static JsonDocument Truth() => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "truth.json")));

    /// <summary>Made anew at each call: a batch owns its events.</summary>
    public static IEnumerable<EventBatch> Telemetry() => OtlpFixture.Load(Path.Combine(Root, "otlp")).SelectMany(f => f.Read()).SelectMany(r => r.Batches);

    /// <summary>In order of the client's clock, which is when they came.</summary>
    public static IEnumerable<EventBatch> Hooks()
    {
        foreach (var line in File.ReadLines(Path.Combine(Root, "hooks.jsonl")))
        {
            using var hook = JsonDocument.Parse(line);
            var at = hook.RootElement.GetProperty("t").GetDateTimeOffset().ToUnixTimeMilliseconds();
            yield return HookReader.Read(Encoding.UTF8.GetBytes(hook.RootElement.GetProperty("body").GetRawText()), null, at)!;
        }
    }

    private static List<InteractiveSession> ReadSessions()
    {
        using var truth = Truth();
        var sessions = truth.RootElement.GetProperty("by_session").EnumerateObject();
        return [.. sessions.Where(s => s.Value.GetProperty("cwd").ValueKind == JsonValueKind.String).Select(s => Session(s.Name, s.Value))];
    }

    private static InteractiveSession Session(string id, JsonElement of) => new(
        id, [.. of.GetProperty("runs").EnumerateArray().Select(r => r.GetString()!)], of.GetProperty("cwd").GetString()!, of.Long("user_messages"),
        of.Long("assistant_messages"), of.Long("tool_calls"), of.Long("tool_errors"), of.Long("api_calls_error"), Usage(of.GetProperty("api")),
        Usage(of.GetProperty("transcript")));

    private static InteractiveUsage Usage(JsonElement of) =>
        new(of.Long("input"), of.Long("output"), of.Long("cache_creation"), of.Long("cache_read"), of.Long("cost_nano_usd"));

    private static Dictionary<string, (bool, bool)> ReadRuns()
    {
        using var truth = Truth();
        return truth.RootElement.GetProperty("runs").EnumerateArray().ToDictionary(r => r.GetProperty("name").GetString()!, r =>
        {
            var hooks = r.GetProperty("hooks");
            var hasPrompts = hooks.ValueKind == JsonValueKind.String
                || hooks.ValueKind == JsonValueKind.Array && hooks.EnumerateArray().Any(h => h.GetString() == "UserPromptSubmit");
            return (r.GetProperty("otel").ValueKind == JsonValueKind.Array, hasPrompts);
        });
    }

    private static List<(string, InteractiveUsage)> ReadInterrupted()
    {
        var found = new List<(string, InteractiveUsage)>();
        foreach (var line in File.ReadLines(Path.Combine(Root, "truth_calls.jsonl")))
        {
            using var call = JsonDocument.Parse(line);
            var of = call.RootElement;
            if (!of.TryGetProperty("outcome", out var outcome) || outcome.GetString() != "client_aborted") continue;
            if (!of.TryGetProperty("in_transcript", out var shown) || !shown.GetBoolean()) continue;
            var usage = of.GetProperty("message_start_usage");
            var writes = usage.Long("cache_creation_5m");
            Assert.Equal(("claude-sonnet-5-5", 0L, 0L), (of.GetProperty("model").GetString(), usage.Long("cache_creation_1h"), usage.Long("cache_read")));
            // List prices of that model: 2, 10 and 2.50 dollars a million.
            var cost = 2_000 * usage.Long("input") + 10_000 * usage.Long("output") + 2_500 * writes;
            found.Add((of.GetProperty("session").GetString()!, new InteractiveUsage(usage.Long("input"), usage.Long("output"), writes, 0, cost)));
        }
        return found;
    }

    private static List<(string, string)> ReadTranscripts()
    {
        using var truth = Truth();
        var files = truth.RootElement.GetProperty("file_user").EnumerateObject().Where(f => f.Name.EndsWith(".jsonl", StringComparison.Ordinal));
        return [.. files.OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => (Path.Combine(Root, "projects", f.Name), f.Value.GetString()!))];
    }
}
