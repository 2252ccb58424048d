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
    /// <summary>Judged as a question of its own: where too few people were active then, it says so and nothing else.</summary>
    public object Previous => figures.Previous.IsWithheld ? new WithheldAnswer() : figures.Previous;
    public TrendSeries Trends => figures.Trends;
    public TopMetricsAnswer TopMetrics { get; } = new(figures.TopMetrics);
    public PerformanceFigures Performance => figures.Performance;
}

internal sealed class TopMetricsAnswer(TopMetrics top)
{
    /// <summary>A list; where it would be of too few people, an object that says so.</summary>
    public object MostActiveUsers => top.AreUsersWithheld ? new WithheldAnswer() : top.MostActiveUsers;
    public IReadOnlyList<LongConversation> LongestConversations => top.LongestConversations;
    public IReadOnlyList<PeakHour> PeakUsageTimes => top.PeakUsageTimes;
    public IReadOnlyList<ProjectAnswer> TopProjects { get; } = [.. top.TopProjects.Select(row => new ProjectAnswer(row))];
    public IReadOnlyList<ModelAnswer> TopModels { get; } = [.. top.TopModels.Select(row => new ModelAnswer(row))];
    public IReadOnlyList<ToolAnswer> TopTools { get; } = [.. top.TopTools.Select(row => new ToolAnswer(row))];
}
