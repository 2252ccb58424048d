using Hangfire;
using Observatory.Core.Retention;

namespace Observatory.Web.Jobs;

/// <summary>Makes a plan of what is old and runs it, and notes how large the database is.</summary>
[AutomaticRetry(Attempts = 0)]
[DisableConcurrentExecution(60)]
internal sealed class RetentionJob(RetentionRuns runs, StorageFigures storage, ILogger<RetentionJob> logger)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        await storage.NoteAsync(cancel);
        if (await runs.RunDueAsync(cancel) is { } id) logger.LogInformation("Retention run {Id} has begun", id);
    }
}
