using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

internal static class DashboardApi
{
    public static void MapDashboard(this RouteGroupBuilder analytics) => analytics.MapGet("/dashboard", GetAsync)
        .WithTags("Overview").WithName("GetDashboard").WithSummary("The overview of a range: totals, the period before, series, and the top ten of each.");

    private static async Task<Results<Ok<DashboardAnswer>, ProblemHttpResult>> GetAsync(
        [AsParameters] DashboardParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        parameters.TryRead(out var query, out var problem)
            ? TypedResults.Ok(new DashboardAnswer(await analytics.GetDashboardAsync(query, cancel)))
            : problem;
}

internal sealed class DashboardAnswer(DashboardFigures figures)
{
    public OverviewFigures Overview => figures.Overview;
    public OverviewFigures Previous => figures.Previous;
    public TrendSeries Trends => figures.Trends;
    public TopMetricsAnswer TopMetrics { get; } = new(figures.TopMetrics);
    public PerformanceFigures Performance => figures.Performance;
}

internal sealed class TopMetricsAnswer(TopMetrics top)
{
    public IReadOnlyList<TopUser> MostActiveUsers => top.MostActiveUsers;
    public IReadOnlyList<LongConversation> LongestConversations => top.LongestConversations;
    public IReadOnlyList<PeakHour> PeakUsageTimes => top.PeakUsageTimes;
    public IReadOnlyList<ProjectAnswer> TopProjects { get; } = [.. top.TopProjects.Select(row => new ProjectAnswer(row))];
    public IReadOnlyList<ModelAnswer> TopModels { get; } = [.. top.TopModels.Select(row => new ModelAnswer(row))];
    public IReadOnlyList<ToolRow> TopTools => top.TopTools;
}
