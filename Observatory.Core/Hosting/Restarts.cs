using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Observatory.Core.Hosting;

/// <summary>
/// Work that must go on as long as the program does: where it fails, the failure is a figure of health and the work is begun again, after a pause that
/// grows. It never ends the program.
/// </summary>
public static class Restarts
{
    /// <summary>Work that held so long begins again at once when it fails.</summary>
    public static readonly TimeSpan Steady = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    /// <summary>Ends when the work ends by itself or is cancelled; never with an error.</summary>
    public static async Task RunAsync(
        string name, Func<CancellationToken, Task> work, ServiceFigures figures, TimeProvider clock, ILogger log, CancellationToken cancel)
    {
        for (var failures = 1; !cancel.IsCancellationRequested; failures++)
        {
            var started = clock.GetTimestamp();
            try
            {
                await work(cancel).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (clock.GetElapsedTime(started) >= Steady) failures = 1;
                var pause = Task.Delay(Pause(failures), clock, cancel);
                figures.Fell(name, clock.GetUtcNow().ToUnixTimeMilliseconds(), e.Message);
                // The same trace again says nothing new.
                var trace = failures == 1 ? e : null;
                log.LogError(trace, "{Service} failed ({Reason}) and is started again in {Seconds} s", name, e.Message, Pause(failures).TotalSeconds);
                await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            figures.Started(name);
        }
    }

    /// <summary>1, 2, 4 … 60 seconds.</summary>
    public static TimeSpan Pause(int failures) =>
        TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(failures, 10) - 1), s_longestPause.TotalSeconds));
}

/// <summary>A service that is started again where it fails.</summary>
public abstract class RestartedService(ServiceFigures figures, TimeProvider clock, ILogger log) : BackgroundService
{
    /// <summary>As the log and the pipeline page call it.</summary>
    protected abstract string Name { get; }

    protected sealed override Task ExecuteAsync(CancellationToken stoppingToken) => Restarts.RunAsync(Name, RunAsync, figures, clock, log, stoppingToken);

    /// <summary>The work, from its beginning. What it throws is no end.</summary>
    protected abstract Task RunAsync(CancellationToken stoppingToken);
}
