using Hangfire;
using Hangfire.AspNetCore;
using Observatory.Core;
using Observatory.Core.Hosting;

namespace Observatory.Web.Jobs;

/// <summary>
/// Puts the recurring jobs on the clock and runs them. It begins once pages are served: nothing is due within the first second, and
/// Hangfire's start would cost a fifth of ours.
/// </summary>
internal sealed class JobServer(
    IHostApplicationLifetime lifetime, IServiceProvider services, ServiceFigures figures, TimeProvider clock, ILogger<JobServer> log)
    : RestartedService(figures, clock, log)
{
    public const string NightlyRecount = "nightly-recount";

    private const string Queue = "default";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    protected override string Name => ServiceNames.Jobs;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await lifetime.ServingAsync(stoppingToken);
        AddRecurringJobs(services.GetRequiredService<IRecurringJobManagerV2>());
        var options = new BackgroundJobServerOptions
        {
            ServerName = "default", Queues = [Queue], WorkerCount = 2, StopTimeout = TimeSpan.Zero, ShutdownTimeout = s_patience,
            Activator = new AspNetCoreJobActivator(services.GetRequiredService<IServiceScopeFactory>()),
            TimeZoneResolver = services.GetRequiredService<ITimeZoneResolver>(),
        };
        using var server = new BackgroundJobServer(options, services.GetRequiredService<JobStorage>());
        try
        {
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            server.SendStop();
            await server.WaitForShutdownAsync(CancellationToken.None).WaitAsync(s_patience, CancellationToken.None);
        }
    }

    private static void AddRecurringJobs(IRecurringJobManagerV2 jobs) =>
        // Half past midnight: yesterday's last late events have come in by then.
        jobs.AddOrUpdate<NightlyRecountJob>(
            NightlyRecount, Queue, job => job.RunAsync(CancellationToken.None), "30 0 * * *",
            new RecurringJobOptions { TimeZone = TimeZoneInfo.Local, MisfireHandling = MisfireHandlingMode.Ignorable });
}
