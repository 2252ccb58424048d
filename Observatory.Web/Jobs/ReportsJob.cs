using Hangfire;
using Observatory.Core.Deliveries;
using Observatory.Core.Reports;

namespace Observatory.Web.Jobs;

/// <summary>Sends what is due. What fails is tried again by the ledger's own times, not by Hangfire's.</summary>
[AutomaticRetry(Attempts = 0)]
internal sealed class ReportsJob(ReportRounds rounds)
{
    public Task RunAsync(CancellationToken cancel) => rounds.RunAsync(cancel);
}

/// <summary>Has a round begun by the job server.</summary>
internal sealed class ReportTrigger(JobStore store, IBackgroundJobClientV2 jobs, ILogger<ReportTrigger> log) : IReportTrigger
{
    public bool Start()
    {
        if (!store.IsOpen) return false;
        try
        {
            return jobs.Enqueue<ReportsJob>(JobQueues.Reports, job => job.RunAsync(CancellationToken.None)) is not null;
        }
        catch (Exception error) when (error is BackgroundJobClientException or JobsNotReadyException or ObjectDisposedException)
        {
            log.LogDebug("A job could not be put in its queue: {Reason}", error.Message);
            return false;
        }
    }
}

/// <summary>Removes what was mailed long ago.</summary>
[AutomaticRetry(Attempts = 3)]
internal sealed class OldDeliveriesJob(IDeliveryLedger ledger, TimeProvider clock, ILogger<OldDeliveriesJob> log)
{
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(400);

    public async Task RunAsync(CancellationToken cancel)
    {
        var gone = await ledger.ForgetAsync((clock.GetUtcNow() - s_kept).ToUnixTimeMilliseconds(), cancel);
        if (gone > 0) log.LogInformation("{Count} occurrences of more than {Days} days ago were forgotten", gone, s_kept.TotalDays);
    }
}
