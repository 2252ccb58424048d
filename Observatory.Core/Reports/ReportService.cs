using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observatory.Core.Deliveries;
using Observatory.Core.Hosting;

namespace Observatory.Core.Reports;

/// <summary>
/// Watches the clock for reports: wakes when the next one is due, has a round begun, and does it itself where nobody does. It looks at our tables alone, so
/// whatever became of a queue of jobs changes nothing.
/// </summary>
public sealed class ReportService(
    IReports reports, IDeliveryLedger ledger, ReportRounds rounds, ReportBell bell, ReportWatch watch, IEnumerable<IReportTrigger> triggers,
    IHostApplicationLifetime lifetime, ServiceFigures figures, TimeProvider clock, ILogger<ReportService> log) : RestartedService(figures, clock, log)
{
    /// <summary>The longest between two looks: also a clock that is set is heeded within it.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(30);

    /// <summary>Nobody looked for so long: the machine slept.</summary>
    private static readonly TimeSpan s_gap = TimeSpan.FromMinutes(2);

    /// <summary>How long the other one has to begin.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8);

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _log = log;
    private bool _isSaid;

    protected override string Name => ServiceNames.Reports;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await lifetime.ServingAsync(stoppingToken).ConfigureAwait(false);
        rounds.WakeUp();
        // Whatever the server before this one left.
        await rounds.RunAsync(stoppingToken).ConfigureAwait(false);
        var last = Now;
        while (!stoppingToken.IsCancellationRequested)
        {
            var rung = bell.Rung;
            var now = Now;
            if (now - last > s_gap.TotalMilliseconds) rounds.WakeUp();
            last = now;
            var next = await NextAsync(stoppingToken).ConfigureAwait(false);
            if (next <= now)
            {
                await BeginAsync(stoppingToken).ConfigureAwait(false);
                next = await NextAsync(stoppingToken).ConfigureAwait(false);
                last = Now;
            }
            await watch.LookAsync(stoppingToken).ConfigureAwait(false);
            // A second at least, so that what cannot be begun does not spin.
            var pause = next is { } due ? TimeSpan.FromMilliseconds(Math.Clamp(due - Now, 1_000, (long)s_look.TotalMilliseconds)) : s_look;
            await Task.WhenAny(rung, Task.Delay(pause, _clock, stoppingToken)).ConfigureAwait(false);
        }
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<long?> NextAsync(CancellationToken cancel)
    {
        var (due, retry) = (await reports.NextDueAsync(cancel).ConfigureAwait(false),
            await ledger.NextTryAsync(DeliveryKinds.Report, cancel).ConfigureAwait(false));
        return due is null ? retry : retry is null ? due : Math.Min(due.Value, retry.Value);
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        var (begun, ended) = (rounds.Begun, rounds.Ended);
        if (triggers.Any(t => t.Start()) && await UntilAsync(() => rounds.Begun > begun, s_patience, cancel).ConfigureAwait(false)
            && await UntilAsync(() => rounds.Ended > ended, IDeliveryLedger.Lease, cancel).ConfigureAwait(false))
        {
            _isSaid = false;
            return;
        }
        if (!_isSaid && triggers.Any()) _log.LogWarning("The job server does not come to the reports that are due; they are sent without it");
        _isSaid = true;
        await rounds.RunAsync(cancel).ConfigureAwait(false);
    }

    private async Task<bool> UntilAsync(Func<bool> isSo, TimeSpan patience, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var limit = Task.Delay(patience, _clock, over.Token);
        try
        {
            while (true)
            {
                var step = rounds.Steps.Rung;
                if (isSo()) return true;
                if (limit.IsCompleted) return false;
                await Task.WhenAny(step, limit).ConfigureAwait(false);
                cancel.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }
}
