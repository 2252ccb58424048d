namespace Observatory.Core.Storage;

/// <summary>Makes the store ready before anything else starts.</summary>
public interface IStoreStart
{
    /// <summary>Brings the store up to date, and notes what is kept from now on. The caller holds the lock on the data directory.</summary>
    /// <exception cref="StartRefusedException">It cannot be used, and why.</exception>
    Task PrepareAsync(CancellationToken cancel);
}
