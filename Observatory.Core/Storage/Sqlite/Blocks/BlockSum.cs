using System.Buffers.Binary;
using System.IO.Hashing;

namespace Observatory.Core.Storage.Sqlite.Blocks;

/// <summary>
/// A sum over the bytes of a block, without those that it stands in: half of it in the head of the first column and half in that of the second, which
/// versions before it left 0 and do not read. So 0 = none was taken.
/// </summary>
internal static class BlockSum
{
    private const int First = BlockFormat.HeadSize + BlockFormat.SumAt;
    private const int Second = First + BlockFormat.ColumnHeadSize;
    private const int Half = sizeof(ushort);

    public static uint Of(ReadOnlySpan<byte> block)
    {
        if (!Has(block)) return 0;
        var head = XxHash3.HashToUInt64(block[..First]);
        var between = XxHash3.HashToUInt64(block[(First + Half)..Second], (long)head);
        var sum = XxHash3.HashToUInt64(block[(Second + Half)..], (long)between);
        return Math.Max(1, (uint)(sum ^ sum >> 32));
    }

    public static uint Read(ReadOnlySpan<byte> block) => !Has(block) ? 0
        : (uint)BinaryPrimitives.ReadUInt16LittleEndian(block[First..]) << 16 | BinaryPrimitives.ReadUInt16LittleEndian(block[Second..]);

    /// <summary>Last of all: the other bytes do not change any more.</summary>
    public static void Write(Span<byte> block)
    {
        if (!Has(block)) return;
        var sum = Of(block);
        BinaryPrimitives.WriteUInt16LittleEndian(block[First..], (ushort)(sum >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(block[Second..], (ushort)sum);
    }

    private static bool Has(ReadOnlySpan<byte> block) => block[1] >= 2;
}
