namespace Observatory.Core.Storage;

/// <summary>What a commit changed; handed to <see cref="ICommitObserver"/>.</summary>
/// <param name="Version">Number of the commit, grows by one.</param>
/// <param name="Conversations">Session ids.</param>
/// <param name="Events">Events in it.</param>
public sealed record Commit(long Version, IReadOnlyList<string> Conversations, int Events)
{
    /// <summary>No row of the kind is new.</summary>
    public const int NoneNew = int.MaxValue;

    /// <summary>The least number that a new prompt got.</summary>
    public int FirstPrompt { get; init; } = NoneNew;

    /// <summary>The least number that a new answer got.</summary>
    public int FirstResponse { get; init; } = NoneNew;
}

/// <summary>Hears of every commit after it is durable. Must not throw and must return at once.</summary>
public interface ICommitObserver
{
    void Committed(Commit commit);
}
