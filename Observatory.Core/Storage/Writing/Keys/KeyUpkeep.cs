namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>
/// Keeps sets few: some of one size become one of the next size, a little in each transaction, in proportion to what that adds. So there are some for each
/// power of <see cref="FanOut"/>, and a key is written once for each. Prepared between two transactions, done by whoever writes one.
/// </summary>
internal sealed class KeyUpkeep(KeyNumbers numbers)
{
    /// <summary>Sets of one level that become one.</summary>
    public const int FanOut = 8;

    /// <summary>Entries that a transaction merges at least, and so many times what it adds: more than once for each level.</summary>
    private const int Least = 1_024, TimesAdded = 4;

    private const int EntriesPerPage = 256;

    private readonly List<int> _left = [];
    private KeyMerge? _merge;

    /// <summary>Of a new set with so many entries, where this many are usual.</summary>
    public static int LevelOf(int count, int usual) => count / FanOut >= usual ? 1 : 0;

    /// <summary>A set that nobody looks at: it is deleted by and by.</summary>
    public void Leave(int set) => _left.Add(set);

    /// <summary>Between two transactions, the last of which is on disk.</summary>
    public void Prepare(IEnumerable<KeyMap> maps)
    {
        if (_merge is { Result: { } merged } done)
        {
            done.Map.Replace(done.Sets, merged);
            foreach (var set in done.Sets) _left.Add(set.Id);
            _merge = null;
        }
        if (_merge is not null) return;
        foreach (var map in maps)
        {
            if (map.Sets.Count < FanOut) continue;
            if (map.Sets.GroupBy(s => s.Level).FirstOrDefault(level => level.Count() >= FanOut) is not { } many) continue;
            _merge = new KeyMerge(map, [.. many.Take(FanOut)], numbers);
            return;
        }
    }

    /// <summary>In a transaction.</summary>
    public void Run(IKeyRows rows, int added)
    {
        var entries = Least + added * TimesAdded;
        for (var sets = 0; sets < FanOut && _left.Count > 0 && rows.DeleteSet(_left[0], Math.Max(1, entries / EntriesPerPage)); sets++) _left.RemoveAt(0);
        _merge?.Run(rows, entries);
    }
}
