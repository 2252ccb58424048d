using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Time;

namespace Observatory.Core.Realtime;

/// <summary>What a feed tells, read through the front door in the name of those who get it.</summary>
internal sealed class FeedSource(AnalyticsEngine engine, TimeProvider clock)
{
    private const int RecentRows = 20;
    private const int Days = 30;

    public AnalyticsEngine Engine => engine;

    /// <summary>That of the dashboard without parameters: 30 UTC days, today included.</summary>
    /// <returns>The figures, or that they are withheld.</returns>
    public async Task<object> OverviewAsync(CancellationToken cancel)
    {
        var end = BucketClock.Floor(clock.GetUtcNow().ToUnixTimeMilliseconds(), BucketClock.Day) + BucketClock.Day;
        var query = new MetricsQuery { Range = new TimeRange(end - Days * BucketClock.Day, end), Zone = TimeZoneInfo.Utc };
        try
        {
            return (await engine.GetDashboardAsync(query, cancel).ConfigureAwait(false)).Overview;
        }
        catch (WithheldException)
        {
            return new { withheld = true };
        }
    }

    public Task<IReadOnlyList<MessageRow>> RecentAsync(CancellationToken cancel) => engine.GetLastMessagesAsync(RecentRows, cancel);

    public Task<IReadOnlyList<ConversationNews>> NewsAsync(ChangeNotice notice, CancellationToken cancel) =>
        engine.GetNewsAsync(new NewsQuery(notice.Conversations, notice.FirstPrompt, notice.FirstResponse), cancel);

    public async Task<string> StatusAsync(CancellationToken cancel)
    {
        var pipeline = await engine.GetPipelineAsync(cancel).ConfigureAwait(false);
        if (pipeline.WriterFailing || pipeline.StoreFaults.Count > 0) return "failed";
        return pipeline.Import.Problem is not null || pipeline.Services.Any(s => !s.Running) ? "degraded" : "healthy";
    }
}
