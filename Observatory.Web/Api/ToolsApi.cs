using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;

namespace Observatory.Web.Api;

internal static class ToolsApi
{
    public static void MapTools(this RouteGroupBuilder analytics)
    {
        analytics.MapGet("/tools", ListAsync).WithTags("Tools").WithName("ListTools").WithSummary("Every tool of the range: calls, failures, durations.");
        analytics.MapGet("/tools.csv", DownloadAsync).WithTags("Tools").WithName("DownloadTools").ProducesCsv().WithSummary("The same rows as CSV.");
    }

    private static async Task<Results<Ok<IEnumerable<ToolAnswer>>, ProblemHttpResult>> ListAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        parameters.TryRead(out var query, out var problem)
            ? TypedResults.Ok((await analytics.GetToolsAsync(query, cancel)).Select(row => new ToolAnswer(row)))
            : problem;

    private static Task<IResult> DownloadAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        CsvAnswers.DownloadAsync("tools", parameters, analytics, cancel);
}
