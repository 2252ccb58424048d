using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Web.Jobs;

namespace Observatory.Web.Api;

/// <summary>What runs by the clock.</summary>
internal static class JobsApi
{
    public static void MapJobs(this RouteGroupBuilder admin)
    {
        var jobs = admin.MapGroup("/jobs").WithTags("Operations");
        jobs.MapGet("", List).WithName("ListJobs").WithSummary("Jobs that come again: when they ran, how that went, when they run next.");
        jobs.MapPost("/{name}/run", Run).WithName("RunJob").ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable).WithSummary("Runs a job now, beside its schedule.");
    }

    private static Ok<ListAnswer<JobAnswer>> List([FromServices] JobList jobs) =>
        TypedResults.Ok(new ListAnswer<JobAnswer>([.. jobs.Read().Recurring.Select(r => new JobAnswer(r))]));

    private static Results<Accepted<JobRunAnswer>, ProblemHttpResult> Run(string name, HttpContext context, [FromServices] JobList jobs) =>
        jobs.Run(name) switch
    {
        JobRun.Begun => TypedResults.Accepted($"{context.Request.PathBase}/api/admin/jobs", new JobRunAnswer(name)),
        JobRun.Unknown => Problems.NotFound("job"),
        _ => TypedResults.Problem("The job server is not ready. Try again in a moment.", statusCode: StatusCodes.Status503ServiceUnavailable),
    };
}

/// <param name="Id">Name of the job.</param>
internal sealed record JobRunAnswer(string Id);

internal sealed class JobAnswer(JobRow row)
{
    /// <summary>As the route that runs it takes it.</summary>
    public string Name => row.Id;

    public string Title => row.Title;

    /// <summary><c>waiting</c> before its first run, else <c>queued|running|done|failed</c>.</summary>
    public string State => row.Error is not null ? "failed" : row.LastState switch
    {
        null => "waiting",
        "Succeeded" => "done",
        "Enqueued" or "Scheduled" or "Awaiting" => "queued",
        "Processing" => "running",
        _ => "failed",
    };

    /// <summary>Five fields of cron, in the server's zone or the one of its setting.</summary>
    public string Schedule => row.Cron;

    public DateTimeOffset? LastRun => row.Last is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null;

    /// <summary>Milliseconds that the last run took.</summary>
    public double? LastDuration => row.LastDuration;

    public DateTimeOffset? NextRun => row.Next is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null;

    public string? Error => row.Error;
}
