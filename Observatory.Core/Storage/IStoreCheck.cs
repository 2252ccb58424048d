namespace Observatory.Core.Storage;

/// <summary>
/// Looks through the whole store for damage, beside what else is going on. What is found is a fault of <see cref="StoreHealth"/>, which ends when a later look
/// finds none.
/// </summary>
public interface IStoreCheck
{
    /// <summary>The program before this one was killed, so that a look is worth its time.</summary>
    bool IsDue { get; }

    /// <returns>What was found, in the words of the store; empty = all is well.</returns>
    /// <exception cref="OperationCanceledException">It was stopped, within a moment.</exception>
    Task<IReadOnlyList<string>> RunAsync(CancellationToken cancel = default);
}
