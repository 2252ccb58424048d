using Observatory.Core.Events;
using Observatory.Core.Storage.Writing.Keys;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// A set of keys that only grows, as of the names that senders gave to their events: the same again is known, by 96 of its bits. That two of ten million are
/// taken for one happens in one of 10^15 such sets. Writer only.
/// </summary>
internal sealed class KnownKeys(KeyMap keys)
{
    /// <summary>True where the key is new.</summary>
    public bool Add(EventKey key)
    {
        if (Contains(key)) return false;
        var entry = EntryOf(key);
        keys.Add(entry.Key, entry.Value);
        return true;
    }

    public bool Contains(EventKey key)
    {
        var entry = EntryOf(key);
        return keys.Contains(entry.Key, entry.Value);
    }

    /// <summary>Fetches what <see cref="Add"/> will look at.</summary>
    public void Prefetch(EventKey key) => keys.Prefetch(EntryOf(key).Key);

    /// <summary>The key as it is kept.</summary>
    public static KeyEntry EntryOf(EventKey key) => new(key.Low == 0 ? 1 : key.Low, (uint)key.High);
}
