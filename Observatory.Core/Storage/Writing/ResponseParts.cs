using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>Which rows of one message id are one response, by what they say and never by what was read first.</summary>
internal sealed class ResponseParts(IReadOnlyList<ResponseEntity> all, OwnerRule owners, LineWords words)
{
    private readonly Dictionary<int, int> _wholes = [];

    /// <summary>From each row to the one that it is part of; to itself where it is none.</summary>
    public Dictionary<int, int> Wholes()
    {
        var rows = all.OrderBy(At).ThenBy(r => (ulong)r.Request)
            .ThenBy(r => r.OwnInput).ThenBy(r => r.OwnCacheRead).ThenBy(Writes).ThenBy(r => r.Id).ToList();
        var requests = rows.Where(r => r.Request != 0).ToList();
        var first = requests.Find(r => !r.IsSidechain) ?? requests.FirstOrDefault();
        foreach (var row in requests) _wholes[row.Id] = row.IsSidechain ? first!.Id : row.Id;

        var nameless = rows.Where(r => r.Request == 0).ToList();
        var full = nameless.Where(r => !IsEmpty(r)).ToList();
        for (var i = 0; i < full.Count; i++)
        {
            var row = full[i];
            var same = requests.Find(r => (IsEmpty(r) || SamePrompt(r, row)) && Meet(r, row))
                ?? full.Take(i).FirstOrDefault(r => SamePrompt(r, row) && Meet(r, row));
            _wholes[row.Id] = same is null ? row.Id : _wholes[same.Id];
        }

        var known = requests.Concat(full).OrderBy(At).ToList();
        var empty = nameless.Where(IsEmpty).ToList();
        for (var i = 0; i < empty.Count; i++)
        {
            var row = empty[i];
            var near = known.Where(r => Meet(r, row)).ToList();
            var whole = near.Find(r => words.Of(r).LastAt >= At(row)) ?? near.LastOrDefault() ?? empty.Take(i).FirstOrDefault(r => Meet(r, row));
            _wholes[row.Id] = whole is null ? row.Id : _wholes[whole.Id];
        }
        PreferMainChain(rows);
        return _wholes;
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

    /// <summary>Some session's files hold both.</summary>
    private bool Meet(ResponseEntity a, ResponseEntity b)
    {
        var others = owners.SessionsOf(ItemKind.Response, b).ToList();
        return owners.SessionsOf(ItemKind.Response, a).Any(others.Contains);
    }
}
