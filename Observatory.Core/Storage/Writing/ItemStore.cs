using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing.Keys;

namespace Observatory.Core.Storage.Writing;

/// <summary>A row as it was before the transaction (null = new) and as it is now.</summary>
internal readonly record struct Change<T>(T? Before, T After) where T : ItemEntity;

/// <summary>
/// The rows of one kind: finds them by key, and remembers those that the running transaction touches together with how they were,
/// so that roll-ups can take the difference. Writer only.
/// </summary>
/// <param name="create">Makes a row.</param>
/// <param name="rows">Where they are stored.</param>
/// <param name="copy">Copies a row.</param>
/// <param name="keys">From lower halves of keys to numbers of rows; of rows that are gone too.</param>
/// <param name="kept">
/// How many of the rows that were written last stay at hand. For rows that change soon after: to load one, the writer would have to wait until the
/// transaction before is on disk. The others are used again for new rows.
/// </param>
internal sealed class ItemStore<T>(Func<T> create, IItemRows<T> rows, Func<T, T> copy, KeyMap keys, int kept = 0) where T : ItemEntity, new()
{
    /// <summary>Rows to use again: those of a usual transaction.</summary>
    private const int MostFree = 2_048;

    /// <summary>Numbers that were found last.</summary>
    private readonly List<uint> _found = [];

    // New rows have the numbers that follow each other: no hash is needed to find them.
    private List<Change<T>> _added = [];
    private Dictionary<int, Change<T>> _loaded = [];

    /// <summary>What was taken last. It is written by the time that the next is taken, and is used again then.</summary>
    private Changes<T> _taken = new([], []);
    private readonly Stack<T> _free = new();

    /// <summary>The rows that were written last, as they were written: not to be changed, somebody may be writing them.</summary>
    private readonly Dictionary<int, T> _kept = [];
    private readonly Queue<int> _keptOrder = new();
    private int _nextId = 1;

    /// <summary>What the running transaction touches: stored rows, then new ones. No stored row may become tracked while it is walked through.</summary>
    public ChangeWalk<T> Changes => new(_loaded, _added);

    /// <summary>Numbers up to this one are not given to new rows.</summary>
    public void Reserve(int last) => _nextId = Math.Max(_nextId, last + 1);

    /// <summary>The greatest number that was given to a row.</summary>
    public int LastId => _nextId - 1;

    /// <summary>The row is deleted in the running transaction, which has not touched it.</summary>
    public void Forget(T row)
    {
        if (Tracked(row.Id) is not null) throw new InvalidOperationException($"{typeof(T).Name} {row.Id} is changed and deleted in one transaction.");
        _kept.Remove(row.Id);
    }

    /// <summary>The row with this key, tracked; null where there is none.</summary>
    public T? Find(EventKey key)
    {
        keys.Find(NotZero(key.Low), _found);
        foreach (var id in _found)
        {
            if (Look((int)id) is { } row && (ulong)row.KeyHigh == key.High && (ulong)row.KeyLow == key.Low) return Track((int)id, row);
        }
        return null;
    }

    /// <summary>Number of the first row whose key has this lower half, null where there is none.</summary>
    public int? IdOf(ulong low)
    {
        keys.Find(NotZero(low), _found);
        _found.Sort();
        foreach (var id in _found)
        {
            if (Look((int)id) is { } row && (ulong)row.KeyLow == low) return row.Id;
        }
        return null;
    }

    /// <param name="key">A key that has no row yet.</param>
    /// <param name="isFound">False = nobody will ask for it by this key: it costs no memory then.</param>
    public T Add(EventKey key, bool isFound = true)
    {
        var row = _free.TryPop(out var used) ? used : create();
        (row.Id, row.KeyHigh, row.KeyLow) = (_nextId++, (long)key.High, (long)key.Low);
        if (isFound) keys.Add(NotZero(key.Low), (uint)row.Id);
        _added.Add(new Change<T>(null, row));
        return row;
    }

    /// <summary>The row to change, tracked.</summary>
    public T Get(int id) => Tracked(id) ?? Track(id, _kept.TryGetValue(id, out var known) ? known : rows.Load(id));

    /// <summary>The same; null where there is none of that number.</summary>
    public T? TryGet(int id) => Look(id) is { } row ? Track(id, row) : null;

    /// <param name="id">Its number.</param>
    /// <param name="known">The row, tracked or as it is stored.</param>
    private T Track(int id, T known)
    {
        if (Tracked(id) is { } row) return row;
        row = copy(known);
        _loaded[id] = new Change<T>(known, row);
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

    /// <summary>The row as it was before the running transaction, where that has touched it; else null.</summary>
    public T? Before(int id) => _loaded.TryGetValue(id, out var change) ? change.Before : null;

    /// <summary>The row to look at: as the running transaction has it, or as it is stored.</summary>
    public T Peek(int id) => Tracked(id) ?? (_kept.TryGetValue(id, out var row) ? row : rows.Load(id));

    /// <summary>The same; null where there is none of that number.</summary>
    public T? Look(int id) => Tracked(id) ?? (_kept.TryGetValue(id, out var row) ? row : rows.Find(id));

    /// <summary>Hands over what the running transaction touches: the next one begins. What was taken before must have been written.</summary>
    public Changes<T> Take()
    {
        var next = _taken;
        // Nobody holds on to rows that are written: what is kept of them are numbers.
        foreach (var (_, row) in next.Added)
        {
            if (kept > 0 || _free.Count == MostFree) break;
            row.Clear();
            _free.Push(row);
        }
        next.Added.Clear();
        next.Loaded.Clear();
        if (kept > 0) Keep();
        _taken = new Changes<T>(_added, _loaded);
        (_added, _loaded) = (next.Added, next.Loaded);
        return _taken;
    }

    private void Keep()
    {
        foreach (var (_, row) in Changes)
        {
            if (!_kept.ContainsKey(row.Id)) _keptOrder.Enqueue(row.Id);
            _kept[row.Id] = row;
        }
        while (_keptOrder.Count > kept) _kept.Remove(_keptOrder.Dequeue());
    }

    /// <summary>As <see cref="KeyMap"/> wants it.</summary>
    public static ulong NotZero(ulong value) => value == 0 ? 1 : value;
}

/// <summary>Walks through the rows that a transaction touches, without an object for it.</summary>
internal struct ChangeWalk<T>(Dictionary<int, Change<T>> loaded, List<Change<T>> added) where T : ItemEntity
{
    private Dictionary<int, Change<T>>.ValueCollection.Enumerator _loaded = loaded.Values.GetEnumerator();
    private bool _isInAdded;
    private int _next;

    public Change<T> Current { get; private set; }

    public readonly ChangeWalk<T> GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!_isInAdded && _loaded.MoveNext())
        {
            Current = _loaded.Current;
            return true;
        }
        _isInAdded = true;
        if (_next >= added.Count) return false;
        Current = added[_next++];
        return true;
    }
}
