using Observatory.Core.Hosting;
using Observatory.Core.Storage;

namespace Observatory.Web.Hosting;

/// <summary>Notes every 15 seconds that the program is up. A beat that fails is a gap in the uptime, never the end of the program.</summary>
internal sealed class HeartbeatService(IHeartbeat heartbeat, TimeProvider clock, ServiceFigures figures, ILogger<HeartbeatService> logger)
    : RestartedService(figures, clock, logger)
{
    private readonly TimeProvider _clock = clock;
    private readonly ILogger _log = logger;

    protected override string Name => ServiceNames.Heartbeat;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(IHeartbeat.Interval, _clock);
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
                    _log.LogWarning(e, "The heartbeat could not be noted");
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
