using Observatory.Core.Hosting;
using Observatory.Core.Ingestion;
using Observatory.Web.Identity;

namespace Observatory.Web.Hosting;

/// <summary>
/// Gives back what an import or many open pages took once they are over: the heap stays as large as they made it, and what comes next would
/// come on top. Also while many pages are being opened: what drawing each for the first time leaves behind is not what it needs. Looks every few
/// seconds, which is all the accuracy that this needs.
/// </summary>
internal sealed class Aftermath(ImportProgress progress, OpenCircuits circuits, TimeProvider clock, ServiceFigures figures, ILogger<Aftermath> log)
    : RestartedService(figures, clock, log)
{
    private readonly TimeProvider _clock = clock;

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    protected override string Name => ServiceNames.Aftermath;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_look, _clock);
        var seen = progress.Now.FinishedAt;
        var pages = new PagesMade(circuits.Opened, circuits.Closed);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = progress.Now;
                // A line that was appended is no import; only what has a start of its own counts.
                var ended = !now.Running && now.FinishedAt != seen;
                if (!pages.IsOver(circuits.Opened, circuits.Closed) && !ended) continue;
                seen = now.Running ? seen : now.FinishedAt;
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

/// <summary>Says when so many pages were opened or closed that it is worth to tidy up. To be asked once a second; not thread-safe.</summary>
internal sealed class PagesMade(long opened, long closed)
{
    /// <summary>Fewer are no burden, and tidying stops everybody for a moment …</summary>
    private const int Many = 10;

    /// <summary>… so they wait until nothing was opened or closed for so many seconds …</summary>
    private const int Quiet = 30;

    /// <summary>… and many until this many have passed since the last time.</summary>
    private const int Pause = 5;

    private (long Opened, long Closed) _tidied = (opened, closed);
    private (long Opened, long Closed) _last = (opened, closed);
    private int _still;
    private int _since = Pause;

    public bool IsOver(long opened, long closed)
    {
        var now = (opened, closed);
        _still = now == _last ? _still + 1 : 0;
        _last = now;
        _since++;
        var made = opened - _tidied.Opened + closed - _tidied.Closed;
        if (made == 0 || (made < Many ? _still < Quiet : _since <= Pause)) return false;
        (_tidied, _since) = (now, 0);
        return true;
    }
}
