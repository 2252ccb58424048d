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

    /// <summary>By how much figures changed.</summary>
    public CommitDeltas Deltas { get; init; } = CommitDeltas.None;

    /// <summary>This one and the next as one.</summary>
    public Commit With(Commit next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new Commit(next.Version, [.. Conversations.Union(next.Conversations)], Events + next.Events)
        {
            FirstPrompt = Math.Min(FirstPrompt, next.FirstPrompt), FirstResponse = Math.Min(FirstResponse, next.FirstResponse),
            Deltas = Deltas.With(next.Deltas),
        };
    }
}

/// <summary>By how much the figures of a UTC day changed for one user, project and model. Numbers are those of names, 0 = none.</summary>
/// <param name="Day">Days since 1970-01-01.</param>
public readonly record struct CommitDelta(int Day, int UserId, int ProjectId, int ModelId, Measures Change);

/// <summary>What one or several commits changed in the sums.</summary>
/// <param name="Days">UTC days with new or changed rows, in order, also where sums stay what they were.</param>
/// <param name="Rows">Changes that are not 0, in no order.</param>
/// <param name="IsWhole">False = there were more than <see cref="Most"/>: <paramref name="Rows"/> are by day alone, without user, project and model.</param>
public sealed record CommitDeltas(IReadOnlyList<int> Days, IReadOnlyList<CommitDelta> Rows, bool IsWhole)
{
    /// <summary>Rows that are told apart: an import of a year is no list for those who wait for news.</summary>
    public const int Most = 256;

    public static CommitDeltas None { get; } = new([], [], true);

    public CommitDeltas With(CommitDeltas next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (ReferenceEquals(this, None)) return next;
        if (ReferenceEquals(next, None)) return this;
        var sum = new CommitDeltaSum();
        foreach (var part in (CommitDeltas[])[this, next])
        {
            foreach (var day in part.Days) sum.Touch(day);
            foreach (var row in part.Rows) sum.Add(row.Day, row.UserId, row.ProjectId, row.ModelId, row.Change);
        }
        return sum.Take(IsWhole && next.IsWhole);
    }
}

/// <summary>
/// Hears of every commit after it is durable. The writer tells one observer, which must return at once; the others are told by that one (in the program
/// <c>Realtime/CommitDispatcher</c>), on threads of their own: those may take their time.
/// </summary>
public interface ICommitObserver
{
    void Committed(Commit commit);

    /// <summary>People have other names now, in answers to come: nothing was written, but what was shown is old.</summary>
    /// <param name="version">Of the data.</param>
    /// <param name="conversations">Session ids of theirs, the latest.</param>
    void Renamed(long version, IReadOnlyList<string> conversations)
    {
    }
}
