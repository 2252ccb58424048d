using System.Buffers.Binary;
using System.Text;

namespace Observatory.Core.Storage.Sqlite.Blocks;

/// <summary>Reads a block where it lies; the bytes belong to somebody else, who keeps them while they are read. Columns and rows count from 0.</summary>
internal readonly unsafe struct ItemBlock
{
    private readonly byte* _bytes;
    private readonly int _length;

    /// <exception cref="InvalidDataException">Not a block, or one of a later version.</exception>
    public ItemBlock(byte* bytes, int length)
    {
        if (length < BlockFormat.HeadSize
            || bytes[0] != BlockFormat.Version) throw new InvalidDataException("A block of items is damaged or of a later version.");
        _bytes = bytes;
        _length = length;
        Columns = bytes[1];
        Count = BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(bytes + 2, 2));
        if (length < BlockFormat.HeadSize + Columns * BlockFormat.ColumnHeadSize) throw new InvalidDataException("A block of items is cut off.");
        for (var column = 0; column < Columns; column++)
        {
            if (End(column, length) > length) throw new InvalidDataException("A block of items is cut off.");
        }
    }

    /// <summary>Holds all bytes against the sum that was taken when the block was made. Blocks of earlier versions have none.</summary>
    /// <exception cref="InvalidDataException">They are not the same.</exception>
    public void Verify()
    {
        var bytes = new ReadOnlySpan<byte>(_bytes, _length);
        if (BlockSum.Read(bytes) is not 0 and var sum && sum != BlockSum.Of(bytes))
            throw new InvalidDataException("A block of items is damaged: its bytes are not those that were written.");
    }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>Columns that were known when it was made.</summary>
    public int Columns { get; }

    public bool IsNull(int column, int row)
    {
        // What came later than the block.
        if (column >= Columns) return true;
        return Head(column)[BlockFormat.NullsAt] switch
        {
            BlockFormat.NoNulls => false,
            BlockFormat.AllNull => true,
            _ => (Data(column)[row >> 3] & (1 << (row & 7))) != 0,
        };
    }

    public bool IsText(int column) => column < Columns && Head(column)[BlockFormat.WidthAt] == BlockFormat.Text;

    /// <summary>0 for null.</summary>
    public long Long(int column, int row)
    {
        if (IsNull(column, row)) return 0;
        var head = Head(column);
        var least = ReadInt64(head);
        var values = Values(column);
        return head[BlockFormat.WidthAt] switch
        {
            0 => least,
            1 => least + values[row],
            2 => least + ReadUInt16(values + row * 2),
            4 => least + ReadUInt32(values + row * 4),
            8 => unchecked(least + ReadInt64(values + row * 8)),
            _ => throw new InvalidDataException("A column of texts holds no number."),
        };
    }

    /// <summary>UTF-8, empty for null.</summary>
    public ReadOnlySpan<byte> Text(int column, int row)
    {
        if (IsNull(column, row)) return default;
        if (!IsText(column)) throw new InvalidDataException("A column of numbers holds no text.");
        var ends = Values(column);
        var start = row == 0 ? 0 : ReadInt32(ends + (row - 1) * sizeof(int));
        var end = ReadInt32(ends + row * sizeof(int));
        // The last end was held against the length of the block; one in the middle may point anywhere.
        if ((uint)start > (uint)end || (uint)end > ReadUInt32(ends + (Count - 1) * sizeof(int)))
            throw new InvalidDataException("A block of items is damaged: a text in it ends before it begins.");
        return new ReadOnlySpan<byte>(ends + Count * sizeof(int) + start, end - start);
    }

    /// <summary>The row with that value in a column whose values grow, or -1.</summary>
    public int Find(int column, long value)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = Long(column, middle);
            if (found == value) return middle;
            if (found < value) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    /// <summary>Where the column ends; beyond any length where its head cannot be right.</summary>
    private long End(int column, int length)
    {
        var head = Head(column);
        var (offset, width, nulls) = ((long)ReadUInt32(head + BlockFormat.OffsetAt), head[BlockFormat.WidthAt], head[BlockFormat.NullsAt]);
        if (nulls > BlockFormat.AllNull) return long.MaxValue;
        if (nulls == BlockFormat.AllNull) return offset;
        var values = offset + (nulls == BlockFormat.SomeNulls ? BlockFormat.BitmapSize(Count) : 0);
        return width switch
        {
            0 or 1 or 2 or 4 or 8 => values + (long)width * Count,
            BlockFormat.Text when Count == 0 => values,
            BlockFormat.Text when values + (long)sizeof(int) * Count is var texts => texts > length ? texts : texts + ReadUInt32(_bytes + texts - sizeof(int)),
            _ => long.MaxValue,
        };
    }

    private byte* Head(int column) => _bytes + BlockFormat.HeadSize + column * BlockFormat.ColumnHeadSize;

    private byte* Data(int column) => _bytes + ReadInt32(Head(column) + BlockFormat.OffsetAt);

    private byte* Values(int column) => Data(column) + (Head(column)[BlockFormat.NullsAt] == BlockFormat.SomeNulls ? BlockFormat.BitmapSize(Count) : 0);

    private static ushort ReadUInt16(byte* at) => BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(at, sizeof(ushort)));

    private static uint ReadUInt32(byte* at) => BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(at, sizeof(uint)));

    private static int ReadInt32(byte* at) => BinaryPrimitives.ReadInt32LittleEndian(new ReadOnlySpan<byte>(at, sizeof(int)));

    private static long ReadInt64(byte* at) => BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(at, sizeof(long)));
}

/// <summary>One row of a block after the other, as entities are read from.</summary>
internal sealed class BlockRow : IRowSource
{
    public ItemBlock Block { get; set; }

    public int Row { get; set; }

    public long Long(int column) => Block.Long(column, Row);

    public bool IsNull(int column) => Block.IsNull(column, Row);

    public string? Text(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(Block.Text(column, Row));
}
