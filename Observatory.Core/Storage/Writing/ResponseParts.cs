using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>Which rows of one message id are one response, by what they say and never by what was read first.</summary>
internal sealed class ResponseParts(IReadOnlyList<ResponseEntity> all, OwnerRule owners, LineWords words)
{
    private readonly Dictionary<int, int> _wholes = [];
    private readonly Dictionary<int, HashSet<int>> _sessions = [];

    /// <summary>From each row to the one that it is part of; to itself where it is none.</summary>
    public Dictionary<int, int> Wholes()
    {
        var rows = all.OrderBy(At).ThenBy(r => (ulong)r.Request)
            .ThenBy(r => r.OwnInput).ThenBy(r => r.OwnCacheRead).ThenBy(Writes).ThenBy(r => words.Of(r).First.Line).ThenBy(r => r.Id).ToList();
        var requests = rows.Where(r => r.Request != 0).ToList();
        var first = requests.Find(r => !r.IsSidechain) ?? requests.FirstOrDefault();
        foreach (var row in requests) _wholes[row.Id] = row.IsSidechain ? first!.Id : row.Id;

        // Which row a line came into depends on what was known then; which rows go together does not.
        var full = Together(rows.Where(r => r.Request == 0 && !IsEmpty(r)));
        foreach (var lines in full) Join(lines, requests.Find(r => (IsEmpty(r) || SamePrompt(r, lines[0])) && Meet([r], lines)));

        var known = requests.Select(r => new List<ResponseEntity> { r }).Concat(full).OrderBy(lines => At(lines[0])).ToList();
        foreach (var lines in Together(rows.Where(r => r.Request == 0 && IsEmpty(r))))
        {
            var near = known.FindAll(k => Meet(k, lines));
            Join(lines, (near.Find(k => k.Max(r => words.Of(r).LastAt) >= At(lines[0])) ?? near.LastOrDefault())?[0]);
        }
        PreferMainChain(rows);
        return _wholes;
    }

    /// <summary>Rows whose prompts are of one size and that some session's files hold both of, over however many sessions.</summary>
    /// <param name="rows">Without a request, in order; so are those of the answer, by their first.</param>
    private List<List<ResponseEntity>> Together(IEnumerable<ResponseEntity> rows)
    {
        var found = new List<List<ResponseEntity>>();
        foreach (var row in rows)
        {
            var same = found.FindAll(lines => SamePrompt(lines[0], row) && Meet(lines, [row]));
            if (same.Count == 0)
            {
                found.Add([row]);
                continue;
            }
            foreach (var other in same.Skip(1))
            {
                same[0].AddRange(other);
                found.Remove(other);
            }
            same[0].Add(row);
        }
        return found;
    }

    private void Join(List<ResponseEntity> lines, ResponseEntity? to)
    {
        var whole = to is null ? lines[0].Id : _wholes[to.Id];
        foreach (var row in lines) _wholes[row.Id] = whole;
    }

    /// <summary>A response that the main chain tells of too is one of the main chain.</summary>
    private void PreferMainChain(List<ResponseEntity> rows)
    {
        foreach (var group in rows.GroupBy(r => _wholes[r.Id]).Where(g => g.First(r => r.Id == g.Key).IsSidechain).ToList())
        {
            if (group.FirstOrDefault(r => !r.IsSidechain) is not { } main) continue;
            foreach (var row in group) _wholes[row.Id] = main.Id;
        }
    }

    /// <summary>Of its own lines: a whole bears the time of its parts.</summary>
    private long At(ResponseEntity row) => words.Of(row).First.At;

    /// <summary>No figure of the prompt is there yet: a line that was written before the answer came.</summary>
    public static bool IsEmpty(ResponseEntity row) => row.OwnInput == 0 && row.OwnCacheRead == 0 && Writes(row) == 0;

    public static long Writes(ResponseEntity row) => Math.Max(row.CacheWriteField, row.CacheWriteSplit5m + row.OwnCacheWrite1h);

    private static bool SamePrompt(ResponseEntity a, ResponseEntity b) =>
        a.OwnInput == b.OwnInput && a.OwnCacheRead == b.OwnCacheRead && Writes(a) == Writes(b);

    /// <summary>Some session's files hold lines of both.</summary>
    private bool Meet(List<ResponseEntity> some, List<ResponseEntity> others) => some.Exists(a => others.Exists(b => SessionsOf(a).Overlaps(SessionsOf(b))));

    private HashSet<int> SessionsOf(ResponseEntity row)
    {
        if (!_sessions.TryGetValue(row.Id, out var sessions)) _sessions[row.Id] = sessions = [.. owners.SessionsOf(ItemKind.Response, row)];
        return sessions;
    }
}
