using Hangfire;

namespace Observatory.Web.Jobs;

/// <summary>Queues by what may wait for what: mail never waits for an export.</summary>
internal static class JobQueues
{
    public const string Reports = "reports";
    public const string Exports = "exports";
    public const string Retention = "retention";
    public const string Rollups = "rollups";

    /// <summary>The first has the right of way.</summary>
    public static string[] All { get; } = [Reports, Exports, Retention, Rollups];
}

/// <summary>One job that comes again.</summary>
/// <param name="Id">As Hangfire keeps it.</param>
/// <param name="Cron">In the server's zone.</param>
internal sealed record RecurringJobPlan(string Id, string Title, string Queue, string Cron, Action<IRecurringJobManagerV2, RecurringJobPlan,
    RecurringJobOptions> Put);

/// <summary>Every job that comes again, in one list.</summary>
internal static class RecurringJobs
{
    public const string NightlyRecount = "nightly-recount";
    public const string Reports = "reports";
    public const string OldDeliveries = "old-deliveries";
    public const string Audit = "audit";
    public const string Retention = "retention";
    public const string Backup = "backup";

    public static IReadOnlyList<RecurringJobPlan> All { get; } =
    [
        // Half past midnight: yesterday's last late events have come in by then.
        new(NightlyRecount, "Holds yesterday's sums against the rows and looks for damage", JobQueues.Rollups, "30 0 * * *",
            (jobs, plan, options) => jobs.AddOrUpdate<NightlyRecountJob>(plan.Id, plan.Queue, job =>
                job.RunAsync(CancellationToken.None), plan.Cron, options)),
        // Reports are begun when they are due; this is for what nobody came to.
        new(Reports, "Sends reports that are due and were not begun", JobQueues.Reports, "*/15 * * * *",
            (jobs, plan, options) => jobs.AddOrUpdate<ReportsJob>(plan.Id, plan.Queue, job => job.RunAsync(CancellationToken.None), plan.Cron, options)),
        new(Audit, "Holds the audit log against its hashes and its mark", JobQueues.Rollups, "45 0 * * *",
            (jobs, plan, options) => jobs.AddOrUpdate<AuditJob>(plan.Id, plan.Queue, job => job.RunAsync(CancellationToken.None), plan.Cron, options)),
        new(OldDeliveries, "Forgets what was mailed more than 400 days ago", JobQueues.Retention, "50 3 * * *",
            (jobs, plan, options) => jobs.AddOrUpdate<OldDeliveriesJob>(plan.Id, plan.Queue, job => job.RunAsync(CancellationToken.None), plan.Cron, options)),
    ];

    public static void Add(IRecurringJobManagerV2 jobs)
    {
        var options = new RecurringJobOptions { TimeZone = TimeZoneInfo.Local, MisfireHandling = MisfireHandlingMode.Ignorable };
        foreach (var plan in All) plan.Put(jobs, plan, options);
    }

    /// <summary>Its time is a setting that the administrator changes. What was due while no program ran is left out.</summary>
    public static void AddRetention(IRecurringJobManagerV2 jobs, string cron, TimeZoneInfo zone) => jobs.AddOrUpdate<RetentionJob>(
        Retention, JobQueues.Retention, job => job.RunAsync(CancellationToken.None), cron,
        new RecurringJobOptions { TimeZone = zone, MisfireHandling = MisfireHandlingMode.Ignorable });

    /// <summary>The same. Without a time it is taken off the clock.</summary>
    public static void PutBackup(IRecurringJobManagerV2 jobs, string? cron, TimeZoneInfo zone)
    {
        if (cron is null) jobs.RemoveIfExists(Backup);
        else
        {
            jobs.AddOrUpdate<BackupJob>(
                Backup, JobQueues.Retention, job => job.RunAsync(CancellationToken.None), cron,
                new RecurringJobOptions { TimeZone = zone, MisfireHandling = MisfireHandlingMode.Ignorable });
        }
    }
}
