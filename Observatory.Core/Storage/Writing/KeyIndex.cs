using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// From a 64-bit fingerprint to a row number, in memory: about 20 bytes a key. An index on random keys in the database would cost five times
/// the insert. It grows by splitting one small segment at a time (extendible hashing), so that there is never a
/// second copy of all of it. 0 is no valid fingerprint. Not thread-safe.
/// </summary>
internal sealed class KeyIndex
{
    /// <summary>Slots of a segment: small enough for the collector's ordinary heap.</summary>
    private const int Slots = 2_048;

    private const int FullAt = Slots * 8 / 10;

    private sealed class Segment(int depth)
    {
        /// <summary>Leading bits of the hash that all its keys share.</summary>
        public int Depth { get; } = depth;

        public int Count { get; set; }

        public ulong[] Keys { get; } = new ulong[Slots];

        public int[] Values { get; } = new int[Slots];
    }

    /// <summary>By the leading bits of the hash, as many as the deepest segment has.</summary>
    private Segment[] _directory = [new Segment(0)];
    private int _depth;

    public int Count { get; private set; }

    public bool TryGet(ulong key, out int value)
    {
        var hash = Hash(key);
        var segment = SegmentOf(hash);
        var slot = Find(segment, key, hash);
        value = segment.Values[slot];
        return segment.Keys[slot] == key;
    }

    /// <summary>Fetches from memory what a look for the key begins with: to wait for it is most of what a look costs.</summary>
    public void Prefetch(ulong key)
    {
        if (!Sse.IsSupported) return;
        var hash = Hash(key);
        var segment = SegmentOf(hash);
        var slot = FirstSlot(hash);
        unsafe
        {
            // An address is enough; should the collector move the array, something useless is fetched.
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(segment.Keys), slot)));
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(segment.Values), slot)));
        }
    }

    /// <summary>Gives an existing key another value.</summary>
    public void Replace(ulong key, int value)
    {
        var hash = Hash(key);
        var segment = SegmentOf(hash);
        var slot = Find(segment, key, hash);
        if (segment.Keys[slot] != key) throw new InvalidOperationException("The key is not in the index.");
        segment.Values[slot] = value;
    }

    /// <summary>Adds the pair; an existing key keeps its value, which is then returned in <paramref name="existing"/>.</summary>
    public bool TryAdd(ulong key, int value, out int existing)
    {
        var hash = Hash(key);
        while (true)
        {
            var segment = SegmentOf(hash);
            var slot = Find(segment, key, hash);
            if (segment.Keys[slot] == key)
            {
                existing = segment.Values[slot];
                return false;
            }
            if (segment.Count >= FullAt)
            {
                Split(segment, hash);
                continue;
            }
            segment.Keys[slot] = key;
            segment.Values[slot] = existing = value;
            segment.Count++;
            Count++;
            return true;
        }
    }

    /// <summary>Forgets all keys, and keeps the memory for others.</summary>
    public void Clear()
    {
        if (Count == 0) return;
        Segment? last = null;
        foreach (var segment in _directory)
        {
            if (ReferenceEquals(segment, last)) continue;
            last = segment;
            Array.Clear(segment.Keys);
            segment.Count = 0;
        }
        Count = 0;
    }

    // Fingerprints are hashes already, of what senders choose: with a secret of this process nobody can choose where they fall.
    private static readonly ulong s_secret = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private static ulong Hash(ulong key) => Math.BigMul(key ^ s_secret, 0x9E3779B97F4A7C15UL, out var low) ^ low;

    private Segment SegmentOf(ulong hash) => _directory[Leading(hash, _depth)];

    private static int Leading(ulong hash, int bits) => bits == 0 ? 0 : (int)(hash >> (64 - bits));

    private static int FirstSlot(ulong hash) => (int)(hash >> 16) & (Slots - 1);

    private static int Find(Segment segment, ulong key, ulong hash)
    {
        var slot = FirstSlot(hash);
        // A slot is below the length by its mask. Looking at the length too would fetch another line from memory, which is what this costs.
        ref var keys = ref MemoryMarshal.GetArrayDataReference(segment.Keys);
        while (Unsafe.Add(ref keys, slot) is not 0 and var found && found != key) slot = (slot + 1) & (Slots - 1);
        return slot;
    }

    private void Split(Segment full, ulong hash)
    {
        if (full.Depth == _depth)
        {
            var wider = new Segment[_directory.Length * 2];
            for (var i = 0; i < wider.Length; i++) wider[i] = _directory[i / 2];
            (_directory, _depth) = (wider, _depth + 1);
        }
        var (low, high) = (new Segment(full.Depth + 1), new Segment(full.Depth + 1));
        for (var i = 0; i < Slots; i++)
        {
            if (full.Keys[i] is not (not 0 and var key)) continue;
            var own = Hash(key);
            var half = (Leading(own, full.Depth + 1) & 1) == 0 ? low : high;
            var slot = Find(half, key, own);
            (half.Keys[slot], half.Values[slot]) = (key, full.Values[i]);
            half.Count++;
        }
        // The entries of the full segment lie side by side: the first half of them starts with a 0 behind the shared bits.
        var entries = 1 << (_depth - full.Depth);
        var first = Leading(hash, full.Depth) << (_depth - full.Depth);
        for (var i = 0; i < entries; i++) _directory[first + i] = i < entries / 2 ? low : high;
    }
}
