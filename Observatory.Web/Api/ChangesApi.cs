using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Api;

internal static class ChangesApi
{
    public static void MapChanges(this RouteGroupBuilder analytics) =>
        analytics.MapGet("/changes", GetAsync).WithTags("Statistics").WithName("ListChanges")
            .WithSummary("The few differences to the period before that are large, unlikely and cost most; none where nothing is.");

    private static async Task<Results<Ok<ListAnswer<ChangeAnswer>>, ProblemHttpResult>> GetAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel)
    {
        if (!parameters.TryRead(out var query, out var problem)) return problem;
        var report = await analytics.GetChangesAsync(query, cancel);
        return TypedResults.Ok(new ListAnswer<ChangeAnswer>([.. report.Findings.Select(f => new ChangeAnswer(f, query, parameters.Request.PathBase))]));
    }
}

internal sealed class ChangeAnswer(Finding finding, MetricsQuery query, string home)
{
    public string Metric => finding.Metric.Name;
    /// <summary>Null where there is nothing that a rate could be told from.</summary>
    public double? Current => finding.Current;
    public double? Previous => finding.Previous;
    public double Delta => finding.Delta;
    /// <summary>A sentence with numbers.</summary>
    public string Reason => finding.Reason;
    /// <summary>Those of one dimension sum to the delta.</summary>
    public IReadOnlyList<ChangeContributionAnswer> Contributions { get; } = [.. finding.Contributions.Select(c => new ChangeContributionAnswer(c))];
    /// <summary>Address of the page that shows it.</summary>
    public string Link { get; } = FindingLink.Of(finding, new UrlState
    {
        Path = "/changes", Base = home, Zone = query.Zone, ZoneGiven = true, Range = RangeChoice.Absolute(query.Range, query.Zone), Filter = query.Filter,
    });
}
