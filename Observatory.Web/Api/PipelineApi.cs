using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

internal static class PipelineApi
{
    public static void MapPipeline(this RouteGroupBuilder analytics) => analytics.MapGet("/pipeline", GetAsync)
        .WithTags("Overview").WithName("GetPipeline").WithSummary("How far the import is, and how the way from file to figure fares.");

    private static async Task<Ok<PipelineFigures>> GetAsync([FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        TypedResults.Ok(await analytics.GetPipelineAsync(cancel));
}
