using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// From a 64-bit fingerprint to the places that may hold it: about 14 bytes each. Of a fingerprint it keeps 40 bits, so a place is a guess that
/// its owner has to look at: of ten million others one is wrong in some hundred thousand looks. It grows as <see cref="KeyIndex"/> does, one small segment
/// at a time. Not thread-safe.
/// </summary>
internal sealed class TagIndex
{
    /// <summary>Slots of a segment, a power of two.</summary>
    private const int Slots = 512;

    private const int FullAt = Slots * 8 / 10;

    /// <summary>Leading bits that a segment's place in the directory says at least: they need not be kept in its slots.</summary>
    private const int LeastDepth = 8;

    /// <summary>Deeper than that only names of one fingerprint lie together: the directory would double for nothing.</summary>
    private const int MostDepth = 20;

    private sealed class Segment(int depth)
    {
        /// <summary>Leading bits of the hash that all its entries share.</summary>
        public int Depth { get; } = depth;

        public int Count { get; set; }

        /// <summary>Upper half the tag, lower half the place plus 1; 0 = free.</summary>
        public ulong[] Entries { get; } = new ulong[Slots];
    }

    // Senders choose what fingerprints are made of: with a secret of this process nobody can choose where they fall.
    private static readonly ulong s_secret = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>By the leading bits of the hash, as many as the deepest segment has.</summary>
    private Segment[] _directory = [.. Enumerable.Range(0, 1 << LeastDepth).Select(_ => new Segment(LeastDepth))];
    private int _depth = LeastDepth;

    /// <summary>Places of fingerprints whose segment is full and can no longer be split; none unless somebody made hundreds of names with one fingerprint.</summary>
    private readonly Dictionary<ulong, List<int>> _crowded = [];

    /// <summary>Fetches from memory what <see cref="Find"/> begins with: to wait for it is most of what a look costs.</summary>
    public void Prefetch(ulong fingerprint)
    {
        if (!Sse.IsSupported) return;
        var hash = Hash(fingerprint);
        unsafe
        {
            // An address is enough; should the collector move the array, something useless is fetched.
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(SegmentOf(hash).Entries), FirstSlot(Tag(hash)))));
        }
    }

    /// <summary>Places that were added for the fingerprint, and seldom one of another.</summary>
    public Matches Find(ulong fingerprint)
    {
        var hash = Hash(fingerprint);
        return new Matches(SegmentOf(hash).Entries, Tag(hash), _crowded.Count == 0 ? null : _crowded.GetValueOrDefault(fingerprint));
    }

    /// <summary>The same fingerprint may be added again, with another place.</summary>
    /// <param name="place">From 0.</param>
    public void Add(ulong fingerprint, int place)
    {
        var hash = Hash(fingerprint);
        var segment = SegmentOf(hash);
        while (segment.Count >= FullAt)
        {
            if (segment.Depth >= MostDepth)
            {
                if (!_crowded.TryGetValue(fingerprint, out var places)) _crowded.Add(fingerprint, places = []);
                places.Add(place);
                return;
            }
            Split(segment, hash);
            segment = SegmentOf(hash);
        }
        Put(segment, (ulong)Tag(hash) << 32 | (uint)(place + 1));
    }

    private static ulong Hash(ulong fingerprint) => Math.BigMul(fingerprint ^ s_secret, 0x9E3779B97F4A7C15UL, out var low) ^ low;

    private Segment SegmentOf(ulong hash) => _directory[(int)(hash >> (64 - _depth))];

    private static uint Tag(ulong hash) => (uint)(hash >> (64 - LeastDepth - 32));

    private static int FirstSlot(uint tag) => (int)tag & (Slots - 1);

    private static void Put(Segment segment, ulong entry)
    {
        var slot = FirstSlot((uint)(entry >> 32));
        while (segment.Entries[slot] != 0) slot = (slot + 1) & (Slots - 1);
        segment.Entries[slot] = entry;
        segment.Count++;
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
        // The bit behind those that all share, counted from the left of the tag.
        var bit = 1UL << (63 - (full.Depth - LeastDepth));
        foreach (var entry in full.Entries)
        {
            if (entry != 0) Put((entry & bit) == 0 ? low : high, entry);
        }
        // The entries of the full segment lie side by side in the directory: the first half of them starts with a 0 behind the shared bits.
        var entries = 1 << (_depth - full.Depth);
        var first = (int)(hash >> (64 - full.Depth)) << (_depth - full.Depth);
        for (var i = 0; i < entries; i++) _directory[first + i] = i < entries / 2 ? low : high;
    }

    /// <summary>Walks through the places of one tag.</summary>
    internal struct Matches(ulong[] entries, uint tag, List<int>? crowded)
    {
        private int _slot = FirstSlot(tag);
        private int _next;

        public int Current { get; private set; }

        public readonly Matches GetEnumerator() => this;

        public bool MoveNext()
        {
            // A slot is below the length by its mask; looking at the length too would fetch another line from memory.
            ref var first = ref MemoryMarshal.GetArrayDataReference(entries);
            while (Unsafe.Add(ref first, _slot) is not 0 and var entry)
            {
                _slot = (_slot + 1) & (Slots - 1);
                if ((uint)(entry >> 32) != tag) continue;
                Current = (int)(uint)entry - 1;
                return true;
            }
            if (crowded is null || _next == crowded.Count) return false;
            Current = crowded[_next++];
            return true;
        }
    }
}
