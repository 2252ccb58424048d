using Microsoft.Extensions.Logging;

namespace Observatory.Core.Storage;

/// <summary>What is wrong with the store itself.</summary>
public enum StoreFaultKind
{
    /// <summary>Its files were removed, moved or replaced while the program ran.</summary>
    Lost,

    /// <summary>A page or a block of it cannot be read.</summary>
    Damaged,
}

/// <param name="Reason">What it is and the way back, for the person who mends it.</param>
/// <param name="Since">Unix ms.</param>
public sealed record StoreFault(StoreFaultKind Kind, string Reason, long Since);

/// <summary>
/// The state of the store beside its writer: readiness, the pipeline page and the log read it. What is wrong is said once when it is met and once when it
/// is over, however often it is met. Thread-safe.
/// </summary>
/// <param name="place">Of the store, as the log calls it.</param>
/// <param name="errors">Tells damage from other errors.</param>
/// <param name="clock">Of the times that are said.</param>
/// <param name="log">Where it is said.</param>
public sealed class StoreHealth(string place, StoreErrors errors, TimeProvider clock, ILogger log)
{
    private readonly Lock _gate = new();
    private readonly StoreFault?[] _faults = new StoreFault?[Enum.GetValues<StoreFaultKind>().Length];

    public IReadOnlyList<StoreFault> Faults
    {
        get { lock (_gate) return [.. _faults.OfType<StoreFault>()]; }
    }

    public bool IsWell
    {
        get { lock (_gate) return Array.TrueForAll(_faults, f => f is null); }
    }

    /// <summary>An error that somebody met: where it says that the store is damaged, it is known from now on.</summary>
    public void Meet(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (!errors.IsDamage(e)) continue;
            ReportDamage(e.Message);
            return;
        }
    }

    /// <summary>A part of it cannot be read.</summary>
    internal void ReportDamage(string what) => Report(
        StoreFaultKind.Damaged,
        $"The database {place} is damaged ({what}). What does not touch the damaged part goes on. To mend it: stop the program, move the database away "
            + $"(with its -wal and "
        + "-shm) and start again, and transcripts that are still there are imported anew; or put back a copy of it.");

    internal void ReportWhole() => Over(StoreFaultKind.Damaged, $"The database {place} was checked, and no damage was found any more.");

    internal void Report(StoreFaultKind kind, string reason)
    {
        lock (_gate)
        {
            if (_faults[(int)kind] is not null) return;
            _faults[(int)kind] = new StoreFault(kind, reason, clock.GetUtcNow().ToUnixTimeMilliseconds());
        }
        log.LogError("{Reason}", reason);
    }

    internal void Over(StoreFaultKind kind, string said)
    {
        // Asked before and after each transaction: mostly there is nothing to take back.
        if (Volatile.Read(ref _faults[(int)kind]) is null) return;
        lock (_gate)
        {
            if (_faults[(int)kind] is null) return;
            _faults[(int)kind] = null;
        }
        log.LogWarning("{Said}", said);
    }
}
