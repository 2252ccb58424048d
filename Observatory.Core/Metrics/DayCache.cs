using Observatory.Core.Storage.DaySums;

namespace Observatory.Core.Metrics;

/// <summary>
/// Blocks of UTC days as they were made or read, each under the version of its day. An entry never grows old: it answers only for its own version,
/// which the reader takes from its own snapshot. Bounded in bytes; what was not used for longest goes first. Thread-safe.
/// </summary>
internal sealed class DayCache(long limit = DayCache.DefaultLimit)
{
    /// <summary>Bytes: some months of a busy user, and little beside what the program needs anyway.</summary>
    public const long DefaultLimit = 8 * 1024 * 1024;

    /// <summary>Of the entry itself, so that empty days are bounded too.</summary>
    private const long EntryBytes = 160;

    private readonly Lock _gate = new();
    private readonly Dictionary<(DaySumPart Part, int Day), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    public long Bytes
    {
        get { lock (_gate) return _bytes; }
    }

    /// <summary>The block of a day at exactly this version, or null.</summary>
    public byte[]? Find(DaySumPart part, int day, long version)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue((part, day), out var node) || node.Value.Version != version) return null;
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Block;
        }
    }

    /// <summary>Keeps a block that nobody changes any more. A reader with an older snapshot does not push a newer one out.</summary>
    public void Keep(DaySumPart part, int day, long version, byte[] block)
    {
        var bytes = EntryBytes + block.LongLength;
        if (bytes > limit) return;
        lock (_gate)
        {
            if (_entries.TryGetValue((part, day), out var known))
            {
                if (known.Value.Version > version) return;
                Remove(known);
            }
            _entries[(part, day)] = _byUse.AddLast(new Entry(part, day, version, block, bytes));
            _bytes += bytes;
            while (_bytes > limit) Remove(_byUse.First!);
        }
    }

    /// <summary>Forgets everything; answers stay the same.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _byUse.Clear();
            _bytes = 0;
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _entries.Remove((node.Value.Part, node.Value.Day));
        _byUse.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private sealed record Entry(DaySumPart Part, int Day, long Version, byte[] Block, long Bytes);
}
