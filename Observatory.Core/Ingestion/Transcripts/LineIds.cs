using System.Buffers.Binary;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>What the ids on a line tell beside their identity.</summary>
internal static class LineIds
{
    /// <summary>Ids of Anthropic's own models, on every cloud: 22 random characters and more behind this.</summary>
    private static ReadOnlySpan<byte> UniqueTool => "toolu_"u8;

    private const int ShortestUnique = 20;

    /// <summary>
    /// Whether the id of a tool call may come again for another call: other models number their calls, some anew in each answer (<c>Bash:0</c>,
    /// <c>call_0</c>).
    /// </summary>
    public static bool IsNumber(ReadOnlySpan<byte> toolUseId) => toolUseId.Length < ShortestUnique || !toolUseId.StartsWith(UniqueTool);

    /// <summary>The uuid as a number, in the order of its text without dashes; of another text its first 16 bytes. 0 = none.</summary>
    public static UInt128 Order(ReadOnlySpan<byte> uuid)
    {
        if (uuid.Length != 36) return First(uuid);
        ulong high = 0;
        ulong low = 0;
        foreach (var c in uuid)
        {
            if (c == '-') continue;
            var digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
            if (digit is < 0 or > 15) return First(uuid);
            high = high << 4 | low >> 60;
            low = low << 4 | (uint)digit;
        }
        return new UInt128(high, low);
    }

    private static UInt128 First(ReadOnlySpan<byte> text)
    {
        Span<byte> first = stackalloc byte[16];
        first.Clear();
        text[..Math.Min(16, text.Length)].CopyTo(first);
        return BinaryPrimitives.ReadUInt128BigEndian(first);
    }
}
