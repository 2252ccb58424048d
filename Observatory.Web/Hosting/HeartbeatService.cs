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
        var missed = 0;
        using var timer = new PeriodicTimer(IHeartbeat.Interval, _clock);
        try
        {
            do
            {
                try
                {
                    await heartbeat.BeatAsync(stoppingToken);
                    if (missed > 0) _log.LogWarning("The heartbeat is noted again; {Missed} were not", missed);
                    missed = 0;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    // Each time it is the same; that the files are gone was said by whoever met it first.
                    if (missed++ == 0 && e is not StoreLostException) _log.LogWarning("The heartbeat could not be noted: {Reason}", e.Message);
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
