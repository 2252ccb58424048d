using Observatory.Core.Events;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator : IListFigures
{
    public Task<ProjectsPageFigures> GetProjectsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        ShareAsync("projects page", query, c => MakeProjectsPageAsync(query, c), cancel);

    private async Task<ProjectsPageFigures> MakeProjectsPageAsync(MetricsQuery query, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        const RangeParts Parts = RangeParts.Projects | RangeParts.ProjectSeries | RangeParts.Usage;
        var (now, earlier) = await ReadBothAsync(snapshot.Db, query, Parts, RangeParts.Projects, cancel).ConfigureAwait(false);
        return new ProjectsPageFigures(
            [.. ProjectRows(now, earlier).Where(r => !r.Figures.IsWithheld)], now.Usage(Now), now.ProjectSeries(names), now.Overview, earlier.Total.Tokens);
    }

    public Task<ModelsPageFigures> GetModelsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        ShareAsync("models page", query, c => MakeModelsPageAsync(query, c), cancel);

    private async Task<ModelsPageFigures> MakeModelsPageAsync(MetricsQuery query, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        const RangeParts Parts = RangeParts.Models | RangeParts.Usage;
        var (now, earlier) = await ReadBothAsync(snapshot.Db, query, Parts | RangeParts.ModelSeries, Parts, cancel).ConfigureAwait(false);
        var rows = ModelRows(now, earlier).Where(r => !r.Figures.IsWithheld).ToList();
        var sums = now.Models.ToDictionary(g => names.Text(g.Key) ?? "", g => g.Value.Sum);
        return new ModelsPageFigures(
            rows, now.Usage(Now), earlier.Usage(Now), now.ModelSeries(names), [.. rows.Select(r => TokensOf(sums[r.Model ?? ""]))],
            now.Overview, earlier.Overview, SavingsOf(earlier));
    }

    public Task<ToolsPageFigures> GetToolsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        ShareAsync("tools page", query, c => MakeToolsPageAsync(query, c), cancel);

    private async Task<ToolsPageFigures> MakeToolsPageAsync(MetricsQuery query, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var plan = RangePlan.For(query.Range);
        var filter = cubes.FilterOf(snapshot.Db, query.Filter, names, query.Zone, cancel, query.Range);
        var rows = ToolRows(await cubes.ReadToolsAsync(snapshot.Db, plan, filter, durations: true, cancel).ConfigureAwait(false), filter, query.Range)
            .Where(r => !r.IsWithheld).ToList();
        var buckets = new BucketClock(query.Zone).Buckets(query.Range, query.EffectiveInterval);
        var series = new Dictionary<int, (long[] Calls, long[] Errors)>();
        await cubes.ToolCallsAsync(snapshot.Db, plan, filter, row =>
        {
            var tool = row.Facts.Tool;
            if (!filter.ShowsPoint(row.At, query.EffectiveInterval, CrowdDimension.Tool, tool)) return;
            if (!series.TryGetValue(tool, out var own)) series[tool] = own = (new long[buckets.Count], new long[buckets.Count]);
            var i = RangeFigures.IndexOf(buckets, row.At);
            own.Calls[i] += row.Calls;
            own.Errors[i] += row.Errors;
        }, cancel).ConfigureAwait(false);
        return new ToolsPageFigures(
            rows,
            [.. buckets.Select(b => new UsageBucket { Start = b.StartTime, End = b.EndTime, Partial = RangeFigures.IsPartial(b, query.Range, Now) })],
            [.. series.Select(s => new ToolSeries(names.Text(s.Key) ?? "unknown", s.Value.Calls, s.Value.Errors))
                .OrderByDescending(s => s.Calls.Sum()).ThenBy(s => s.Tool, StringComparer.Ordinal)]);
    }

    private static TokenUsage TokensOf(in Measures sum) =>
        new(sum[Measure.Input], sum[Measure.Output], sum[Measure.CacheWrite5m], sum[Measure.CacheWrite1h], sum[Measure.CacheRead]);

    /// <summary>As the rows have it: models without a price save nothing that is known.</summary>
    private static decimal? SavingsOf(RangeFigures range)
    {
        var priced = range.Models.Values.Where(s => s.Tokens > 0 && s.ToOverview().TotalCost is not null).ToList();
        return priced.Count == 0 ? null : priced.Sum(s => Money.Dollars(s.Sum[Measure.UncachedCost] - s.Sum[Measure.Cost]));
    }
}
