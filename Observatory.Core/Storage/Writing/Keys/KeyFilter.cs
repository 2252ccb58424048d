using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>
/// Says of a key that it is not in a set, or that it may be: of a thousand others about one may be. 16 bits a key, all that is asked of one key in 32 bytes
/// (a Bloom filter in blocks). Made once for a set of known size. Stored as it lies in memory, little-endian.
/// </summary>
internal sealed class KeyFilter
{
    private const int BitsPerKey = 16, WordsPerBlock = 8, BitsPerBlock = WordsPerBlock * 32;

    // Odd numbers that choose a bit in each word of a block.
    private static ReadOnlySpan<uint> Salts =>
        [0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1, 0xD3A2646D, 0xFD7046C5, 0xB55A4F09];

    private readonly uint[] _words;
    private readonly uint _blocks;

    /// <param name="count">Keys that it will hold; more make it say "may be" oftener.</param>
    public KeyFilter(long count)
    {
        _blocks = (uint)Math.Max(1, (count * BitsPerKey + BitsPerBlock - 1) / BitsPerBlock);
        _words = new uint[_blocks * WordsPerBlock];
    }

    /// <param name="data">As <see cref="CopyTo"/> wrote it.</param>
    /// <exception cref="InvalidDataException">It is no filter.</exception>
    public KeyFilter(ReadOnlySpan<byte> data)
    {
        var isWhole = data.Length > 0 && data.Length % (WordsPerBlock * sizeof(uint)) == 0;
        if (!isWhole) throw new InvalidDataException("A filter of keys is damaged: it ends early.");
        _blocks = (uint)(data.Length / (WordsPerBlock * sizeof(uint)));
        _words = new uint[_blocks * WordsPerBlock];
        if (BitConverter.IsLittleEndian) data.CopyTo(MemoryMarshal.AsBytes(_words.AsSpan()));
        else for (var i = 0; i < _words.Length; i++) _words[i] = BinaryPrimitives.ReadUInt32LittleEndian(data[(i * sizeof(uint))..]);
    }

    /// <summary>Bytes that <see cref="CopyTo"/> writes.</summary>
    public int Size => _words.Length * sizeof(uint);

    public void CopyTo(Span<byte> data)
    {
        if (BitConverter.IsLittleEndian) MemoryMarshal.AsBytes(_words.AsSpan()).CopyTo(data);
        else for (var i = 0; i < _words.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(data[(i * sizeof(uint))..], _words[i]);
    }

    /// <summary>Spreads a key over all bits: of some keys the last ones are always the same. The same for each set, so it is asked once a key.</summary>
    public static ulong Hash(ulong key) => Math.BigMul(key, 0x9E3779B97F4A7C15UL, out var low) ^ low;

    public void Add(ulong hash)
    {
        var block = BlockOf(hash);
        for (var i = 0; i < WordsPerBlock; i++) _words[block + i] |= Bit((uint)hash, i);
    }

    public bool MayContain(ulong hash)
    {
        ref var word = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_words), BlockOf(hash));
        for (var i = 0; i < WordsPerBlock; i++)
        {
            if ((Unsafe.Add(ref word, i) & Bit((uint)hash, i)) == 0) return false;
        }
        return true;
    }

    /// <summary>Fetches from memory what <see cref="MayContain"/> will look at.</summary>
    public void Prefetch(ulong hash)
    {
        if (!Sse.IsSupported) return;
        unsafe
        {
            // An address is enough; should the collector move the array, something useless is fetched.
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_words), BlockOf(hash))));
        }
    }

    /// <summary>Below the length whatever the hash: the upper half is a fraction of the number of blocks.</summary>
    private int BlockOf(ulong hash) => (int)((hash >> 32) * _blocks >> 32) * WordsPerBlock;

    private static uint Bit(uint hash, int word) => 1u << (int)(hash * Salts[word] >> 27);
}
