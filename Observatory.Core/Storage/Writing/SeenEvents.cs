using System.Buffers.Binary;
using Observatory.Core.Events;
using Observatory.Core.Storage.Sqlite;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Names that senders gave to events they sent, so that the same name again is known. About 30 bytes each in memory; on disk 16 bytes,
/// appended once a transaction. Writer only.
/// </summary>
internal sealed class SeenEvents(WriterTables tables)
{
    private const int Size = 2 * sizeof(ulong);
    private const int Piece = 8_192;

    private readonly KeyIndex _index = new();
    /// <summary>Upper halves by number, in pieces: one list would be copied whole whenever it grows.</summary>
    private readonly List<ulong[]> _highs = [];
    private int _count;
    private readonly List<ulong> _added = [];
    private int _nextId = 1;

    public void Load()
    {
        tables.SeenEvents(data =>
        {
            for (; data.Length >= Size; data = data[Size..])
            {
                Add(new EventKey(BinaryPrimitives.ReadUInt64LittleEndian(data), BinaryPrimitives.ReadUInt64LittleEndian(data[sizeof(ulong)..])));
            }
        });
        _nextId = (int)tables.MaxId("seen_events") + 1;
        _added.Clear();
    }

    /// <summary>True where the name is new.</summary>
    public bool Add(EventKey key)
    {
        var slot = NotZero(key.Low);
        while (!_index.TryAdd(slot, _count, out var at))
        {
            if (High(at) == key.High) return false;
            slot = Next(slot, key);
        }
        if (_count % Piece == 0) _highs.Add(new ulong[Piece]);
        _highs[_count / Piece][_count % Piece] = key.High;
        _count++;
        _added.Add(key.High);
        _added.Add(key.Low);
        return true;
    }

    public bool Contains(ulong high, ulong low)
    {
        var key = new EventKey(high, low);
        for (var slot = NotZero(low); _index.TryGet(slot, out var at); slot = Next(slot, key))
        {
            if (High(at) == high) return true;
        }
        return false;
    }

    public void Write()
    {
        if (_added.Count == 0) return;
        var data = new byte[_added.Count * sizeof(ulong)];
        for (var i = 0; i < _added.Count; i++) BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i * sizeof(ulong)), _added[i]);
        tables.WriteSeenEvents(_nextId++, data);
        _added.Clear();
    }

    private ulong High(int at) => _highs[at / Piece][at % Piece];

    /// <summary>Equal lower halves: the next slot depends on the upper half too.</summary>
    private static ulong Next(ulong slot, EventKey key) => NotZero((slot ^ key.High) * 0xD6E8FEB86659FD93UL + 0x632BE59BD9B4E019UL);

    private static ulong NotZero(ulong value) => value == 0 ? 1 : value;
}
