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
    private readonly Dictionary<(string? User, string Window), (double Used, double? ResetsAt, long At)> _quotas = [];

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

    /// <summary>Whether a quota must be written down: it changed, or was not for a minute.</summary>
    internal bool IsNews(string? user, string window, double used, double? resetsAt, long now, long atLeastEvery)
    {
        lock (_gate)
        {
            if (_quotas.TryGetValue((user, window), out var last) && last.Used.Equals(used) && Nullable.Equals(last.ResetsAt, resetsAt) && now - last.At < atLeastEvery) return false;
            if (_quotas.Count >= Limit) _quotas.Clear();
            _quotas[(user, window)] = (used, resetsAt, now);
            return true;
        }
    }
}
