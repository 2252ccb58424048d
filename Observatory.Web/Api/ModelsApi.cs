using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;

namespace Observatory.Web.Api;

internal static class ModelsApi
{
    public static void MapModels(this RouteGroupBuilder analytics)
    {
        analytics.MapGet("/models", ListAsync).WithTags("Models").WithName("ListModels")
            .WithSummary("Every model of the range with its figures, unpriced ones included.");
        analytics.MapGet("/models.csv", DownloadAsync).WithTags("Models").WithName("DownloadModels").ProducesCsv().WithSummary("The same rows as CSV.");
    }

    private static async Task<Results<Ok<IEnumerable<ModelAnswer>>, ProblemHttpResult>> ListAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        parameters.TryRead(out var query, out var problem)
            ? TypedResults.Ok((await analytics.GetModelsAsync(query, cancel)).Select(row => new ModelAnswer(row)))
            : problem;

    private static Task<IResult> DownloadAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        CsvAnswers.DownloadAsync("models", parameters, analytics, cancel);
}
