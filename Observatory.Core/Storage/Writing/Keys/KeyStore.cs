using System.Runtime.InteropServices;
using Observatory.Core.Events;

namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>All keys that the writer knows new from known by. Writer only.</summary>
internal sealed class KeyStore
{
    /// <summary>Entries of a kind in memory: beyond it they become a set. About 40 bytes each.</summary>
    public const int Limit = 65_536;

    private readonly IKeyRows _rows;
    private readonly IWriterTransaction _transaction;
    private readonly KeyNumbers _numbers = new();
    private readonly KeyUpkeep _upkeep;
    private readonly Dictionary<KeyKind, KeyMap> _maps;

    public KeyStore(IKeyRows rows, IWriterTransaction transaction)
    {
        (_rows, _transaction, _upkeep) = (rows, transaction, new KeyUpkeep(_numbers));
        // Those of one message id are few, and all of them are looked through at a start.
        _maps = Enum.GetValues<KeyKind>().ToDictionary(k => k, k => new KeyMap(k, rows, k == KeyKind.Groups ? int.MaxValue : rows.Limit));
    }

    public KeyMap this[KeyKind kind] => _maps[kind];

    public void Load()
    {
        _rows.Sets((id, kind, level, state, count, head) =>
        {
            _numbers.Set = Math.Max(_numbers.Set, id);
            if (state == KeySetState.Whole) _maps[kind].LoadSet(KeySet.Read(id, kind, level, count, head));
            // One that was not ended when the program did is begun anew.
            else _upkeep.Leave(id);
        });
        _numbers.Page = _rows.LastPage();
        foreach (var (kind, through) in _rows.Marks()) _maps[kind].LoadMark(through);
        _rows.Pieces((id, kind, data) =>
        {
            _numbers.Piece = Math.Max(_numbers.Piece, id);
            _maps[kind].LoadPiece(id, data);
        });
        TakeOver(KeyKind.SeenEvents);
        TakeOver(KeyKind.ForgottenKeys);
    }

    /// <summary>What is to be written for the running transaction. The one before is on disk.</summary>
    public KeyWrites Take()
    {
        _upkeep.Prepare(_maps.Values);
        var writes = new KeyWrites(_numbers, _upkeep);
        foreach (var map in _maps.Values) map.Take(writes);
        return writes;
    }

    /// <summary>Takes in keys of rows that are not known here yet, in a transaction of its own. Called again for further ones.</summary>
    /// <param name="kind">Of the keys.</param>
    /// <param name="entries">Keys; changed.</param>
    /// <param name="through">All rows up to this one are known then.</param>
    /// <param name="also">Written with it.</param>
    public void Import(KeyKind kind, List<KeyEntry> entries, int through, Action<KeyWrites>? also = null)
    {
        var (map, writes) = (_maps[kind], new KeyWrites(_numbers, _upkeep));
        var isLittle = entries.Count == 0 && through - map.Through < KeyMap.MostUnmarked;
        map.Through = through;
        if (isLittle && also is null) return;
        if (entries.Count >= _rows.Limit)
        {
            map.LoadSet(writes.Seal(kind, KeyUpkeep.LevelOf(entries.Count, _rows.Limit), CollectionsMarshal.AsSpan(entries)));
            map.LoadMark(through);
            writes.Marks.Add((kind, through));
        }
        else
        {
            foreach (var entry in entries) map.Add(entry.Key, entry.Value);
            map.Take(writes);
        }
        _transaction.Want();
        _transaction.End(() =>
        {
            also?.Invoke(writes);
            writes.Write(_rows);
        });
        foreach (var set in map.Sets) set.Fresh = null;
    }

    /// <summary>So many keys at a time are to be imported.</summary>
    public int AtOnce => _rows.Limit * KeyUpkeep.FanOut;

    /// <summary>Brings what versions before kept into sets.</summary>
    private void TakeOver(KeyKind kind)
    {
        var keys = new List<EventKey>();
        while (_rows.ReadOld(kind, AtOnce, keys) is not 0 and var last)
        {
            var entries = keys.ConvertAll(KnownKeys.EntryOf);
            keys.Clear();
            Import(kind, entries, 0, _ => _rows.DeleteOld(kind, last));
        }
    }
}
