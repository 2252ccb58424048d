using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>
/// The real client driven by hand (Fixtures/interactive), held against what was typed and what the API answered: from transcripts, from both, from
/// telemetry and from hooks alone. Where a source cannot tell a figure, a test says which and why.
/// </summary>
public sealed class InteractiveFiguresTests
{
    private static readonly InteractiveUsage s_nothing = new(0, 0, 0, 0, 0);

    private static IReadOnlyList<InteractiveSession> Sessions => Interactive.Sessions;

    /// <summary>Sessions whose processes all sent telemetry.</summary>
    private static IReadOnlyList<InteractiveSession> Told { get; } = [.. Sessions.Where(s => s.Runs.All(r => Interactive.Runs[r].HasTelemetry))];

    /// <summary>Sessions whose processes all had a hook for prompts.</summary>
    private static IReadOnlyList<InteractiveSession> Hooked { get; } = [.. Sessions.Where(s => s.Runs.All(r => Interactive.Runs[r].HasPromptHooks))];

    [Fact]
    public async Task Transcripts_alone_give_every_session()
    {
        await using var core = await InteractiveCore.StartAsync();
        foreach (var (file, owner) in Interactive.Transcripts) await core.ReadAsync(file, owner);
        await SameAsync(core, s => s.Transcript);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Transcripts_and_telemetry_in_any_order_give_every_session_and_the_helpers_calls(int order)
    {
        await using var core = await InteractiveCore.StartAsync();
        List<Func<Task>> read = [.. Interactive.Transcripts.Select(t => (Func<Task>)(() => core.ReadAsync(t.File, t.Owner)))];
        List<Func<Task>> sent = [.. Interactive.Telemetry().Select(b => (Func<Task>)(() => core.WriteAsync(b)))];
        Func<Task>[] all = order == 0 ? [.. sent, .. read] : [.. read, .. sent];
        if (order == 2) new Random(11).Shuffle(all);
        foreach (var step in all) await step();
        // One run sent no telemetry.
        await SameAsync(core, s => Told.Contains(s) ? s.Api : s.Transcript);
        SameFailures(await InteractiveCore.SessionsAsync(core));
    }

    [Fact]
    public async Task Telemetry_alone_gives_messages_tokens_and_cost_of_every_session()
    {
        await using var core = await InteractiveCore.OfAsync(Interactive.Telemetry().Concat(Interactive.Telemetry()));
        var sessions = await InteractiveCore.SessionsAsync(core);
        Assert.Equal(
            Told.Select(s => (s.Id, s.AssistantMessages, s.Api.Input, s.Api.Output, s.Api.CacheWrite, s.Api.CacheRead, Dollars(s.Api.Cost))).Order(),
            Told.Select(s => sessions[s.Id].Row)
                .Select(r => (r.Id, r.AssistantMessages, r.InputTokens, r.OutputTokens, r.CacheCreationTokens, r.CacheReadTokens, r.Cost ?? 0)).Order());
        var all = (await core.Metrics.GetDashboardAsync(InteractiveCore.All)).Overview;
        Assert.Equal(
            (Told.Sum(s => s.AssistantMessages), Told.Sum(s => s.Api.Input + s.Api.Output + s.Api.CacheWrite + s.Api.CacheRead),
                Dollars(Told.Sum(s => s.Api.Cost))),
            (all.AssistantMessages, all.TotalTokens, all.TotalCost));
        SameFailures(sessions);
        // Nothing that the client sends names a folder.
        Assert.All(sessions.Values, s => Assert.Null(s.Row.ProjectPath));
    }

    [Fact]
    public async Task Telemetry_alone_takes_blocked_and_scheduled_prompts_for_typed_and_does_not_hear_of_some_that_old_clients_absorbed()
    {
        await using var core = await InteractiveCore.OfAsync(Interactive.Telemetry());
        var sessions = await InteractiveCore.SessionsAsync(core);
        Assert.Equal(
            Told.Select(s => (s.Id, s.UserMessages + Blocked(s) + Scheduled(s) - InteractiveUntold.AbsorbedUnsaid(s))).Order(),
            Told.Select(s => (s.Id, sessions[s.Id].Row.UserMessages)).Order());
        Assert.Equal((1, 5, 2), (Told.Sum(Blocked), Told.Sum(Scheduled), Told.Sum(InteractiveUntold.AbsorbedUnsaid)));
    }

    [Fact]
    public async Task Telemetry_alone_gives_tool_calls_and_refusals_but_those_of_unknown_tools_and_open_questions()
    {
        await using var core = await InteractiveCore.OfAsync(Interactive.Telemetry());
        var sessions = await InteractiveCore.SessionsAsync(core);
        Assert.Equal(
            Told.Select(s => (s.Id, s.ToolCalls - Unknown(s) - InteractiveUntold.Unanswered(s.Id), s.ToolErrors - Unknown(s))).Order(),
            Told.Select(s => sessions[s.Id].Row).Select(r => (r.Id, r.ToolCalls, r.ToolErrors)).Order());
    }

    [Fact]
    public async Task Hooks_alone_give_the_prompts_but_take_blocked_and_scheduled_ones_for_typed()
    {
        await using var core = await InteractiveCore.OfAsync(Interactive.Hooks());
        var sessions = await InteractiveCore.SessionsAsync(core);
        Assert.True(Hooked.Count > 15);
        Assert.Equal(
            Hooked.Select(s => (s.Id, s.UserMessages + Blocked(s) + Scheduled(s))).Order(),
            Hooked.Select(s => (s.Id, sessions[s.Id].Row.UserMessages)).Order());
        // No hook says that the model answered.
        Assert.All(sessions.Values, s => Assert.Equal((0, 0), (s.Row.AssistantMessages, s.Row.TotalTokens)));
    }

    /// <summary>
    /// Attempts of calls that failed to the end, as the client's events say; those that recovered are told by spans alone, so fewer than the API answered.
    /// </summary>
    private static Dictionary<string, long> Unfinished { get; } = Interactive.Telemetry()
        .SelectMany(b => b.Events).OfType<Core.Events.ApiErrorEvent>().DistinctBy(e => e.Key).GroupBy(e => e.Conversation)
            .ToDictionary(g => g.Key, g => (long)g.Sum(e => e.Attempts));

    private static void SameFailures(IReadOnlyDictionary<string, SessionFigures> sessions)
    {
        Assert.Equal(3, Unfinished.Count);
        Assert.All(Told, s => Assert.Equal(Unfinished.GetValueOrDefault(s.Id), sessions[s.Id].Failures));
        Assert.All(Told, s => Assert.True(Unfinished.GetValueOrDefault(s.Id) <= s.Failures));
    }

    private static async Task SameAsync(CoreHost core, Func<InteractiveSession, InteractiveUsage> usageOf)
    {
        var sessions = await InteractiveCore.SessionsAsync(core);
        // An interrupted answer with a line is a message, too; the truth has only complete ones.
        InteractiveUsage Cut(string id) => Interactive.Interrupted.SingleOrDefault(i => i.Session == id).Usage ?? s_nothing;
        var expected = Sessions.Select(s => (
            s.Id, s.UserMessages, AssistantMessages: s.AssistantMessages + Interactive.Interrupted.Count(i => i.Session == s.Id), s.ToolCalls, s.ToolErrors,
            Usage: Sum(usageOf(s), Cut(s.Id)))).OrderBy(s => s.Id, StringComparer.Ordinal).ToList();
        Assert.Equal(
            expected,
            Sessions.Select(s => sessions[s.Id].Row).OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => (
                r.Id, r.UserMessages, r.AssistantMessages, r.ToolCalls, r.ToolErrors,
                new InteractiveUsage(r.InputTokens, r.OutputTokens, r.CacheCreationTokens, r.CacheReadTokens, (long)((r.Cost ?? 0) * 1_000_000_000m)))));
        var all = (await core.Metrics.GetDashboardAsync(InteractiveCore.All)).Overview;
        Assert.Equal(
            (expected.Sum(s => s.UserMessages), expected.Sum(s => s.AssistantMessages), expected.Sum(s => s.ToolCalls), expected.Sum(s => s.ToolErrors),
                Dollars(expected.Sum(s => s.Usage.Cost))),
            (all.UserMessages, all.AssistantMessages, all.ToolCalls, all.ToolErrors, all.TotalCost));
    }

    private static int Blocked(InteractiveSession session) => InteractiveUntold.Blocked(session.Id);

    private static int Scheduled(InteractiveSession session) => InteractiveUntold.Scheduled(session.Id);

    private static int Unknown(InteractiveSession session) => InteractiveUntold.UnknownTools(session.Id);

    private static InteractiveUsage Sum(InteractiveUsage a, InteractiveUsage b) =>
        new(a.Input + b.Input, a.Output + b.Output, a.CacheWrite + b.CacheWrite, a.CacheRead + b.CacheRead, a.Cost + b.Cost);

    private static decimal Dollars(long nano) => nano / 1_000_000_000m;
}
