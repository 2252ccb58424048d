using Microsoft.Extensions.Logging;
using Observatory.Core.Metrics.Query;

namespace Observatory.Core.Alerts;

/// <summary>Hears what pages and the hub are to be told. Must not throw and must return at once.</summary>
public interface IAlertListener
{
    void Told(AlertMessage message);
}

/// <summary>How rules are watched.</summary>
/// <param name="Interval">Between two looks.</param>
public sealed record AlertTiming(TimeSpan Interval);

/// <summary>One round: looks at every rule that is on, and keeps what was found.</summary>
public sealed class AlertRounds : IDisposable
{
    /// <summary>A look that is so much overdue was missed: nothing ran.</summary>
    private const int Missed = 3;

    private readonly AlertStore _store;
    private readonly AlertJudge _judge;
    private readonly AlertTiming _timing;
    private readonly IEnumerable<IAlertListener> _listeners;
    private readonly TimeProvider _clock;
    private readonly ILogger<AlertRounds> _log;
    private readonly AlertBoard _board;
    private readonly SemaphoreSlim _gate = new(1);

    internal AlertRounds(
        AlertStore store, AlertJudge judge, AlertTiming timing, AlertBoard board, IEnumerable<IAlertListener> listeners, TimeProvider clock,
        ILogger<AlertRounds> log) =>
        (_store, _judge, _timing, _board, _listeners, _clock, _log) = (store, judge, timing, board, listeners, clock, log);

    /// <summary>When the last round ended, null = there was none.</summary>
    public DateTimeOffset? LastAt { get; private set; }

    public TimeSpan Interval => _timing.Interval;

    /// <returns>Rules that were looked at.</returns>
    public async Task<int> RunAsync(CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var rules = (await _store.ListAsync(cancel).ConfigureAwait(false)).Where(r => r.Rule.Enabled).ToList();
            var looks = new List<Look>();
            var budgets = new List<BudgetStatus>();
            foreach (var rule in rules) looks.Add(await LookAsync(rule, budgets, cancel).ConfigureAwait(false));
            foreach (var message in await _store.TakeAsync(looks, Now, cancel).ConfigureAwait(false))
            {
                foreach (var listener in _listeners) listener.Told(message);
            }
            LastAt = _clock.GetUtcNow();
            _board.Show(await _store.ListAlertsAsync(cancel).ConfigureAwait(false), budgets);
            return looks.Count;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Shows what somebody changed since the last round.</summary>
    public async Task ShowAsync(CancellationToken cancel = default) => _board.Show(await _store.ListAlertsAsync(cancel).ConfigureAwait(false), null);

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<Look> LookAsync(KeptRule rule, List<BudgetStatus> budgets, CancellationToken cancel)
    {
        var now = Now;
        var isLate = rule.State.CheckedAt is { } last && now - last > Missed * _timing.Interval.TotalMilliseconds;
        try
        {
            var verdict = await _judge.JudgeAsync(rule.Rule, now, cancel, b => budgets.Add(b with { Id = rule.Id })).ConfigureAwait(false);
            return new Look(rule, verdict, null, isLate);
        }
        catch (UnknownMetricException gone)
        {
            return new Look(rule, null, $"There is no metric {gone.Name} any more. Pick another.", isLate);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            if (rule.State.FailingSince is null) _log.LogError(error, "The rule {Id} cannot be judged", rule.Id);
            return new Look(rule, null, error.Message, isLate);
        }
    }

    public void Dispose() => _gate.Dispose();
}
