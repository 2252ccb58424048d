using System.Buffers.Binary;
using System.IO.Hashing;

namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>
/// Some hundred entries of a set in the order of their keys: a sum over all that follows (8 bytes), their number (2), bytes of a key (1) and of a value (1),
/// version (1), 3 unused, the first key (8); then how far each key is from the first, then the values, little-endian. So large that it fills a page of the
/// database.
/// </summary>
internal static class KeyPage
{
    /// <summary>Bytes, at most: with what SQLite needs for the row a page of 4,096.</summary>
    public const int MostBytes = 4_048;

    private const int HeadSize = 24, CountAt = 8, KeyWidthAt = 10, ValueWidthAt = 11, VersionAt = 12, FirstAt = 16;
    private const byte Version = 1;

    /// <summary>Bytes of a page of so many entries.</summary>
    /// <param name="entries">Their number.</param>
    /// <param name="reach">From the first key to the last.</param>
    /// <param name="value">The greatest.</param>
    public static int SizeOf(int entries, ulong reach, uint value) => HeadSize + entries * (WidthOf(reach) + WidthOf(value));

    private static int WidthOf(ulong value) => (64 - (int)ulong.LeadingZeroCount(value) + 7) / 8;

    /// <summary>Writes the page; returns its bytes.</summary>
    public static int Write(ReadOnlySpan<KeyEntry> entries, Span<byte> page)
    {
        var (first, most) = (entries[0].Key, 0u);
        foreach (var entry in entries) most = Math.Max(most, entry.Value);
        var (keyWidth, valueWidth) = (WidthOf(entries[^1].Key - first), WidthOf(most));
        page = page[..(HeadSize + entries.Length * (keyWidth + valueWidth))];
        page[..HeadSize].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(page[CountAt..], (ushort)entries.Length);
        (page[KeyWidthAt], page[ValueWidthAt], page[VersionAt]) = ((byte)keyWidth, (byte)valueWidth, Version);
        BinaryPrimitives.WriteUInt64LittleEndian(page[FirstAt..], first);
        var at = HeadSize;
        foreach (var entry in entries) at = Put(page, at, entry.Key - first, keyWidth);
        foreach (var entry in entries) at = Put(page, at, entry.Value, valueWidth);
        BinaryPrimitives.WriteUInt64LittleEndian(page, XxHash3.HashToUInt64(page[sizeof(ulong)..]));
        return page.Length;
    }

    private static int Put(Span<byte> page, int at, ulong value, int width)
    {
        for (var end = at + width; at < end; at++, value >>= 8) page[at] = (byte)value;
        return at;
    }

    private static ulong Take(ReadOnlySpan<byte> page, int at, int width)
    {
        // Mostly there are eight bytes to read, some of them of the next.
        if (at + sizeof(ulong) <= page.Length)
            return width == 0 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(page[at..]) & (ulong.MaxValue >> (64 - width * 8));
        var value = 0UL;
        for (var i = width - 1; i >= 0; i--) value = value << 8 | page[at + i];
        return value;
    }

    /// <exception cref="InvalidDataException">The bytes are not those that were written.</exception>
    public static void Verify(ReadOnlySpan<byte> page)
    {
        var isWhole = page.Length >= HeadSize && page[VersionAt] == Version && CountOf(page) > 0
            && page[KeyWidthAt] <= sizeof(ulong) && page[ValueWidthAt] <= sizeof(uint)
            && page.Length == HeadSize + CountOf(page) * (page[KeyWidthAt] + page[ValueWidthAt])
            && BinaryPrimitives.ReadUInt64LittleEndian(page) == XxHash3.HashToUInt64(page[sizeof(ulong)..]);
        if (!isWhole) throw new InvalidDataException("A page of keys is damaged: its bytes are not those that were written.");
    }

    public static int CountOf(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt16LittleEndian(page[CountAt..]);

    public static ulong KeyAt(ReadOnlySpan<byte> page, int place) =>
        BinaryPrimitives.ReadUInt64LittleEndian(page[FirstAt..]) + Take(page, HeadSize + place * page[KeyWidthAt], page[KeyWidthAt]);

    public static uint ValueAt(ReadOnlySpan<byte> page, int place) =>
        (uint)Take(page, HeadSize + CountOf(page) * page[KeyWidthAt] + place * page[ValueWidthAt], page[ValueWidthAt]);

    public static KeyEntry EntryAt(ReadOnlySpan<byte> page, int place) => new(KeyAt(page, place), ValueAt(page, place));

    /// <summary>Place of the first entry whose key is not smaller; the number of entries where there is none.</summary>
    public static int FirstOf(ReadOnlySpan<byte> page, ulong key)
    {
        var (low, high) = (0, CountOf(page));
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (KeyAt(page, middle) < key) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
