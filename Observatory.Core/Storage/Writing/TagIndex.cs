using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// From a 64-bit fingerprint to the places that may hold it: about 11 bytes each. Of a fingerprint it keeps 40 bits, so a place is a guess that
/// its owner has to look at: of ten million others one is wrong in some hundred thousand looks. It grows one small segment at a time, which is
/// made a little longer until it is split in two (extendible hashing): all segments fill up at the same pace, and were each doubled at once, all would be. Not thread-safe.
/// </summary>
internal sealed class TagIndex
{
    /// <summary>Slots that a segment is given more at a time.</summary>
    private const int Step = 64;

    /// <summary>Slots of a segment that is split.</summary>
    private const int MostSlots = 512;

    /// <summary>Leading bits that a segment's place in the directory says at least: they need not be kept in its slots.</summary>
    private const int LeastDepth = 8;

    /// <summary>Deeper than that only names of one fingerprint lie together: the directory would double for nothing.</summary>
    private const int MostDepth = 20;

    // Senders choose what fingerprints are made of: with a secret of this process nobody can choose where they fall.
    private static readonly ulong s_secret = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>
    /// By the leading bits of the hash, as many as the deepest segment has. Of a segment the first number is its <see cref="Head"/>, each other one a slot: upper half
    /// the tag, lower half the place plus 1; 0 = free. An object around the array would be one more wait for memory at each look.
    /// </summary>
    private ulong[][] _directory = [.. Enumerable.Range(0, 1 << LeastDepth).Select(_ => Segment(new Head(LeastDepth, 0), Step))];
    private int _depth = LeastDepth;

    /// <summary>Places of fingerprints whose segment is full and can no longer be split; none unless somebody made hundreds of names with one fingerprint.</summary>
    private readonly Dictionary<ulong, List<int>> _crowded = [];

    /// <param name="Depth">Leading bits of the hash that all entries of the segment share.</param>
    private readonly record struct Head(int Depth, int Count)
    {
        public static Head Of(ulong[] segment) => new((int)(segment[0] >> 32), (int)segment[0]);

        public ulong Packed => (ulong)Depth << 32 | (uint)Count;
    }

    /// <summary>Bytes of memory, without what surrounds each object.</summary>
    public long Size => _directory.Distinct().Sum(segment => (long)segment.Length * sizeof(ulong)) + (long)_directory.Length * nint.Size;

    /// <summary>Fetches from memory what <see cref="Find"/> begins with: to wait for it is most of what a look costs.</summary>
    public void Prefetch(ulong fingerprint)
    {
        if (!Sse.IsSupported) return;
        var hash = Hash(fingerprint);
        var segment = SegmentOf(hash);
        unsafe
        {
            // An address is enough; should the collector move the array, something useless is fetched.
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(segment), FirstSlot(segment, Tag(hash)))));
        }
    }

    /// <summary>Places that were added for the fingerprint, and seldom one of another.</summary>
    public Matches Find(ulong fingerprint)
    {
        var hash = Hash(fingerprint);
        return new Matches(SegmentOf(hash), Tag(hash), _crowded.Count == 0 ? null : _crowded.GetValueOrDefault(fingerprint));
    }

    /// <summary>The same fingerprint may be added again, with another place.</summary>
    /// <param name="place">From 0.</param>
    public void Add(ulong fingerprint, int place)
    {
        var hash = Hash(fingerprint);
        var segment = SegmentOf(hash);
        while (IsFull(Head.Of(segment).Count, segment.Length - 1))
        {
            if (segment.Length - 1 < MostSlots) Lengthen(segment, hash);
            else if (Head.Of(segment).Depth < MostDepth) Split(segment, hash);
            else
            {
                if (!_crowded.TryGetValue(fingerprint, out var places)) _crowded.Add(fingerprint, places = []);
                places.Add(place);
                return;
            }
            segment = SegmentOf(hash);
        }
        Put(segment, (ulong)Tag(hash) << 32 | (uint)(place + 1));
    }

    private static ulong Hash(ulong fingerprint) => Math.BigMul(fingerprint ^ s_secret, 0x9E3779B97F4A7C15UL, out var low) ^ low;

    private ulong[] SegmentOf(ulong hash) => _directory[(int)(hash >> (64 - _depth))];

    private static uint Tag(ulong hash) => (uint)(hash >> (64 - LeastDepth - 32));

    /// <summary>From 1. Made of the last bits of the tag, which say nothing of the segment.</summary>
    private static int FirstSlot(ulong[] segment, uint tag) => 1 + (int)((tag & 0xFFFF) * (uint)(segment.Length - 1) >> 16);

    private static bool IsFull(int count, int slots) => count * 6 >= slots * 5;

    private static ulong[] Segment(Head head, int slots)
    {
        var segment = new ulong[1 + slots];
        segment[0] = head.Packed;
        return segment;
    }

    private static void Put(ulong[] segment, ulong entry)
    {
        var slot = FirstSlot(segment, (uint)(entry >> 32));
        while (segment[slot] != 0) slot = slot + 1 == segment.Length ? 1 : slot + 1;
        segment[slot] = entry;
        segment[0]++;
    }

    private void Lengthen(ulong[] full, ulong hash)
    {
        var head = Head.Of(full);
        var longer = Segment(head with { Count = 0 }, full.Length - 1 + Step);
        foreach (var entry in full.AsSpan(1))
        {
            if (entry != 0) Put(longer, entry);
        }
        Place(hash, head.Depth, longer, longer);
    }

    private void Split(ulong[] full, ulong hash)
    {
        var (depth, count) = Head.Of(full);
        if (depth == _depth)
        {
            var wider = new ulong[_directory.Length * 2][];
            for (var i = 0; i < wider.Length; i++) wider[i] = _directory[i / 2];
            (_directory, _depth) = (wider, _depth + 1);
        }
        // The bit behind those that all share, counted from the left of the tag.
        var bit = 1UL << (63 - (depth - LeastDepth));
        var ones = 0;
        foreach (var entry in full.AsSpan(1)) ones += (entry & bit) != 0 ? 1 : 0;
        var halves = (Low: Segment(new Head(depth + 1, 0), SlotsFor(count - ones)), High: Segment(new Head(depth + 1, 0), SlotsFor(ones)));
        foreach (var entry in full.AsSpan(1))
        {
            if (entry != 0) Put((entry & bit) == 0 ? halves.Low : halves.High, entry);
        }
        Place(hash, depth, halves.Low, halves.High);
    }

    /// <summary>As many as keep some free, in steps.</summary>
    private static int SlotsFor(int count)
    {
        var slots = Step;
        while (IsFull(count, slots)) slots += Step;
        return slots;
    }

    /// <summary>The entries of one segment lie side by side in the directory: those of the first half have a 0 behind the shared bits.</summary>
    private void Place(ulong hash, int depth, ulong[] low, ulong[] high)
    {
        var entries = 1 << (_depth - depth);
        var first = (int)(hash >> (64 - depth)) << (_depth - depth);
        for (var i = 0; i < entries; i++) _directory[first + i] = i < entries / 2 ? low : high;
    }

    /// <summary>Walks through the places of one tag.</summary>
    internal struct Matches(ulong[] segment, uint tag, List<int>? crowded)
    {
        private int _slot = FirstSlot(segment, tag);
        private int _next;

        public int Current { get; private set; }

        public readonly Matches GetEnumerator() => this;

        public bool MoveNext()
        {
            while (segment[_slot] is not 0 and var entry)
            {
                _slot = _slot + 1 == segment.Length ? 1 : _slot + 1;
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
