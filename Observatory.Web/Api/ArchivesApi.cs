using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Core.Retention.Archives;
using Observatory.Web.Auditing;

namespace Observatory.Web.Api;

/// <summary>What was written before it was deleted: looked at, taken away, put back.</summary>
internal static class ArchivesApi
{
    private const int UsualKeep = 7;

    public static void MapArchives(this RouteGroupBuilder admin)
    {
        var archives = admin.MapGroup("/archives").WithTags("Archives");
        archives.MapGet("", List).WithName("ListArchives").WithSummary("Archives, newest days first: one a dataset and UTC day of a run.");
        archives.MapGet("/{id}/file", Download).WithName("GetArchiveFile").ProducesProblem(StatusCodes.Status404NotFound)
            .WithMetadata(IsExport.Instance).WithSummary("The file: lines of JSON, packed with zstd.");
        archives.MapPost("/{id}/verify", VerifyAsync).WithName("VerifyArchive").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Reads all of it and says whether it is what was written.");
        archives.MapPost("/{id}/restore", RestoreAsync).WithName("RestoreArchive").ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Puts its rows back for some days, once however often it is asked for. Sums are not touched.");
        admin.MapGet("/restores/{id}", FindAsync).WithTags("Archives").WithName("GetRestore").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("How far a restore is.");
    }

    private static Ok<ArchivesAnswer> List([FromServices] ArchiveShelf shelf) => TypedResults.Ok(new ArchivesAnswer(shelf.List()));

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Download(string id, [FromServices] ArchiveShelf shelf) =>
        shelf.FileOf(id) is var (path, name) ? TypedResults.PhysicalFile(path, "application/zstd", name) : Problems.NotFound("archive");

    private static async Task<Results<Ok<ArchiveVerdict>, ProblemHttpResult>> VerifyAsync(
        string id, [FromServices] ArchiveShelf shelf, CancellationToken cancel) =>
        await shelf.VerifyAsync(id, cancel) is { } verdict ? TypedResults.Ok(verdict) : Problems.NotFound("archive");

    private static async Task<Results<Accepted<RunAnswer>, ProblemHttpResult>> RestoreAsync(
        string id, [FromServices] ArchiveShelf shelf, [FromServices] Auditor audit, CancellationToken cancel, [FromBody] RestoreBody? body = null)
    {
        var days = body?.KeepDays ?? UsualKeep;
        if (days is < 1 or > ArchiveShelf.LongestKeep)
            return Problems.BadParameter(new BadParameterException("keepDays", $"is not from 1 to {ArchiveShelf.LongestKeep}"));
        var (job, refusal, reason) = await shelf.RestoreAsync(id, days, cancel);
        if (job is { } begun)
        {
            audit.Record(AuditActions.ArchiveRestored, $"archive {id}", $"for {days} days");
            return TypedResults.Accepted((string?)null, new RunAnswer(begun));
        }
        return refusal switch
        {
            RestoreRefusal.Unknown => Problems.NotFound("archive"),
            RestoreRefusal.OnlyToRead => Problem("Refused events are not put back. Take the file and send what is right in it again."),
            _ => Problem($"The archive is damaged, and nothing of it was put back. {reason}"),
        };

        static ProblemHttpResult Problem(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<ArchiveRestore>, ProblemHttpResult>> FindAsync(
        string id, [FromServices] ArchiveShelf shelf, CancellationToken cancel) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && await shelf.FindRestoreAsync(number, cancel) is { } restore
            ? TypedResults.Ok(restore) : Problems.NotFound("restore");
}

internal sealed class RestoreBody
{
    [Description("Days that the rows stay, 1 to 365; 7 where nothing is said.")]
    public int? KeepDays { get; init; }
}

/// <param name="Items">Newest days first.</param>
internal sealed record ArchivesAnswer(IReadOnlyList<ArchiveManifest> Items);
