namespace Observatory.Tests.Support;

/// <summary>A session whose file holds a line of a thing, and the session that the line says it comes from, if it does.</summary>
internal sealed record NaiveHolder(string Session, string? From)
{
    /// <summary>Every session that holds one of the lines; who made a line that kept its session id holds it too.</summary>
    public static List<NaiveHolder> Of(IEnumerable<NaiveLine> lines)
    {
        var said = lines.Select(l => (l.Session, From: l.CopiedFrom)).ToList();
        said.AddRange(lines.Where(l => l.CopiedFrom is not null && l.CopiedFrom == l.MadeBy).Select(l => (l.MadeBy!, (string?)null)));
        return [.. said.GroupBy(s => s.Session).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new NaiveHolder(g.Key, g.Select(s => s.From).OfType<string>().Min(StringComparer.Ordinal)))];
    }
}

/// <summary>Which session made a thing that several sessions' files hold: the rule of section 2 over all lines at once, block by block.</summary>
internal sealed class NaiveOwners
{
    private readonly HashSet<(string Session, string Request)> _requests = [];
    private readonly Dictionary<string, long> _firstQueueOperation = [];
    private readonly Dictionary<string, HashSet<string>> _leaves = [];
    private readonly Dictionary<string, Dictionary<string, long>> _linesOf = [];
    private readonly Dictionary<string, HashSet<string>> _parentsOf = [];
    private readonly HashSet<string> _copied;

    public NaiveOwners(IEnumerable<NaiveLine> lines)
    {
        foreach (var line in lines)
        {
            var speaker = line.MadeBy ?? line.Session;
            if (line.Type == "api-request" && line.Text("id") is { } id) _requests.Add((speaker, id));
            if (line.Type == "queue-operation" && line.At is { } at) _firstQueueOperation[speaker] =
                Math.Min(at, _firstQueueOperation.GetValueOrDefault(speaker, long.MaxValue));
            if (line.Type == "last-prompt" && line.Text("leafUuid") is { } leaf) Of(_leaves, speaker).Add(leaf);
            if (line.Uuid is { } uuid && line.At is { } time) Of(_linesOf, line.Session).TryAdd(uuid, time);
        }
        _copied = [.. _linesOf.Values.SelectMany(l => l.Keys).GroupBy(l => l).Where(g => g.Count() > 1).Select(g => g.Key)];
    }

    /// <summary>Says of every item whose it is.</summary>
    public void Judge(IReadOnlyList<NaiveItem> items)
    {
        foreach (var item in items)
        {
            foreach (var holder in item.Sessions.Where(h => h.From is not null)) Of(_parentsOf, holder.Session).Add(holder.From!);
        }
        foreach (var block in items.GroupBy(i => string.Join('|', i.Sessions)))
        {
            var owner = OwnerOf(block.First().Sessions, [.. block]);
            foreach (var item in block) item.Conversation = owner;
        }
    }

    private string OwnerOf(IReadOnlyList<NaiveHolder> holders, List<NaiveItem> block)
    {
        var from = holders.ToDictionary(h => h.Session, h => h.From);
        var ends = holders.Where(h => h.From is not null).Select(h => Follow(h.From!, from)).OfType<string>().ToHashSet();
        var own = holders.Where(h => h.From is null).Select(h => h.Session).ToList();
        // A fork of one of them made nothing that both hold.
        own = OrAll(own, s => !own.Any(o => o != s && _parentsOf.TryGetValue(s, out var parents) && parents.Contains(o)));
        if (own.Count > 1)
        {
            // A result whose call no file holds says nothing of when the block was made.
            var made = block.Exists(IsMade) ? block.FindAll(IsMade) : block;
            var (first, last) = (made.Min(i => i.At), made.Max(i => i.At));
            var marked = own.FindAll(s => block.Any(i => i.RequestRef is { } r && _requests.Contains((s, r))));
            if (marked.Count == 0) marked = own.FindAll(s => _firstQueueOperation.GetValueOrDefault(s, long.MaxValue) <= last);
            if (marked.Count == 0) marked = own.FindAll(s => Leaves(s).Any(at => at >= first));
            own = OrAll(marked.Count == 0 ? own : marked, ends.Contains);
        }
        else if (own.Count == 0) own = ends.Count > 0 ? [.. ends] : [.. holders.Select(h => h.Session)];
        var fewest = own.Min(CopiedLines);
        own = own.FindAll(s => CopiedLines(s) == fewest);
        own = OrAll(own, s => holders.Any(h => GoesOn(s, h.Session)));
        own = OrAll(own, s => !own.Any(o => GoesOn(o, s)));
        return own.Min(StringComparer.Ordinal)!;
    }

    private static bool IsMade(NaiveItem item) => item is not NaiveTool { IsCalled: false };

    /// <summary>Where the words lead from here; null in a circle.</summary>
    private static string? Follow(string session, Dictionary<string, string?> from)
    {
        var been = new HashSet<string>();
        while (from.GetValueOrDefault(session) is { } next)
        {
            if (!been.Add(session)) return null;
            session = next;
        }
        return session;
    }

    /// <summary>When the copied lines of the session are of that a <c>last-prompt</c> of it names.</summary>
    private IEnumerable<long> Leaves(string session)
    {
        if (!_leaves.TryGetValue(session, out var leaves) || !_linesOf.TryGetValue(session, out var lines)) return [];
        return lines.Where(l => leaves.Contains(l.Key) && _copied.Contains(l.Key)).Select(l => l.Value);
    }

    private int CopiedLines(string session) => _linesOf.TryGetValue(session, out var lines) ? lines.Keys.Count(_copied.Contains) : 0;

    /// <summary>The other begins with every line of this one, and holds more.</summary>
    private bool GoesOn(string session, string other) =>
        _linesOf.TryGetValue(session, out var lines) && _linesOf.TryGetValue(other, out var more) && lines.Count < more.Count
            && lines.Keys.All(more.ContainsKey) && lines.Values.Min() == more.Values.Min();

    private static List<string> OrAll(List<string> all, Func<string, bool> which) => all.Where(which).ToList() is { Count: > 0 } some ? some : all;

    private static T Of<T>(Dictionary<string, T> all, string session) where T : new() => all.TryGetValue(session, out var found) ? found
        : all[session] = new T();
}
