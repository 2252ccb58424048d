using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>A row as it was before the transaction (null = new) and as it is now.</summary>
internal readonly record struct Change<T>(T? Before, T After) where T : ItemEntity;

/// <summary>
/// The rows of one kind: finds them by key, and remembers those that the running transaction touches together with how they were,
/// so that roll-ups can take the difference. Writer only.
/// </summary>
internal sealed class ItemStore<T>(Func<int, T> load, Func<T, T> copy) where T : ItemEntity, new()
{
    private readonly KeyIndex _index = new();

    // New rows have the numbers that follow each other: no hash is needed to find them.
    private readonly List<Change<T>> _added = [];
    private readonly Dictionary<int, Change<T>> _loaded = [];
    private int _nextId = 1;

    /// <summary>What the running transaction touches: stored rows, then new ones. Rows that are tracked while it is walked through may be missed.</summary>
    public IEnumerable<Change<T>> Changes
    {
        get
        {
            if (_loaded.Count > 0)
            {
                foreach (var change in _loaded.Values) yield return change;
            }
            for (var i = 0; i < _added.Count; i++) yield return _added[i];
        }
    }

    /// <summary>Only those that are new.</summary>
    public IReadOnlyList<Change<T>> Added => _added;

    /// <summary>Only those that were stored before.</summary>
    public IReadOnlyCollection<Change<T>> Loaded => _loaded.Values;

    /// <summary>Takes a stored row into the index, in order of ids, so that chains of colliding keys come out as they were made.</summary>
    public void Load(int id, ulong high, ulong low, bool isFound = true)
    {
        var slot = NotZero(low);
        while (isFound && !_index.TryAdd(slot, id, out _)) slot = Next(slot, high);
        _nextId = Math.Max(_nextId, id + 1);
    }

    /// <summary>The row with this key, tracked; null where there is none.</summary>
    public T? Find(EventKey key)
    {
        for (var slot = NotZero(key.Low); _index.TryGet(slot, out var id); slot = Next(slot, key.High))
        {
            var row = Get(id);
            if ((ulong)row.KeyHigh == key.High && (ulong)row.KeyLow == key.Low) return row;
        }
        return null;
    }

    /// <param name="key">A key that has no row yet.</param>
    /// <param name="isFound">False = nobody will ask for it by this key: it costs no memory then.</param>
    public T Add(EventKey key, bool isFound = true)
    {
        var row = new T { Id = _nextId++, KeyHigh = (long)key.High, KeyLow = (long)key.Low };
        var slot = NotZero(key.Low);
        while (isFound && !_index.TryAdd(slot, row.Id, out _)) slot = Next(slot, key.High);
        _added.Add(new Change<T>(null, row));
        return row;
    }

    /// <summary>The row to change, tracked.</summary>
    public T Get(int id)
    {
        if (Tracked(id) is { } row) return row;
        row = load(id);
        _loaded[id] = new Change<T>(copy(row), row);
        return row;
    }

    /// <summary>The row where the running transaction has touched it, else null.</summary>
    public T? Tracked(int id)
    {
        // The last of the new ones has the number before the next.
        var index = id - (_nextId - _added.Count);
        if (index >= 0) return _added[index].After;
        return _loaded.TryGetValue(id, out var change) ? change.After : null;
    }

    /// <summary>The row to look at: as the running transaction has it, or as it is stored.</summary>
    public T Peek(int id) => Tracked(id) ?? load(id);

    public void Committed()
    {
        _added.Clear();
        _loaded.Clear();
    }

    // Two different things with equal lower halves: the later one is found at a slot that depends on its upper half too.
    private static ulong Next(ulong slot, ulong high) => NotZero((slot ^ high) * 0xD6E8FEB86659FD93UL + 0x632BE59BD9B4E019UL);

    private static ulong NotZero(ulong value) => value == 0 ? 1 : value;
}
