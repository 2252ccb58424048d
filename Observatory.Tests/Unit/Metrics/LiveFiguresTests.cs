using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Live;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

public sealed class LiveFiguresTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 30, TimeSpan.Zero);
    private static int s_n;

    private static object Line(string session, int secondsAgo, string type, object message, string? agent = null) => new
    {
        type, uuid = Guid.NewGuid(), timestamp = s_now.AddSeconds(-secondsAgo)
            .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        cwd = "/src/app", sessionId = session, version = "2.1.330", isSidechain = agent is not null, agentId = agent, message,
    };

    private static SessionLine Prompt(string session, int ago) => new(session, Line(session, ago, "user", new { role = "user", content = "Do it" }));

    private static SessionLine Answer(string session, int ago, string? tool = null, string? call = null) => new(session, Line(session, ago, "assistant", new
    {
        id = $"msg_{++s_n}", role = "assistant", model = "claude-opus-4-8",
            usage = new { input_tokens = 100, output_tokens = 50, cache_read_input_tokens = 1_000 },
        content = tool is null ? new object[] { new { type = "text", text = "Done" } }
            : [new { type = "tool_use", id = call, name = tool, input = new { command = "dotnet test" } }],
    }));

    private static SessionLine Result(string session, int ago, string call, bool failed = false) =>
        new(session, Line(session, ago, "user", new { role = "user",
            content = new[] { new { type = "tool_result", tool_use_id = call, is_error = failed, content = "out" } } }));

    private static async Task<(CoreHost Core, ILiveFigures Live)> WithAsync(params SessionLine[] lines)
    {
        var core = await CoreHost.StartAsync(new FixedClock(s_now));
        if (lines.Length > 0) await core.WriteAsync(LineBatches.Of(lines));
        return (core, core.Services.GetRequiredService<ILiveFigures>());
    }

    [Fact]
    public async Task NothingAtAll_GivesAnHourOfNothing()
    {
        var (core, live) = await WithAsync();
        await using (core)
        {
            var now = await live.GetLiveAsync(MetricsFilter.None, TestContext.Current.CancellationToken);
            Assert.Empty(now.Sessions);
            Assert.Equal(61, now.Minutes.Count);
            Assert.True(now.Minutes[^1].Running);
            Assert.Equal(s_now.AddSeconds(-30), now.Minutes[^1].Start);
            Assert.Null(now.LatencyMs);
        }
    }

    [Fact]
    public async Task EachSessionIsInItsState()
    {
        var (core, live) = await WithAsync(
            Prompt("tool", 60), Answer("tool", 50, "Bash", "c1"),
            Prompt("parallel", 61), Answer("parallel", 55, "Bash", "c2"), Answer("parallel", 55, "Read", "c3"), Result("parallel", 40, "c3"),
            Prompt("answering", 62), Answer("answering", 50, "Read", "c4"), Result("answering", 20, "c4", failed: true),
            Prompt("idle", 63), Answer("idle", 30),
            Prompt("asked", 8),
            Prompt("silent", 900), Answer("silent", 600),
            Prompt("broken off", 3_000), Answer("broken off", 2_900, "Bash", "c5"));
        await using (core)
        {
            var now = await live.GetLiveAsync(MetricsFilter.None, TestContext.Current.CancellationToken);
            Assert.Equal(
                [("idle", LiveState.Idle), ("answering", LiveState.Answering), ("parallel", LiveState.Tool), ("tool", LiveState.Tool),
                    ("asked", LiveState.Answering)],
                now.Sessions.Select(s => (s.Id, s.State)));
            var tool = now.Sessions.Single(s => s.Id == "tool");
            Assert.Equal(("Bash", "dotnet test", s_now.AddSeconds(-50)), (tool.Tool, tool.Detail, tool.Since));
            Assert.Equal(("/src/app", Fixture.Owner, 1, 1_150), (tool.ProjectPath, tool.UserId, tool.Turns, tool.TotalTokens));
            Assert.Equal(1_100, tool.ContextTokens);
            Assert.Equal("Bash", now.Sessions.Single(s => s.Id == "parallel").Tool);
            Assert.Equal(1, now.Sessions.Single(s => s.Id == "answering").ToolErrors);
            Assert.Equal(("Bash", 3L), (now.Tools[0].Tool, now.Tools[0].Calls));
        }
    }

    [Fact]
    public async Task MinutesAddUpToWhatWasUsed_AndTheFilterHolds()
    {
        var (core, live) = await WithAsync(Prompt("a", 200), Answer("a", 190), Answer("a", 100), Answer("a", 10), Answer("a", 3_700));
        await using (core)
        {
            var now = await live.GetLiveAsync(MetricsFilter.None, TestContext.Current.CancellationToken);
            Assert.Equal(3 * 1_150, now.Minutes.Sum(m => m.Tokens));
            Assert.Equal(1_150, now.Minutes[^1].Tokens);
            Assert.Equal(3, now.Minutes.Sum(m => m.Calls));
            Assert.Equal(["Answer", "Answer", "Answer", "Prompt"], now.Events.Select(e => e.Kind.ToString()));
            var none = await live.GetLiveAsync(MetricsFilter.None with { Users = ["nobody"] }, TestContext.Current.CancellationToken);
            Assert.Equal((0, 0L, 0), (none.Sessions.Count, none.Minutes.Sum(m => m.Tokens), none.Events.Count));
        }
    }

    [Fact]
    public async Task APermissionRequestWaitsUntilSomethingHappens()
    {
        var (core, live) = await WithAsync(Prompt("s", 60), Answer("s", 50, "Bash", "c9"));
        await using (core)
        {
            var batch = new EventBatch { Source = EventSource.Hook };
            batch.Events.Add(new OtherEvent { Key = EventKey.Of(KeySpace.Event, "h1"), At = s_now.AddSeconds(-49).ToUnixTimeMilliseconds(),
                Conversation = "s", Type = "PermissionRequest" });
            await core.WriteAsync(batch);
            var session = Assert.Single((await live.GetLiveAsync(MetricsFilter.None, TestContext.Current.CancellationToken)).Sessions);
            Assert.Equal((LiveState.Permission, "Bash"), (session.State, session.Tool));
            await core.WriteAsync(LineBatches.Of([Result("s", 5, "c9")]));
            session = Assert.Single((await live.GetLiveAsync(MetricsFilter.None, TestContext.Current.CancellationToken)).Sessions);
            Assert.Equal(LiveState.Answering, session.State);
        }
    }
}
