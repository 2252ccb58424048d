using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

internal static class UsersApi
{
    public static void MapUsers(this RouteGroupBuilder analytics)
    {
        analytics.MapGet("/users", ListAsync).WithTags("Users").WithName("ListUsers").WithSummary("Every user who was active in the range.");
        analytics.MapGet("/users/{id}", GetAsync).WithTags("Users").WithName("GetUser").ProducesProblem(StatusCodes.Status404NotFound).WithSummary("One user.");
        analytics.MapGet("/users.csv", DownloadAsync).WithTags("Users").WithName("DownloadUsers").ProducesCsv().WithSummary("The same rows as CSV.");
    }

    private static async Task<Results<Ok<IEnumerable<UserFigures>>, ProblemHttpResult>> ListAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        parameters.TryRead(out var query, out var problem)
            ? TypedResults.Ok((await analytics.GetUsersAsync(query, cancel)).AsEnumerable())
            : problem;

    private static async Task<Results<Ok<UserFigures>, ProblemHttpResult>> GetAsync(
        string id, [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel)
    {
        if (!parameters.TryRead(out var query, out var problem)) return problem;
        return await analytics.GetUserAsync(Segments.Decode(id), query, cancel) is { } user ? TypedResults.Ok(user) : Problems.NotFound("user");
    }

    private static Task<IResult> DownloadAsync(
        [AsParameters] RangeParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        CsvAnswers.DownloadAsync("users", parameters, analytics, cancel);
}
