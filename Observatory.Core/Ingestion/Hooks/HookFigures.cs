namespace Observatory.Core.Ingestion.Hooks;

/// <summary>What became of hooks that could not be kept: their sender is told nothing, so it is counted here. Thread-safe.</summary>
public sealed class HookFigures
{
    private long _dropped;
    private long _unreadable;

    /// <summary>Came while the queue was full or the store could not write.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Were no hooks.</summary>
    public long Unreadable => Interlocked.Read(ref _unreadable);

    public void CountDropped() => Interlocked.Increment(ref _dropped);

    public void CountUnreadable() => Interlocked.Increment(ref _unreadable);
}
