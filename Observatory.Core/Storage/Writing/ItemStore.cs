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
    private readonly Dictionary<int, Change<T>> _changes = [];
    private int _nextId = 1;

    public IReadOnlyCollection<Change<T>> Changes => _changes.Values;

    /// <summary>Takes a stored row into the index, in order of ids, so that chains of colliding keys come out as they were made.</summary>
    public void Load(int id, ulong high, ulong low)
    {
        var slot = NotZero(low);
        while (!_index.TryAdd(slot, id, out _)) slot = Next(slot, high);
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

    public T Add(EventKey key)
    {
        var row = new T { Id = _nextId++, KeyHigh = (long)key.High, KeyLow = (long)key.Low };
        var slot = NotZero(key.Low);
        while (!_index.TryAdd(slot, row.Id, out _)) slot = Next(slot, key.High);
        _changes[row.Id] = new Change<T>(null, row);
        return row;
    }

    /// <summary>The row to change, tracked.</summary>
    public T Get(int id)
    {
        if (_changes.TryGetValue(id, out var change)) return change.After;
        var row = load(id);
        _changes[id] = new Change<T>(copy(row), row);
        return row;
    }

    /// <summary>The row where the running transaction has touched it, else null.</summary>
    public T? Tracked(int id) => _changes.TryGetValue(id, out var change) ? change.After : null;

    /// <summary>The row to look at: as the running transaction has it, or as it is stored.</summary>
    public T Peek(int id) => _changes.TryGetValue(id, out var change) ? change.After : load(id);

    public void Committed() => _changes.Clear();

    // Two different things with equal lower halves: the later one is found at a slot that depends on its upper half too.
    private static ulong Next(ulong slot, ulong high) => NotZero((slot ^ high) * 0xD6E8FEB86659FD93UL + 0x632BE59BD9B4E019UL);

    private static ulong NotZero(ulong value) => value == 0 ? 1 : value;
}
