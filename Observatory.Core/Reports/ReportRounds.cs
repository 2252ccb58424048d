namespace Observatory.Core.Reports;

/// <summary>One round: opens what is due by the clock and sends what is due by the ledger. Whoever wakes up calls it; it does everything once.</summary>
public sealed class ReportRounds(IReports reports, ReportRunner runner, TimeProvider clock)
{
    private long _awakeSince = clock.GetUtcNow().ToUnixTimeMilliseconds();
    private long _begun;
    private long _ended;

    /// <summary>Unix ms since when somebody watches the clock: what was due before is late.</summary>
    public long AwakeSince => Volatile.Read(ref _awakeSince);

    /// <summary>Rings where a round begins or ends.</summary>
    internal ReportBell Steps { get; } = new();

    /// <summary>Rounds that were begun.</summary>
    public long Begun => Volatile.Read(ref _begun);

    /// <summary>Rounds that came to their end.</summary>
    public long Ended => Volatile.Read(ref _ended);

    /// <summary>The machine slept, or the program was held: nobody watched until now.</summary>
    public void WakeUp() => Volatile.Write(ref _awakeSince, clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <returns>Deliveries that were worked at.</returns>
    public async Task<int> RunAsync(CancellationToken cancel = default)
    {
        Interlocked.Increment(ref _begun);
        Steps.Ring();
        // What the one before left is judged before anything new is sent.
        await runner.JudgeAsync(cancel).ConfigureAwait(false);
        await reports.OpenDueAsync(AwakeSince, cancel).ConfigureAwait(false);
        var done = await runner.SendDueAsync(cancel).ConfigureAwait(false);
        Interlocked.Increment(ref _ended);
        Steps.Ring();
        return done;
    }
}

/// <summary>Begins a round soon, elsewhere. What does not come of it is begun by who waits for it.</summary>
public interface IReportTrigger
{
    /// <summary>False = not now.</summary>
    bool Start();
}
