namespace Observatory.Core.Storage.Writing;

/// <summary>What a session's files show of it, as far as it tells who made a line.</summary>
/// <param name="FirstQueueOperation">Unix ms, null = none.</param>
/// <param name="LatestLeaf">Time of the latest copied line that a <c>last-prompt</c> of it names, Unix ms.</param>
/// <param name="CopiedLines">Lines that files of other sessions hold too.</param>
/// <param name="SessionId">Its own id.</param>
/// <param name="Parents">Sessions that some line of it says it comes from.</param>
/// <param name="GoneOnBy">Sessions that begin with all of its lines, and hold more.</param>
internal sealed record SessionMarks(
    long? FirstQueueOperation, long LatestLeaf, int CopiedLines, string SessionId, IReadOnlySet<int> Parents, IReadOnlyCollection<int> GoneOnBy);

/// <summary>
/// The session that made a block: lines that were copied together. A copy that says where it comes from belongs there, as far as that can be followed,
/// and made nothing. Of the sessions that hold the block and do not say so: the one with the <c>api-request</c> line that one of its lines names; else one
/// whose first <c>queue-operation</c> is not later than its last line; else one with a <c>last-prompt</c> whose leaf is a copied line at or after its
/// first; else all. Of several: the one that a copy names; the one with the fewest copied lines; the one whose every line another has, and goes on
/// from; the smaller id. Nothing here depends on the order of reading.
/// </summary>
internal sealed class BlockOwner(List<SharedItem> block, Func<int, SessionMarks> marks, Func<int, ulong, bool> hasRequest)
{
    private readonly IReadOnlyList<Holder> _holders = block[0].Holders;
    private readonly List<SharedItem> _made = block.Exists(i => !i.IsResult) ? block.FindAll(i => !i.IsResult) : block;

    public int Find()
    {
        var candidates = Silent();
        if (candidates.Count == 0) candidates = Ends();
        else if (candidates.Count > 1) candidates = Named(Marked(candidates));
        // A fork that was forked again holds what its first maker made and what it made itself: the first maker has fewer copied lines.
        var fewest = candidates.Min(s => marks(s).CopiedLines);
        return Originals(candidates.FindAll(s => marks(s).CopiedLines == fewest)).MinBy(s => marks(s).SessionId, StringComparer.Ordinal);
    }

    /// <summary>Those who hold it as their own: no line of the block says otherwise, nor does any other line that they share with one of them.</summary>
    private List<int> Silent()
    {
        var silent = _holders.Where(h => h.CopiedFrom == 0).Select(h => h.Session).ToList();
        var first = silent.Where(s => !silent.Any(other => other != s && marks(s).Parents.Contains(other))).ToList();
        return first.Count > 0 ? first : silent;
    }

    /// <summary>Where the words of the copies lead; all holders, where they lead round in a circle.</summary>
    private List<int> Ends()
    {
        var ends = new HashSet<int>();
        foreach (var holder in _holders)
        {
            if (End(holder) is { } end) ends.Add(end);
        }
        return ends.Count > 0 ? [.. ends] : [.. _holders.Select(h => h.Session)];
    }

    /// <summary>The last session that the holder's word leads to, null where that is round in a circle.</summary>
    private int? End(Holder holder)
    {
        var at = holder.CopiedFrom;
        for (var steps = 0; steps < _holders.Count; steps++)
        {
            var next = _holders.FirstOrDefault(h => h.Session == at).CopiedFrom;
            if (next == 0) return at;
            at = next;
        }
        return null;
    }

    private List<int> Marked(List<int> candidates)
    {
        var requests = block.Select(i => i.RequestRef).Where(r => r != 0).ToHashSet();
        var chosen = candidates.Where(s => requests.Any(r => hasRequest(s, r))).ToList();
        if (chosen.Count == 0) chosen = [.. candidates.Where(s => marks(s).FirstQueueOperation <= _made.Max(i => i.At))];
        if (chosen.Count == 0) chosen = [.. candidates.Where(s => marks(s).LatestLeaf >= _made.Min(i => i.At))];
        return chosen.Count > 0 ? chosen : candidates;
    }

    private List<int> Named(List<int> candidates)
    {
        var ends = _holders.Where(h => h.CopiedFrom != 0).Select(End).ToHashSet();
        var named = candidates.Where(s => ends.Contains(s)).ToList();
        return named.Count > 0 ? named : candidates;
    }

    private List<int> Originals(List<int> candidates)
    {
        if (candidates.Count == 1) return candidates;
        var originals = candidates.Where(s => marks(s).GoneOnBy.Any(by => _holders.Any(h => h.Session == by))).ToList();
        if (originals.Count == 0) originals = candidates;
        // Of several generations the first: each later one goes on from it.
        var first = originals.Where(s => !originals.Any(other => marks(other).GoneOnBy.Contains(s))).ToList();
        return first.Count > 0 ? first : originals;
    }
}
