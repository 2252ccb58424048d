using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>
/// The real client driven by hand, held against what was typed and what the API answered: from telemetry alone and from hooks alone. Where a
/// source cannot tell a figure, a test says which and why.
/// </summary>
public sealed class InteractiveFiguresTests
{
    /// <summary>Sessions whose process sent telemetry.</summary>
    private static IEnumerable<InteractiveSession> Told => Interactive.Sessions.Where(s => s.Runs.All(r => Interactive.Runs[r].HasTelemetry));

    [Fact]
    public async Task Telemetry_alone_gives_messages_tokens_and_cost_of_every_session()
    {
        await using var core = await InteractiveCore.OfAsync(Interactive.Telemetry().Concat(Interactive.Telemetry()));
        var sessions = await InteractiveCore.SessionsAsync(core);
        Assert.Equal(
            Told.Select(s => (s.Id, s.AssistantMessages, s.Api.Input, s.Api.Output, s.Api.CacheWrite, s.Api.CacheRead, Dollars(s.Api.Cost))).Order(),
            Told.Select(s => sessions[s.Id].Row).Select(r => (r.Id, r.AssistantMessages, r.InputTokens, r.OutputTokens, r.CacheCreationTokens, r.CacheReadTokens, r.Cost ?? 0)).Order());
        var all = (await core.Metrics.GetDashboardAsync(InteractiveCore.All)).Overview;
        Assert.Equal((Told.Sum(s => s.AssistantMessages), Told.Sum(s => s.Api.Input + s.Api.Output + s.Api.CacheWrite + s.Api.CacheRead), Dollars(Told.Sum(s => s.Api.Cost))), (all.AssistantMessages, all.TotalTokens, all.TotalCost));
    }

    private static decimal Dollars(long nano) => nano / 1_000_000_000m;
}
