using Observatory.Core.Hosting;
using Observatory.Core.Ingestion;

namespace Observatory.Web.Hosting;

/// <summary>
/// Gives back what an import took once it is over: the heap stays as large as the import made it, and pages would come on top. Looks
/// every few seconds, which is all the accuracy that this needs.
/// </summary>
internal sealed class ImportAftermath(ImportProgress progress, TimeProvider clock, ServiceFigures figures, ILogger<ImportAftermath> log)
    : RestartedService(figures, clock, log)
{
    private readonly TimeProvider _clock = clock;

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    protected override string Name => ServiceNames.ImportAftermath;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_look, _clock);
        var seen = progress.Now.FinishedAt;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = progress.Now;
                if (now.Running || now.FinishedAt == seen) continue;
                // A line that was appended is no import; only what has a start of its own counts.
                seen = now.FinishedAt;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                NativeMemory.Trim();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops.
        }
    }
}
