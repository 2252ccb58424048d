namespace Observatory.Core.Storage;

/// <summary>Opens contexts that see one committed state for as long as they are open. Keep them short: a long one stops checkpoints.</summary>
public interface IReadSnapshots
{
    Task<ReadSnapshot> OpenAsync(CancellationToken cancel);

    /// <summary>Reads something small and forgets it; throws where the store does not answer. Needs no model, unlike a snapshot.</summary>
    void Probe();
}

/// <summary>One consistent view; dispose it as soon as the answer is read.</summary>
public sealed class ReadSnapshot(ObservatoryContext db, IAsyncDisposable transaction) : IAsyncDisposable
{
    public ObservatoryContext Db { get; } = db;

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync().ConfigureAwait(false);
        await Db.DisposeAsync().ConfigureAwait(false);
    }
}
