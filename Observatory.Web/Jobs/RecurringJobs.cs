using Hangfire;

namespace Observatory.Web.Jobs;

/// <summary>Puts the recurring jobs on the clock, before the job server starts.</summary>
internal sealed class RecurringJobs(IRecurringJobManagerV2 jobs) : IHostedService
{
    public const string NightlyRecount = "nightly-recount";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Half past midnight: yesterday's last late events have come in by then.
        jobs.AddOrUpdate<NightlyRecountJob>(
            NightlyRecount, "default", job => job.RunAsync(CancellationToken.None), "30 0 * * *",
            new RecurringJobOptions { TimeZone = TimeZoneInfo.Local, MisfireHandling = MisfireHandlingMode.Ignorable });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
