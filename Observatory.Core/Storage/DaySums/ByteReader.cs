using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Observatory.Core.Storage.DaySums;

/// <summary>Reads what <see cref="ByteWriter"/> wrote.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int At { get; set; }

    public readonly bool IsAtEnd => At >= _bytes.Length;

    public readonly int Length => _bytes.Length;

    /// <exception cref="DaySumDamagedException">Behind the end, or no number.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Read()
    {
        if ((uint)At < (uint)_bytes.Length)
        {
            ulong first = Unsafe.Add(ref MemoryMarshal.GetReference(_bytes), At);
            if (first < 0x80)
            {
                At++;
                return first;
            }
        }
        return ReadLong();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadInt() => (int)Read();

    /// <summary>Leaves out so many numbers.</summary>
    public void Skip(int numbers)
    {
        for (; numbers > 0; numbers--)
        {
            while ((uint)At < (uint)_bytes.Length && _bytes[At] >= 0x80) At++;
            At++;
        }
        if (At > _bytes.Length) throw new DaySumDamagedException();
    }

    private ulong ReadLong()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if ((uint)At >= (uint)_bytes.Length) break;
            var next = _bytes[At++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw new DaySumDamagedException();
    }
}
