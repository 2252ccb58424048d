using System.Buffers.Binary;
using Observatory.Core.Events;
using Observatory.Core.Storage.Sqlite;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Names that senders gave to events they sent, so that the same name again is known. 20 to 33 bytes each in memory; on disk 16 bytes,
/// appended once a transaction. Writer only.
/// </summary>
internal sealed class SeenEvents(WriterTables tables)
{
    private const int Size = 2 * sizeof(ulong);

    private readonly KeyIndex _index = new();
    private readonly List<ulong> _highs = [];
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
        while (!_index.TryAdd(slot, _highs.Count, out var at))
        {
            if (_highs[at] == key.High) return false;
            // Equal lower halves: the next slot depends on the upper half too.
            slot = NotZero((slot ^ key.High) * 0xD6E8FEB86659FD93UL + 0x632BE59BD9B4E019UL);
        }
        _highs.Add(key.High);
        _added.Add(key.High);
        _added.Add(key.Low);
        return true;
    }

    public void Write()
    {
        if (_added.Count == 0) return;
        var data = new byte[_added.Count * sizeof(ulong)];
        for (var i = 0; i < _added.Count; i++) BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i * sizeof(ulong)), _added[i]);
        tables.WriteSeenEvents(_nextId++, data);
        _added.Clear();
    }

    private static ulong NotZero(ulong value) => value == 0 ? 1 : value;
}
