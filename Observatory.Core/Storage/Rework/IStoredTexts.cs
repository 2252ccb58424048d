namespace Observatory.Core.Storage.Rework;

/// <summary>
/// Brings what is stored to what the content setting and the rules of today let be kept. It goes on where it was ended, killed or not, and does nothing where
/// all was worked over already.
/// </summary>
public interface IStoredTexts
{
    ReworkFigures Figures { get; }

    /// <summary>Works beside everything else, in small steps; returns when nothing is left.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; the next call goes on.</exception>
    Task RunAsync(CancellationToken cancel);
}

/// <summary>How far it is.</summary>
public enum ReworkState
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>All that is stored is as the setting and the rules want it.</summary>
    Done,

    Running,
}

/// <param name="State">What it does.</param>
/// <param name="Looked">Texts and names that were looked at, those before a restart included.</param>
/// <param name="Total">That there are to look at, about.</param>
/// <param name="Changed">That were changed or dropped.</param>
/// <param name="StartedAt">Unix ms, null = it had nothing to do since the program started.</param>
/// <param name="FinishedAt">Unix ms, null = not yet.</param>
public sealed record ReworkProgress(ReworkState State, long Looked, long Total, long Changed, long? StartedAt, long? FinishedAt);

/// <summary>The same for whoever wants to know. Thread-safe.</summary>
public sealed class ReworkFigures
{
    private volatile ReworkProgress _now = new(ReworkState.Unknown, 0, 0, 0, null, null);

    public ReworkProgress Now
    {
        get => _now;
        internal set => _now = value;
    }
}

/// <summary>Grows where names were changed: whoever keeps them reads them again. Thread-safe.</summary>
public sealed class NameChanges
{
    private int _version;

    public int Version => Volatile.Read(ref _version);

    internal void Raise() => Interlocked.Increment(ref _version);
}
