using Observatory.Core.Storage;

namespace Observatory.Web.Hosting;

/// <summary>Notes every 15 seconds that the program is up. A beat that fails is a gap in the uptime, never the end of the program.</summary>
internal sealed class HeartbeatService(IHeartbeat heartbeat, TimeProvider clock, ILogger<HeartbeatService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(IHeartbeat.Interval, clock);
        try
        {
            do
            {
                try
                {
                    await heartbeat.BeatAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    logger.LogWarning(e, "The heartbeat could not be noted");
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops.
        }
    }
}
