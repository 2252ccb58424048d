using Hangfire;
using Observatory.Core.Auditing;
using Observatory.Core.Retention.Backups;

namespace Observatory.Web.Jobs;

/// <summary>Has a backup made.</summary>
[AutomaticRetry(Attempts = 0)]
[DisableConcurrentExecution(60)]
internal sealed class BackupJob(BackupShelf backups, IAudit audit)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        var id = await backups.MakeAsync(cancel);
        audit.Record(new AuditEvent(AuditActor.Job("backup"), AuditActions.Backup, $"backup {id}", null, "begun by the schedule"));
    }
}
