using System.Buffers.Binary;
using System.IO.Hashing;

namespace Observatory.Core.Storage.DaySums;

/// <summary>What all blocks of days share: a sum over the bytes in front, so that a damaged one is not believed.</summary>
internal static class DayBlock
{
    /// <summary>Raised when the form of any block changes: blocks of another form are made anew.</summary>
    public const int Form = 1;

    /// <summary>Bytes in front of what is told.</summary>
    public const int Head = sizeof(uint);

    public const int Quarters = 96;

    public static bool IsWhole(ReadOnlySpan<byte> block) =>
        block.Length >= Head && BinaryPrimitives.ReadUInt32LittleEndian(block) == SumOf(block[Head..]);

    internal static uint SumOf(ReadOnlySpan<byte> bytes) => (uint)XxHash3.HashToUInt64(bytes);
}

/// <summary>The bytes of a day's sums are not what was written.</summary>
internal sealed class DaySumDamagedException() : InvalidOperationException("The sums of a day are damaged.");
