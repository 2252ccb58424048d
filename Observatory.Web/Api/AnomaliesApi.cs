using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;

namespace Observatory.Web.Api;

internal static class AnomaliesApi
{
    public static void MapAnomalies(this RouteGroupBuilder analytics) =>
        analytics.MapGet("/anomalies", GetAsync).WithTags("Statistics").WithName("ListAnomalies")
            .WithSummary("What was unusual, newest first, in each metric as a whole and by project and user.");

    private static async Task<Results<Ok<ListAnswer<AnomalyAnswer>>, ProblemHttpResult>> GetAsync(
        [AsParameters] AnomaliesParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        new ParameterReader(parameters.Request, parameters.Clock).TryReadAnomalies(out var query, out var problem)
            ? await AnalysisAnswers.AskAsync(async () =>
                new ListAnswer<AnomalyAnswer>([.. (await analytics.GetAnomaliesAsync(query, cancel)).Select(a => new AnomalyAnswer(a))]))
            : problem;
}

internal sealed class AnomaliesParameters : RangeParameters
{
    [FromQuery(Name = "metric"), Description("Name of a metric; may repeat. Default: those that say something of their own.")]
    public string[] Metric { get; init; } = [];

    [FromQuery(Name = "severity"), Description("low, medium or high: the least that is listed. Default: low.")]
    public string? Severity { get; init; }
}
