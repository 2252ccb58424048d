using CsCheck;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Tests.Support;

/// <summary>What one source says once. The event is made anew for each reading: a batch owns its events.</summary>
internal sealed record Report(EventSource Source, string User, Func<AnalyticsEvent> Event)
{
    public static EventBatch Batch(IEnumerable<Report> reports)
    {
        var all = reports.ToList();
        var batch = new EventBatch { Source = all[0].Source, User = all[0].User };
        foreach (var report in all) batch.Events.Add(report.Event());
        return batch;
    }
}

/// <summary>
/// Random reports of a few sessions from all sources, dense enough that they meet: calls known to transcripts, telemetry and the events API,
/// with and without request ids, alike and close in time; prompts, tools and failures of several sources; points of the token metric.
/// </summary>
internal static class ReportGen
{
    private static readonly string[] s_sessions = ["s1", "s2", ""];
    private static readonly string[] s_people = ["person@example.test", "another@example.test"];
    private static readonly string?[] s_models = ["claude-opus-5-5", "claude-haiku-4-5"];

    public static DateTimeOffset Start { get; } = new(2026, 11, 10, 10, 59, 50, TimeSpan.Zero);

    public static Gen<List<Report>> Reports { get; } = Gen.Int[0, int.MaxValue].Select(seed => Make(new Random(seed)));

    private static List<Report> Make(Random random)
    {
        var all = new List<Report>();
        long Time() => Start.ToUnixTimeMilliseconds() + random.Next(25_000);
        string Session(bool none = true) => s_sessions[random.Next(none ? 3 : 2)];
        TokenUsage Usage() => new(random.Next(2), random.Next(1_000), 0, 0, random.Next(2));
        ulong Request(int n) => random.Next(2) == 0 ? EventKey.Fingerprint([(byte)n, 7]) : 0;

        for (var n = random.Next(8); n > 0; n--)
        {
            var (key, session, request, model) = (EventKey.Of(KeySpace.Message, $"m{n}"), Session(false), Request(n), s_models[random.Next(2)]);
            // The prompt is the same on all lines: without a request, another one would be another response.
            var prompt = Usage();
            for (var part = random.Next(1, 3); part > 0; part--)
            {
                var (at, usage, side) = (Time(), prompt with { Output = random.Next(1_000) }, random.Next(4) == 0);
                all.Add(new(EventSource.Transcript, "owner", () => new ResponseEvent
                {
                    Key = key, At = at, Conversation = session, Request = request, Model = model, Usage = usage with { CacheWrite1h = usage.Input },
                        CacheWriteField = 1, IsSidechain = side, Project = "/p",
                }));
            }
        }
        for (var n = random.Next(10); n > 0; n--)
        {
            var (session, request, model, usage, at, auxiliary) = (Session(), Request(n), s_models[random.Next(2)], Usage(), Time(), random.Next(4) == 0);
            var key = request == 0 ? EventKey.Of(KeySpace.Record, $"c{n}") : EventKey.Of(KeySpace.Request, $"q{n}");
            all.Add(new(EventSource.Otlp, s_people[random.Next(2)], () => new ResponseEvent
            {
                Key = key, Kind = CallKind.Call, At = at, Conversation = session, Request = request, Model = model, Usage = usage, CacheWriteField = 1,
                    IsAuxiliary = auxiliary,
            }));
        }
        for (var n = random.Next(6); n > 0; n--)
        {
            var (session, request, model, usage, at) = (Session(), Request(n), s_models[random.Next(2)], Usage(), Time());
            var key = request == 0 ? EventKey.Of(KeySpace.Event, $"u{n}") : EventKey.Of(KeySpace.Request, $"q{n}");
            var id = EventKey.Of(KeySpace.Event, $"u{n}");
            all.Add(new(EventSource.Api, "api-user", () => new ResponseEvent
            {
                Key = key, EventId = id, Kind = CallKind.Usage, At = at, Conversation = session, Request = request, Model = model, Usage = usage,
                    CacheWriteField = 1, IsAuxiliary = true,
            }));
        }
        foreach (var source in (EventSource[])[EventSource.Transcript, EventSource.Otlp, EventSource.Api, EventSource.Hook])
        {
            if (random.Next(3) == 0) continue;
            var user = source switch { EventSource.Transcript => "owner", EventSource.Otlp => "person@example.test", EventSource.Api => "api-user", _ => "" };
            for (var n = random.Next(4); n > 0; n--)
            {
                var (key, session, at) = (EventKey.Of(KeySpace.Line, $"p{n}"), Session(source != EventSource.Transcript), Time());
                all.Add(new(source, user, () => new PromptEvent { Key = key, At = at, Conversation = session, Length = 5 }));
            }
            for (var n = random.Next(4); n > 0; n--)
            {
                var (key, session, at, failed, ms) = (EventKey.Of(KeySpace.ToolUse, $"t{n}"), Session(source != EventSource.Transcript), Time(),
                    random.Next(3) == 0, random.Next(4_000));
                all.Add(new(source, user, () => new ToolCallEvent { Key = key, At = at, Conversation = session, Tool = "Bash" }));
                all.Add(new(source, user, () => new ToolResultEvent { Key = key, At = at + ms, Conversation = session, IsError = failed }));
            }
            for (var n = random.Next(4); n > 0; n--)
            {
                // A transcript has a line for each attempt, and names the request of the last; the others know failures by their request.
                var isLine = source == EventSource.Transcript;
                var (session, at, attempts, isFinal) = (Session(!isLine), Time(), source == EventSource.Otlp ? random.Next(1, 4) : 1, !isLine
                    || random.Next(2) == 0);
                var key = EventKey.Of(isLine ? KeySpace.Line : KeySpace.Record, $"e{n}");
                var request = isLine && isFinal && random.Next(4) > 0 ? EventKey.Of(KeySpace.Record, $"e{n}") : default;
                all.Add(new(source, user, () => new ApiErrorEvent { Key = key, Request = request, At = at, Conversation = session, Status = 529,
                    Attempts = attempts, IsFinal = isFinal }));
            }
        }
        for (var n = random.Next(5); n > 0; n--)
        {
            var (session, total, at, value) = (Session(), random.Next(2) == 0, Time(), random.Next(1, 500));
            // A series is one person's.
            var person = random.Next(2);
            var series = EventKey.Fingerprint([(byte)random.Next(2), (byte)session.Length, (byte)person]);
            var key = EventKey.Of(KeySpace.Point, $"x{n}");
            all.Add(new(EventSource.Otlp, s_people[person], () => new ResponseEvent
            {
                Key = key, Kind = total ? CallKind.Total : CallKind.Metric, At = at, Conversation = session, Request = series, Model = s_models[0],
                    Usage = new TokenUsage(0, value, 0, 0, 0), IsAuxiliary = true,
            }));
        }
        return all;
    }
}
