using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Core.Retention;
using Observatory.Core.Retention.Backups;
using Observatory.Web.Auditing;

namespace Observatory.Web.Api;

/// <summary>Copies of the whole database: made, looked at, taken away, removed.</summary>
internal static class BackupsApi
{
    public static void MapBackups(this RouteGroupBuilder admin)
    {
        var backups = admin.MapGroup("/backups").WithTags("Backups");
        backups.MapGet("", ListAsync).WithName("ListBackups").WithSummary("Backups, newest first, those included that are being made.");
        backups.MapPost("", MakeAsync).WithName("MakeBackup").WithSummary("Copies the database beside whoever uses it.");
        backups.MapGet("/settings", GetSettingsAsync).WithName("GetBackupSettings").WithSummary("When backups are made by themselves, and how many stay.");
        backups.MapPut("/settings", PutSettingsAsync).WithName("PutBackupSettings").WithSummary("Changes that. What is left out stays as it is.");
        backups.MapDelete("/{id}", DeleteAsync).WithName("DeleteBackup").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Removes a backup for good, or ends its making.");
        backups.MapGet("/{id}/file", Download).WithName("GetBackupFile").ProducesProblem(StatusCodes.Status404NotFound).WithMetadata(IsExport.Instance)
            .WithSummary("The file: everything that is stored, with accounts and settings.");
        backups.MapPost("/{id}/verify", VerifyAsync).WithName("VerifyBackup").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Reads all of it and says whether it is what was written.");
    }

    private static async Task<Ok<BackupsAnswer>> ListAsync([FromServices] BackupShelf shelf, CancellationToken cancel) =>
        TypedResults.Ok(new BackupsAnswer(await shelf.ListAsync(cancel)));

    private static async Task<Accepted<BackupAnswer>> MakeAsync(
        [FromServices] BackupShelf shelf, [FromServices] Auditor audit, CancellationToken cancel)
    {
        var id = await shelf.MakeAsync(cancel);
        audit.Record(AuditActions.Backup, $"backup {id}", "begun");
        return TypedResults.Accepted((string?)null, new BackupAnswer(id));
    }

    private static async Task<Ok<BackupSettings>> GetSettingsAsync([FromServices] BackupSettingsStore settings, CancellationToken cancel) =>
        TypedResults.Ok(await settings.GetAsync(cancel));

    private static async Task<Results<Ok<BackupSettings>, ProblemHttpResult>> PutSettingsAsync(
        [FromBody] BackupSettingsBody body, [FromServices] BackupSettingsStore settings, [FromServices] Auditor audit, CancellationToken cancel)
    {
        try
        {
            var before = await settings.GetAsync(cancel);
            var held = await settings.PutAsync(
                new BackupSettings(body.Cron ?? before.Cron, body.Timezone ?? before.Timezone, body.Keep ?? before.Keep), cancel);
            audit.Record(AuditActions.SettingChanged, "backups", $"{Words(before)} → {Words(held)}");
            return TypedResults.Ok(held);
        }
        catch (BadRetentionException bad)
        {
            return Problems.BadParameter(new BadParameterException(bad.Name, bad.Message[(bad.Name.Length + 1)..^1]));
        }
    }

    private static string Words(BackupSettings settings) => $"{settings.Cron ?? "never"} {settings.Timezone}, {settings.Keep} kept";

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string id, [FromServices] BackupShelf shelf, [FromServices] Auditor audit, CancellationToken cancel)
    {
        if (!await shelf.DeleteAsync(id, cancel)) return Problems.NotFound("backup");
        audit.Record(AuditActions.Backup, $"backup {id}", "deleted");
        return TypedResults.NoContent();
    }

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Download(string id, [FromServices] BackupShelf shelf) =>
        shelf.FileOf(id) is var (path, name) ? TypedResults.PhysicalFile(path, "application/vnd.sqlite3", name) : Problems.NotFound("backup");

    private static async Task<Results<Ok<BackupVerdict>, ProblemHttpResult>> VerifyAsync(
        string id, [FromServices] BackupShelf shelf, CancellationToken cancel) =>
        await shelf.VerifyAsync(id, cancel) is { } verdict ? TypedResults.Ok(verdict) : Problems.NotFound("backup");
}

/// <param name="Id">Of the backup.</param>
internal sealed record BackupAnswer(string Id);

/// <param name="Items">Newest first.</param>
internal sealed record BackupsAnswer(IReadOnlyList<BackupItem> Items);

/// <summary>What is left out stays as it is.</summary>
internal sealed class BackupSettingsBody
{
    [Description("Five fields: minute, hour, day of month, month, day of week; empty = never.")]
    public string? Cron { get; init; }

    [Description("IANA name.")]
    public string? Timezone { get; init; }

    [Description("1 to 1000: the newest so many stay.")]
    public int? Keep { get; init; }
}
