namespace Observatory.Core.Storage.Writing;

/// <summary>
/// From a 64-bit fingerprint to a row number, in memory: 12 bytes a slot, at most 70 % full. An index on random keys in the database
/// would cost five times the insert; this one is rebuilt at start. 0 is no valid fingerprint. Not thread-safe.
/// </summary>
internal sealed class KeyIndex
{
    private ulong[] _keys = new ulong[1024];
    private int[] _values = new int[1024];

    public int Count { get; private set; }

    public bool TryGet(ulong key, out int value)
    {
        var slot = Find(key);
        value = _values[slot];
        return _keys[slot] == key;
    }

    /// <summary>Adds the pair; an existing key keeps its value, which is then returned in <paramref name="existing"/>.</summary>
    public bool TryAdd(ulong key, int value, out int existing)
    {
        var slot = Find(key);
        if (_keys[slot] == key)
        {
            existing = _values[slot];
            return false;
        }
        _keys[slot] = key;
        _values[slot] = value;
        existing = value;
        if (++Count > _keys.Length * 7L / 10) Grow();
        return true;
    }

    private int Find(ulong key)
    {
        var mask = _keys.Length - 1;
        // Fingerprints are hashes already; a multiply spreads what callers may have mixed into them.
        var slot = (int)((key * 0x9E3779B97F4A7C15UL) >> 33) & mask;
        while (_keys[slot] != 0 && _keys[slot] != key) slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        var (keys, values) = (_keys, _values);
        _keys = new ulong[keys.Length * 2];
        _values = new int[keys.Length * 2];
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] == 0) continue;
            var slot = Find(keys[i]);
            _keys[slot] = keys[i];
            _values[slot] = values[i];
        }
    }
}
