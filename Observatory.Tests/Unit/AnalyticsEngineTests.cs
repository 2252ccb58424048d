using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core;
using Observatory.Core.Accounts;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit;

public sealed class AnalyticsEngineTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_tracked_is_in_the_next_answer()
    {
        var clock = new FakeTimeProvider(s_now);
        await using var core = await CoreHost.StartAsync(clock);
        var engine = Engines.Of(core.Services);
        var tracker = core.Services.GetRequiredService<AnalyticsTracker>();
        await tracker.ConversationCreatedAsync("c1", "ann", cancel: Cancel);
        await tracker.MessageSentAsync("c1", "m1", "user", 12, Cancel);
        clock.Advance(TimeSpan.FromSeconds(4));
        await tracker.MessageSentAsync("c1", "m2", "assistant", 80, Cancel);
        await tracker.TokenUsageAsync("c1", 700, "input", Cancel);
        await tracker.TokenUsageAsync("c1", 90, "output", Cancel);
        await tracker.UserActivityAsync("ann", "opened the settings", cancel: Cancel);

        var range = new TimeRange(s_now.AddHours(-1), s_now.AddHours(1));
        var overview = (await engine.GetDashboardAsync(new MetricsQuery { Range = range, Zone = TimeZoneInfo.Utc }, Cancel)).Overview;
        Assert.Equal((1L, 1L, 1L), (overview.TotalConversations, overview.UserMessages, overview.AssistantMessages));
        Assert.Equal((700L, 90L), (overview.InputTokens, overview.OutputTokens));
        Assert.Equal(4, (await engine.GetConversationAsync("c1", Cancel))!.AverageResponseTime);
        var events = await engine.AskAsync([new MetricRequest { Metrics = ["events"], Range = range, Zone = TimeZoneInfo.Utc, GroupBy = "type" }], Cancel);
        Assert.Contains(events[0].Groups, g => g is { Name: "user_activity", Totals: [1.0] });
        await Assert.ThrowsAsync<ArgumentException>(() => tracker.MessageSentAsync("c1", new string('m', 300), "user", 1, Cancel));
    }

    [Fact]
    public async Task Whoever_was_not_let_in_is_told_nothing()
    {
        var fake = new FakeMetrics();
        await using var services = new ServiceCollection().AddSingleton<IMetricsCalculator>(fake).AddSingleton<Core.Realtime.AnalyticsBroadcaster>()
            .BuildServiceProvider();
        var engine = Engines.Of(services, Asker.Nobody);
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => engine.GetConversationAsync("any", Cancel));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => engine.GetFilterChoicesAsync(Cancel));
        Assert.Throws<UnauthorizedAccessException>(engine.Subscribe);
    }
}
