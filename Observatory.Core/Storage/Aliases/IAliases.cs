namespace Observatory.Core.Storage.Aliases;

/// <summary>
/// Names that are the same person. Rows keep the name that their source gave; it is replaced where they are read, so that a merge changes
/// every figure at once and can be taken back. Thread-safe.
/// </summary>
public interface IAliases
{
    /// <summary>Grows with every change.</summary>
    long Version { get; }

    /// <summary>Ids of names that are replaced, with the one that is shown in the end. Never changes itself: a change makes a new one.</summary>
    IReadOnlyDictionary<int, int> Map { get; }

    /// <summary>Reads what is stored, once; everything else waits for it.</summary>
    Task LoadAsync(CancellationToken cancel = default);

    /// <summary>By the name that is shown, then by name.</summary>
    Task<IReadOnlyList<Alias>> ListAsync(CancellationToken cancel = default);

    /// <summary>From now on <paramref name="name"/> is shown as <paramref name="into"/>. Null = done; else why not, in plain words.</summary>
    Task<string?> MergeAsync(string name, string into, CancellationToken cancel = default);

    /// <summary>The name stands for itself again. False = it did.</summary>
    Task<bool> UndoAsync(string name, CancellationToken cancel = default);
}

/// <param name="Name">As sources give it.</param>
/// <param name="ShownAs">What every figure calls it.</param>
/// <param name="Conversations">That came under this name.</param>
public sealed record Alias(string Name, string ShownAs, DateTimeOffset CreatedAt, long Conversations);
