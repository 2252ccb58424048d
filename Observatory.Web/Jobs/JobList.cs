using System.Globalization;
using Hangfire;
using Hangfire.Storage;

namespace Observatory.Web.Jobs;

/// <summary>A job that comes again, as a page shows it.</summary>
internal sealed record JobRow(string Id, string Title, string Queue, string Cron, DateTime? Last, string? LastState, DateTime? Next, string? Error)
{
    /// <summary>Milliseconds that the last run took; null = it never ran to its end.</summary>
    public double? LastDuration { get; init; }
}

/// <summary>A job that failed.</summary>
/// <param name="What">Class and method.</param>
internal sealed record FailedJobRow(string Id, string What, DateTime? At, string Reason);

/// <param name="IsReady">False = the jobs' file cannot be read at the moment; the rest is empty then.</param>
internal sealed record JobFigures(bool IsReady, IReadOnlyList<JobRow> Recurring, IReadOnlyList<FailedJobRow> Failed, long Waiting, long Running,
    long Succeeded);

/// <summary>What came of the wish to run a job now.</summary>
internal enum JobRun
{
    Begun,

    /// <summary>There is none of that name.</summary>
    Unknown,

    /// <summary>The jobs' file cannot be used at the moment.</summary>
    NotReady,
}

/// <summary>What the job server has done and is about to do. Thread-safe.</summary>
internal sealed class JobList(JobStore store, IRecurringJobManagerV2 recurring)
{
    private const int MostFailed = 50;

    public JobFigures Read()
    {
        // A page does not wait.
        if (!store.IsOpen) return new JobFigures(false, [], [], 0, 0, 0);
        try
        {
            using var connection = store.GetConnection();
            var api = store.GetMonitoringApi();
            var kept = connection.GetRecurringJobs().ToDictionary(j => j.Id);
            var rows = RecurringJobs.All.Select(plan =>
            {
                var job = kept.GetValueOrDefault(plan.Id);
                return new JobRow(plan.Id, plan.Title, plan.Queue, plan.Cron, job?.LastExecution, job?.LastJobState, job?.NextExecution, job?.Error)
                {
                    LastDuration = DurationOf(connection, job?.LastJobId),
                };
            });
            // Its time is a setting: the clock knows it, the list does not.
            if (kept.GetValueOrDefault(RecurringJobs.Retention) is { } retention)
            {
                rows = rows.Append(new JobRow(
                    RecurringJobs.Retention, "Deletes what is old, as the page Retention says", JobQueues.Retention, retention.Cron, retention.LastExecution,
                    retention.LastJobState, retention.NextExecution, retention.Error) { LastDuration = DurationOf(connection, retention.LastJobId) });
            }
            var failed = api.FailedJobs(0, MostFailed).Where(f => f.Value is not null)
                .Select(f => new FailedJobRow(f.Key, NameOf(f.Value.Job), f.Value.FailedAt, f.Value.ExceptionMessage ?? f.Value.Reason ?? "It failed."));
            var counts = api.GetStatistics();
            return new JobFigures(true, [.. rows], [.. failed], counts.Enqueued, counts.Processing, counts.Succeeded);
        }
        catch (Exception error) when (error is JobsNotReadyException or SQLite.SQLiteException or ObjectDisposedException)
        {
            return new JobFigures(false, [], [], 0, 0, 0);
        }
    }

    /// <summary>Puts it into its queue at once; its schedule stays.</summary>
    public JobRun Run(string id)
    {
        if (!store.IsOpen) return JobRun.NotReady;
        try
        {
            using var connection = store.GetConnection();
            if (connection.GetRecurringJobs().All(j => j.Id != id)) return JobRun.Unknown;
            recurring.TriggerJob(id);
            return JobRun.Begun;
        }
        catch (Exception error) when (error is JobsNotReadyException or SQLite.SQLiteException or ObjectDisposedException)
        {
            return JobRun.NotReady;
        }
    }

    private static double? DurationOf(IStorageConnection connection, string? job) =>
        job is not null && connection.GetStateData(job) is { Data: { } data } && data.TryGetValue("PerformanceDuration", out var text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ms) ? ms : null;

    private static string NameOf(Hangfire.Common.Job? job) => job is null ? "a job of an earlier version" : $"{job.Type.Name}.{job.Method.Name}";
}
