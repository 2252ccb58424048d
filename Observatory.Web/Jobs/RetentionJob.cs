using Hangfire;
using Observatory.Core.Auditing;
using Observatory.Core.Retention;
using Observatory.Core.Retention.Archives;

namespace Observatory.Web.Jobs;

/// <summary>
/// Makes a plan of what is old and runs it, lets go what was put back from archives for a while and archives that are kept no longer, and notes how large the
/// database is.
/// </summary>
[AutomaticRetry(Attempts = 0)]
[DisableConcurrentExecution(60)]
internal sealed class RetentionJob(
    RetentionRuns runs, RetentionPolicies policies, ArchiveShelf archives, StorageFigures storage, IAudit audit, ILogger<RetentionJob> logger)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        await storage.NoteAsync(cancel);
        foreach (var gone in await archives.TidyAsync((await policies.GetAsync(cancel)).Of(RetentionDatasets.Archives), cancel))
            audit.Record(new AuditEvent(AuditActor.Job("retention"), AuditActions.RetentionRun, $"archive {gone}", null, "deleted: it is kept no longer"));
        if (await runs.RunDueAsync(cancel) is { } id) logger.LogInformation("Retention run {Id} has begun", id);
    }
}
