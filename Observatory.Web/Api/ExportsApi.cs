using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Auditing;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Jobs;
using Observatory.Web.Auditing;
using Observatory.Web.Exports;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>Files that are made beside everything else and kept for a week.</summary>
internal static class ExportsApi
{
    private const string Example = """
        {"dataset":"calls","format":"xlsx","start":"2026-11-01T00:00:00Z","end":"2026-12-01T00:00:00Z","timezone":"Europe/Berlin",
         "locale":"de-DE","filters":{"project":["/srv/a"],"model":[]}}
        """;

    public static void MapExports(this WebApplication app)
    {
        var exports = app.MapGroup("/api/exports").RequireAuthorization(Policies.Read).AddEndpointFilter(AdminApi.RefuseOtherOrigins).WithTags("Exports")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        exports.MapGet("", ListAsync).WithName("ListExports").WithSummary("Files that were asked for, newest first: own ones, for an administrator all.");
        exports.MapPost("", AskAsync).WithName("CreateExport").ProducesProblem(StatusCodes.Status400BadRequest)
            .ReadsBody("What the file is to hold. For timeseries also metric, interval, aggregation and groupBy.", Example, "application/json")
            .WithSummary("Asks for a file. It is made even if nobody waits, and kept for a week.");
        exports.MapGet("/{id}", GetAsync).WithName("GetExport").ProducesProblem(StatusCodes.Status404NotFound).WithSummary("How far a file is.");
        exports.MapGet("/{id}/file", Download).WithName("DownloadExport").ProducesFile().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status410Gone)
            .WithSummary("The file, once it is done.");
        exports.MapDelete("/{id}", RemoveAsync).WithName("RemoveExport").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Cancels what is in work; removes everything else with its file.");
    }

    private static async Task<Ok<ListAnswer<ExportJobAnswer>>> ListAsync(
        ClaimsPrincipal who, [FromServices] AnalyticsEngine analytics, [FromServices] ExportJobs jobs, CancellationToken cancel) =>
        TypedResults.Ok(new ListAnswer<ExportJobAnswer>([.. (await jobs.ListAsync(ExportOwners.Of(who, analytics.Asker), cancel)).Select(j =>
            new ExportJobAnswer(j))]));

    private static async Task<IResult> AskAsync(
        HttpContext context, [FromServices] AnalyticsEngine analytics, [FromServices] ExportJobs jobs, [FromServices] TimeProvider clock,
        [FromServices] Auditor audit, CancellationToken cancel)
    {
        var (request, format, problem) = await ExportBody.ReadAsync(context, clock, cancel);
        if (problem is not null) return problem;
        try
        {
            // What cannot be answered is said now, not in an hour; of a series that is known only by asking.
            if (request!.Series is not null) await (await Exporter.OpenAsync(analytics, request, format!, cancel)).DisposeAsync();
            var job = await jobs.AskAsync(ExportOwners.Of(context.User, analytics.Asker), request, format!.Name, cancel);
            audit.Record(AuditActions.Export, "/api/exports", $"{request.Dataset}, {format.Name}");
            return TypedResults.Accepted($"{context.Request.PathBase}/api/exports/{job.Id}", new ExportAsked(job.Id, Name(job.State)));
        }
        catch (TooManyExportsException)
        {
            await RateLimits.RefuseAsync(context, TimeSpan.FromMinutes(1), "Too many exports wait already.");
            return TypedResults.Empty;
        }
        catch (Exception e) when (ExportApi.SeriesProblem(e) is { } bad)
        {
            return ExportBody.Problem(bad);
        }
    }

    private static async Task<Results<Ok<ExportJobAnswer>, ProblemHttpResult>> GetAsync(
        string id, ClaimsPrincipal who, [FromServices] AnalyticsEngine analytics, [FromServices] ExportJobs jobs, CancellationToken cancel) =>
        await jobs.FindAsync(ExportOwners.Of(who, analytics.Asker), id, cancel) is { } job ? TypedResults.Ok(new ExportJobAnswer(job))
            : Problems.NotFound("export");

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> Download(
        string id, ClaimsPrincipal who, [FromServices] AnalyticsEngine analytics, [FromServices] ExportJobs jobs, CancellationToken cancel)
    {
        if (await jobs.FindAsync(ExportOwners.Of(who, analytics.Asker), id, cancel) is not { } job) return Problems.NotFound("export");
        if (job.State is ExportState.Expired or ExportState.Cancelled || (job.State == ExportState.Done && jobs.FileOf(job) is null))
            return TypedResults.Problem("The file is not kept any more.", statusCode: StatusCodes.Status410Gone);
        if (jobs.FileOf(job) is not { } path) return TypedResults.Problem($"The file is not there: it is {Name(job.State)}.",
            statusCode: StatusCodes.Status409Conflict);
        return TypedResults.PhysicalFile(path, ExportFormats.Find(job.Format)?.ContentType, job.FileName);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string id, ClaimsPrincipal who, [FromServices] AnalyticsEngine analytics, [FromServices] ExportJobs jobs, CancellationToken cancel) =>
        await jobs.RemoveAsync(ExportOwners.Of(who, analytics.Asker), id, cancel) ? TypedResults.NoContent() : Problems.NotFound("export");

    internal static string Name(ExportState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
}

internal sealed record ExportAsked(string Id, string State);

internal sealed class ExportJobAnswer(ExportJob job)
{
    public string Id => job.Id;
    public string Dataset => job.Request.Dataset;
    public string Format => job.Format;
    /// <summary><c>queued|running|done|failed|cancelled|expired</c>.</summary>
    public string State => ExportsApi.Name(job.State);
    public long Rows => job.Rows;
    public long Bytes => job.Bytes;
    /// <summary>0–1.</summary>
    public double Progress => job.Progress;
    public DateTimeOffset CreatedAt => job.CreatedAt;
    /// <summary>When the file goes; null before it is there.</summary>
    public DateTimeOffset? ExpiresAt => job.ExpiresAt;
    public string? Error => job.Error;
}
