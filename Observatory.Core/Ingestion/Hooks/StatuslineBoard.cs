using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Hooks;

/// <summary>What the status line of one session last said. What the client does not know yet is null.</summary>
public sealed record StatuslineSnapshot
{
    public required string Session { get; init; }

    public string? User { get; init; }

    public required DateTimeOffset At { get; init; }

    public string? Project { get; init; }

    public string? Model { get; init; }

    public string? Version { get; init; }

    /// <summary>What the client computed since the session began or was cleared, USD.</summary>
    public double? CostUsd { get; init; }

    public long? LinesAdded { get; init; }

    public long? LinesRemoved { get; init; }

    /// <summary>0–100.</summary>
    public double? ContextUsedPercentage { get; init; }

    public long? ContextSize { get; init; }

    public string? PullRequest { get; init; }
}

/// <summary>
/// The latest status line of each session, in memory: it comes several times a second while a session works, and only the last one says
/// anything. At most <see cref="Limit"/> sessions; the one that was silent longest makes room. Thread-safe.
/// </summary>
public sealed class StatuslineBoard
{
    public const int Limit = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<StatuslineSnapshot>> _bySession = new(StringComparer.Ordinal);
    private readonly LinkedList<StatuslineSnapshot> _byTime = [];
    private readonly Dictionary<(string? User, string Window), QuotaWord> _quotas = [];

    private readonly HashSet<WorktreeFact> _worktrees = [];

    /// <summary>Whether nobody said so yet: a status line repeats it several times a second.</summary>
    internal bool IsNews(WorktreeFact worktree)
    {
        lock (_gate)
        {
            if (_worktrees.Count >= Limit) _worktrees.Clear();
            return _worktrees.Add(worktree);
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<StatuslineSnapshot> Latest
    {
        get { lock (_gate) return [.. _byTime]; }
    }

    public void Note(StatuslineSnapshot snapshot)
    {
        lock (_gate)
        {
            if (_bySession.Remove(snapshot.Session, out var known)) _byTime.Remove(known);
            else if (_bySession.Count >= Limit)
            {
                _bySession.Remove(_byTime.Last!.Value.Session);
                _byTime.RemoveLast();
            }
            _bySession[snapshot.Session] = _byTime.AddFirst(snapshot);
        }
    }

    /// <summary>What must be written down of a quota, by <see cref="QuotaRule"/>; null where it says nothing new.</summary>
    internal QuotaWord? Note(string? user, string window, QuotaWord said)
    {
        lock (_gate)
        {
            if (QuotaRule.With(_quotas.TryGetValue((user, window), out var known) ? known : null, said, window) is not { } word) return null;
            if (_quotas.Count >= Limit) _quotas.Clear();
            return _quotas[(user, window)] = word;
        }
    }
}
