using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Statistics;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    private const RangeParts OfDashboard = RangeParts.Users | RangeParts.Projects | RangeParts.Models | RangeParts.Usage | RangeParts.PeakHours;

    public Task<DashboardFigures> GetDashboardAsync(MetricsQuery query, CancellationToken cancel = default) =>
        ShareAsync("dashboard", query, c => MakeDashboardAsync(query, c), cancel);

    private async Task<DashboardFigures> MakeDashboardAsync(MetricsQuery query, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var before = query.Before(Now);
        var filter = cubes.FilterOf(snapshot.Db, query.Filter, names, query.Zone, cancel, query.Range, before);
        var now = await ReadRangeAsync(snapshot.Db, query, query.Range, filter, OfDashboard, cancel).ConfigureAwait(false);
        var earlier = await ReadRangeAsync(snapshot.Db, query, before, filter, RangeParts.Projects | RangeParts.Models, cancel).ConfigureAwait(false);
        var performance = await PerformanceAsync(snapshot.Db, now, filter, cancel).ConfigureAwait(false);
        var tools = ToolRows(await cubes.ReadToolsAsync(snapshot.Db, now.Plan, filter, durations: false, cancel).ConfigureAwait(false), filter, query.Range);
        var seen = await SeenAsync(snapshot.Db, now.Total.Conversations, query.Filter, filter, cancel).ConfigureAwait(false);
        return Dashboard(snapshot.Db, now, earlier, performance, ProjectRows(now, earlier), ModelRows(now, earlier), tools, seen);
    }

    public Task<OverviewPageFigures> GetOverviewPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        ShareAsync("overview", query, c => MakeOverviewAsync(query, c), cancel);

    private async Task<OverviewPageFigures> MakeOverviewAsync(MetricsQuery query, CancellationToken cancel)
    {
        var version = Version;
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var db = snapshot.Db;
        var before = query.Before(Now);
        var filter = cubes.FilterOf(snapshot.Db, query.Filter, names, query.Zone, cancel, query.Range, before);
        var now = await ReadRangeAsync(db, query, query.Range, filter, OfDashboard | RangeParts.ModelSeries, cancel).ConfigureAwait(false);
        var earlier = await ReadRangeAsync(db, query, before, filter, RangeParts.Projects | RangeParts.Models | RangeParts.Usage, cancel).ConfigureAwait(false);
        var performance = await PerformanceAsync(db, now, filter, cancel).ConfigureAwait(false);
        var (projects, models) = (ProjectRows(now, earlier).ToList(), ModelRows(now, earlier).ToList());
        var tools = ToolRows(await cubes.ReadToolsAsync(db, now.Plan, filter, durations: true, cancel).ConfigureAwait(false), filter, query.Range).ToList();
        var seen = await SeenAsync(db, now.Total.Conversations, query.Filter, filter, cancel).ConfigureAwait(false);
        var dashboard = Dashboard(db, now, earlier, performance, projects, models, tools.Select(t => t with { MedianMs = null, P95Ms = null }),
            seen);
        var expensive = await RowsAsync(db, seen, q => q.OrderByDescending(c => c.Cost).ThenBy(c => c.SessionId).Take(Top), cancel)
            .ConfigureAwait(false);
        return new OverviewPageFigures
        {
            Dashboard = dashboard,
            Usage = now.Usage(Now),
            PreviousUsage = earlier.Usage(Now),
            Models = now.ModelSeries(names),
            HeatMap = now.HeatMap,
            MostExpensive = expensive,
            Projects = projects,
            ModelRows = models,
            Tools = tools,
            PreviousPerformance = await PerformanceAsync(db, earlier, filter, cancel).ConfigureAwait(false),
            Version = version,
        };
    }

    public Task<SystemFigures> GetSystemAsync(MetricsQuery query, CancellationToken cancel = default) =>
        ShareAsync("system", query, c => MakeSystemAsync(query, c), cancel);

    private async Task<SystemFigures> MakeSystemAsync(MetricsQuery query, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var filter = cubes.FilterOf(snapshot.Db, query.Filter, names, query.Zone, cancel, query.Range);
        var range = await ReadRangeAsync(snapshot.Db, query, query.Range, filter, RangeParts.PeakHours, cancel).ConfigureAwait(false);
        var total = range.Total;
        return new SystemFigures
        {
            TotalConversations = total.Conversations.Count,
            TotalMessages = total.Messages,
            TotalTokensProcessed = total.Tokens,
            AverageConversationLength = total.Conversations.Count == 0 ? 0 : (double)total.Messages / total.Conversations.Count,
            ActiveUsers = total.Users,
            SystemUptime = Uptime(snapshot.Db, query.Range),
            ErrorRate = total.ErrorRate,
            AverageResponseTime = total.AverageResponse,
            PeakUsageHours = [.. range.PeakHours().Select(p => p.Hour)],
        };
    }

    private async Task<RangeFigures> ReadRangeAsync(
        ObservatoryContext db, MetricsQuery query, TimeRange range, IdFilter filter, RangeParts parts, CancellationToken cancel)
    {
        var cube = await cubes.ReadAsync(db, RangePlan.For(range), filter, cancel).ConfigureAwait(false);
        var figures = RangePass.Run(range, cube, query.Zone, query.EffectiveInterval, parts);
        if ((parts & RangeParts.Usage) == 0) return figures;
        foreach (var row in reads.Created(db, range.Start, range.End)) figures.Created[row.Id] = row.CreatedAt;
        return figures;
    }

    private async Task<PerformanceFigures> PerformanceAsync(ObservatoryContext db, RangeFigures range, IdFilter filter, CancellationToken cancel)
    {
        var answers = await cubes.ReadAnswersAsync(db, range.Plan, filter, cancel).ConfigureAwait(false);
        var uptime = Uptime(db, range.Range);
        return new PerformanceFigures(range.Total.AverageResponse, answers.Quantile(0.95) / 1000, uptime, range.Total.ErrorRate);
    }

    private DashboardFigures Dashboard(
        ObservatoryContext db, RangeFigures now, RangeFigures earlier, PerformanceFigures performance,
        IEnumerable<ProjectRow> projects, IEnumerable<ModelRow> models, IEnumerable<ToolRow> tools, IReadOnlySet<int> seen)
    {
        var longest = reads.Longest(db, seen, Top);
        var usage = now.Usage(Now);
        return new DashboardFigures
        {
            Overview = now.Overview,
            Previous = earlier.Overview,
            Trends = new TrendSeries(
                Series(usage, u => u.Conversations), Series(usage, u => u.Messages), Series(usage, u => u.TotalTokens), Series(usage, u => (double)u.Cost)),
            TopMetrics = new TopMetrics(
                [.. TopUsers(now).Take(Top)],
                [.. longest.Select(c => new LongConversation(c.SessionId, c.Title, c.Messages, DateTimeOffset.FromUnixTimeMilliseconds(c.CreatedAt)))],
                [.. now.PeakHours().Take(Top)],
                [.. projects.Take(Top)],
                [.. models.Take(Top)],
                [.. tools.Take(Top)]),
            Performance = performance,
        };
    }

    private static List<SeriesPoint> Series(IReadOnlyList<UsageBucket> usage, Func<UsageBucket, double> value) =>
        [.. usage.Select(u => new SeriesPoint(u.Start, u.Withheld ? null : value(u), u.Partial ? true : null, u.Withheld ? true : null))];

    private IEnumerable<TopUser> TopUsers(RangeFigures range) => range.Users
        .Where(u => u.Key != 0 && u.Value.Messages > 0)
        .Select(u => new TopUser(names.Text(u.Key)!, u.Value.Conversations.Count, u.Value.Messages, u.Value.Tokens))
        .OrderByDescending(u => u.TotalMessages).ThenBy(u => u.UserId, StringComparer.Ordinal);

    /// <summary>Most calls first; those of too few people behind them, by name.</summary>
    private IEnumerable<ToolRow> ToolRows(Dictionary<int, (ToolMeasures Sum, QuantileSketch Durations)> tools, IdFilter filter, TimeRange range) => tools
        .Select(t => new ToolRow
        {
            Tool = names.Text(t.Key) ?? "unknown",
            Calls = t.Value.Sum.Calls,
            Errors = t.Value.Sum.Errors,
            ErrorRate = t.Value.Sum.Calls == 0 ? 0 : (double)t.Value.Sum.Errors / t.Value.Sum.Calls,
            MedianMs = t.Value.Durations.Quantile(0.5),
            P95Ms = t.Value.Durations.Quantile(0.95),
            TotalMs = t.Value.Sum.DurationCount == 0 ? null : t.Value.Sum.DurationMs,
            AverageDuration = t.Value.Sum.DurationCount == 0 ? null : t.Value.Sum.DurationMs / 1000.0 / t.Value.Sum.DurationCount,
        })
        .Where(t => t.Calls > 0)
        .OrderByDescending(t => t.Calls).ThenBy(t => t.Tool, StringComparer.Ordinal)
        .Concat(Hidden(filter, range, CrowdDimension.Tool).Select(id => new ToolRow { Tool = names.Text(id) ?? "unknown", IsWithheld = true }));

    /// <summary>By name.</summary>
    private IEnumerable<int> Hidden(IdFilter filter, TimeRange range, CrowdDimension dimension) =>
        filter.Mask is not { } mask ? [] : mask.Hidden(range, dimension).OrderBy(id => names.Text(id), StringComparer.Ordinal);
}
