using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

internal static class SystemApi
{
    public static void MapSystem(this RouteGroupBuilder analytics) => analytics.MapGet("/system", GetAsync)
        .WithTags("Overview").WithName("GetSystem").WithSummary("Totals of the whole system in a range, uptime and error rate included.");

    private static async Task<Results<Ok<SystemFigures>, ProblemHttpResult>> GetAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        parameters.TryRead(out var query, out var problem) ? TypedResults.Ok(await analytics.GetSystemAsync(query, cancel)) : problem;
}
