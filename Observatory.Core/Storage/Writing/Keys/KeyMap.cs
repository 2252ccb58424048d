using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>
/// From fingerprints to what is kept of them, any number of values each. The newest lie in memory, and on disk in pieces, one a transaction; where they are
/// many they become a <see cref="KeySet"/>. So its memory is some megabytes and 2 bytes a key, and a start reads no more than that. 0 is no fingerprint. Writer
/// only.
/// </summary>
internal sealed class KeyMap(KeyKind kind, IKeyRows rows, int limit)
{
    /// <summary>Rows that nobody will ask for by their key need no mark of their own; but a start must not look at all of them.</summary>
    public const int MostUnmarked = 4_096;

    private const int EntrySize = sizeof(ulong) + sizeof(uint);

    private readonly int _cut = KeyKinds.CutOf(kind);

    /// <summary>From a key to the place of its first entry of those in memory.</summary>
    private readonly KeyIndex _index = new();

    /// <summary>Places of further entries of a key.</summary>
    private readonly Dictionary<ulong, List<int>> _more = [];
    private readonly List<KeyEntry> _entries = [];
    private readonly List<uint> _found = [];

    /// <summary>So many of the first entries are in pieces.</summary>
    private int _written;
    private int _lastPiece;
    private int _storedThrough;
    private KeySet[] _sets = [];

    public KeyKind Kind => kind;

    public IReadOnlyList<KeySet> Sets => _sets;

    /// <summary>Entries in memory, in order of arrival.</summary>
    public IReadOnlyList<KeyEntry> Entries => _entries;

    public bool IsEmpty => _entries.Count == 0 && _sets.Length == 0;

    /// <summary>Number of the row up to which all that is to be found by its key is in here; for kinds that are kept of rows.</summary>
    public int Through { get; set; }

    public void Add(ulong key, uint value)
    {
        if (!_index.TryAdd(key, _entries.Count, out _))
        {
            if (!_more.TryGetValue(key, out var places)) _more[key] = places = [];
            places.Add(_entries.Count);
        }
        _entries.Add(new KeyEntry(key, value));
    }

    /// <summary>Fetches from memory what a look for the key begins with: to wait for it is most of what a look costs.</summary>
    public void Prefetch(ulong key)
    {
        _index.Prefetch(key);
        if (_sets.Length == 0) return;
        var hash = KeyFilter.Hash(key >> _cut);
        foreach (var set in _sets) set.Prefetch(hash);
    }

    public bool Contains(ulong key, uint value)
    {
        if (IsRecent(key, value)) return true;
        if (_sets.Length == 0) return false;
        var hash = KeyFilter.Hash(key >> _cut);
        foreach (var set in _sets)
        {
            if (set.MayContain(hash) && set.Contains(new KeyEntry(key >> _cut, value), rows)) return true;
        }
        return false;
    }

    /// <summary>
    /// Puts the values of the key into the list in place of what was there: those in memory first, in order of arrival. Where a set cuts keys
    /// (<see cref="KeyKinds.CutOf"/>), seldom also one of another key.
    /// </summary>
    public void Find(ulong key, List<uint> values)
    {
        values.Clear();
        if (_index.TryGet(key, out var first))
        {
            values.Add(_entries[first].Value);
            if (_more.TryGetValue(key, out var places))
            {
                foreach (var place in places) values.Add(_entries[place].Value);
            }
        }
        if (_sets.Length == 0) return;
        var hash = KeyFilter.Hash(key >> _cut);
        foreach (var set in _sets)
        {
            if (set.MayContain(hash)) set.Find(key >> _cut, values, rows);
        }
    }

    /// <summary>The value of a key that has one only.</summary>
    public bool TryGet(ulong key, out uint value)
    {
        if (_index.TryGet(key, out var place))
        {
            value = _entries[place].Value;
            return true;
        }
        value = 0;
        if (_sets.Length == 0) return false;
        Find(key, _found);
        if (_found.Count == 0) return false;
        value = _found[0];
        return true;
    }

    private bool IsRecent(ulong key, uint value)
    {
        if (!_index.TryGet(key, out var first)) return false;
        if (_entries[first].Value == value) return true;
        return _more.TryGetValue(key, out var places) && places.Exists(place => _entries[place].Value == value);
    }

    public void LoadMark(int through) => Through = _storedThrough = through;

    public void LoadSet(KeySet set) => _sets = [.. _sets, set];

    public void LoadPiece(int piece, ReadOnlySpan<byte> data)
    {
        for (; data.Length >= EntrySize; data = data[EntrySize..])
            Add(BinaryPrimitives.ReadUInt64LittleEndian(data), BinaryPrimitives.ReadUInt32LittleEndian(data[sizeof(ulong)..]));
        (_written, _lastPiece) = (_entries.Count, piece);
    }

    /// <summary>Other sets hold the keys of some.</summary>
    public void Replace(IReadOnlyCollection<KeySet> some, KeySet by) => _sets = [.. _sets.Where(s => !some.Contains(s)), by];

    /// <summary>Hands over what the running transaction added. What was handed over before must have been written.</summary>
    public void Take(KeyWrites writes)
    {
        foreach (var set in _sets) set.Fresh = null;
        var added = _entries.Count - _written;
        writes.Added += added;
        if (added > 0 || Through - _storedThrough >= MostUnmarked) Mark(writes);
        if (_entries.Count >= limit) Seal(writes);
        else if (added > 0) Append(writes);
    }

    private void Mark(KeyWrites writes)
    {
        if (Through == _storedThrough) return;
        _storedThrough = Through;
        writes.Marks.Add((kind, Through));
    }

    private void Append(KeyWrites writes)
    {
        var data = new byte[(_entries.Count - _written) * EntrySize];
        for (var to = data.AsSpan(); _written < _entries.Count; _written++, to = to[EntrySize..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, _entries[_written].Key);
            BinaryPrimitives.WriteUInt32LittleEndian(to[sizeof(ulong)..], _entries[_written].Value);
        }
        _lastPiece = writes.NextPiece();
        writes.Pieces.Add((_lastPiece, kind, data));
    }

    private void Seal(KeyWrites writes)
    {
        var set = writes.Seal(kind, KeyUpkeep.LevelOf(_entries.Count, limit), CollectionsMarshal.AsSpan(_entries));
        if (_lastPiece > 0) writes.LeftPieces.Add((kind, _lastPiece));
        LoadSet(set);
        (_written, _lastPiece) = (0, 0);
        _entries.Clear();
        _more.Clear();
        _index.Clear();
    }
}
