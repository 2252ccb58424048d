using Hangfire;
using Observatory.Core.Auditing;
using Observatory.Core.Retention;

namespace Observatory.Web.Jobs;

/// <summary>Holds the audit log against its hashes and its mark, then removes what is older than its policy says.</summary>
[AutomaticRetry(Attempts = 3)]
[DisableConcurrentExecution(60)]
internal sealed class AuditJob(AuditLog audit, RetentionPolicies policies, TimeProvider clock, ILogger<AuditJob> log)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        var verdict = await audit.VerifyAsync(cancel);
        // What is not as it was written is kept as it is, for whoever looks into it.
        if (!verdict.Ok) return;
        log.LogInformation("Audit log: {Checked} rows, all as they were written", verdict.Checked);
        if ((await policies.GetAsync(cancel)).Of("audit").Days is not { } days) return;
        var before = new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date.AddDays(-days), TimeSpan.Zero);
        var gone = await audit.TrimAsync(before.ToUnixTimeMilliseconds(), cancel);
        if (gone == 0) return;
        audit.Record(new AuditEvent(
            AuditActor.Job("retention"), AuditActions.RetentionRun, "audit", null, $"{gone} rows of before {before:yyyy-MM-dd} removed"));
        log.LogInformation("Audit log: {Count} rows of more than {Days} days ago were removed", gone, days);
    }
}
