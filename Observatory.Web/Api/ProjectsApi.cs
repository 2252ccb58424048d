using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;

namespace Observatory.Web.Api;

internal static class ProjectsApi
{
    public static void MapProjects(this RouteGroupBuilder analytics)
    {
        analytics.MapGet("/projects", ListAsync).WithTags("Projects").WithName("ListProjects").WithSummary("Every project of the range with its figures.");
        analytics.MapGet("/projects.csv", DownloadAsync).WithTags("Projects").WithName("DownloadProjects").ProducesCsv().WithSummary("The same rows as CSV.");
    }

    private static async Task<Results<Ok<IEnumerable<ProjectAnswer>>, ProblemHttpResult>> ListAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        parameters.TryRead(out var query, out var problem)
            ? TypedResults.Ok((await analytics.GetProjectsAsync(query, cancel)).Select(row => new ProjectAnswer(row)))
            : problem;

    private static Task<IResult> DownloadAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        CsvAnswers.DownloadAsync("projects", parameters, analytics, cancel);
}
