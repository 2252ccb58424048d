using System.Buffers.Binary;
using System.Text;

namespace Observatory.Core.Storage.Sqlite.Blocks;

/// <summary>Gathers rows column by column and makes the bytes of a block of them. Used again and again; not thread-safe.</summary>
internal sealed class BlockBuilder(int columns)
{
    private const int Rows = BlockFormat.MostRows;

    /// <summary>From column to column: no power of two, or a row's columns would push each other out of the processor's cache.</summary>
    private const int Stride = Rows + 8;

    private readonly long[] _values = new long[columns * Stride];
    private readonly string?[]?[] _texts = new string?[]?[columns];
    private readonly byte[][] _nulls = [.. Enumerable.Range(0, columns).Select(_ => new byte[BlockFormat.BitmapSize(Rows)])];
    private readonly int[] _nullCounts = new int[columns];
    private byte[] _bytes = new byte[64 * 1024];

    /// <summary>Whole rows so far; at most <see cref="BlockFormat.MostRows"/>.</summary>
    public int Count { get; private set; }

    public void Add(RowBuffer row)
    {
        var numbers = row.Numbers;
        for (var column = 0; column < columns; column++) _values[column * Stride + Count] = numbers[column];
        if ((row.Nulls | row.Texts) != 0) AddOthers(row);
        Count++;
    }

    private void AddOthers(RowBuffer row)
    {
        for (var column = 0; column < columns; column++)
        {
            if (row.IsNull(column))
            {
                _nulls[column][Count >> 3] |= (byte)(1 << (Count & 7));
                _nullCounts[column]++;
            }
            else if (row.IsText(column)) (_texts[column] ??= new string?[Rows])[Count] = row.Text(column);
        }
    }

    /// <summary>The block, valid until the next call; the builder is empty again afterwards.</summary>
    public ReadOnlySpan<byte> Build()
    {
        var at = BlockFormat.HeadSize + columns * BlockFormat.ColumnHeadSize;
        Reserve(at);
        _bytes[0] = BlockFormat.Version;
        _bytes[1] = (byte)columns;
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(2), (ushort)Count);
        for (var column = 0; column < columns; column++) at = Write(column, at);
        Clear();
        BlockSum.Write(_bytes.AsSpan(0, at));
        return _bytes.AsSpan(0, at);
    }

    public void Clear()
    {
        for (var column = 0; column < columns; column++)
        {
            if (_nullCounts[column] > 0) Array.Clear(_nulls[column]);
            if (_texts[column] is { } texts) Array.Clear(texts);
        }
        Array.Clear(_nullCounts);
        Count = 0;
    }

    private int Write(int column, int at)
    {
        var nulls = _nullCounts[column] == 0 ? BlockFormat.NoNulls : _nullCounts[column] == Count ? BlockFormat.AllNull : BlockFormat.SomeNulls;
        var start = at;
        if (nulls == BlockFormat.SomeNulls)
        {
            var size = BlockFormat.BitmapSize(Count);
            Reserve(at + size);
            _nulls[column].AsSpan(0, size).CopyTo(_bytes.AsSpan(at));
            at += size;
        }
        var (least, width) = (0L, (byte)0);
        if (nulls == BlockFormat.AllNull) { }
        else if (_texts[column] is { } texts)
        {
            width = BlockFormat.Text;
            at = WriteTexts(texts, at);
        }
        else
        {
            (least, width) = Measure(column, nulls == BlockFormat.SomeNulls);
            Reserve(at + width * Count);
            WriteNumbers(_values.AsSpan(column * Stride, Count), least, width, _bytes.AsSpan(at));
            at += width * Count;
        }
        var head = _bytes.AsSpan(BlockFormat.HeadSize + column * BlockFormat.ColumnHeadSize, BlockFormat.ColumnHeadSize);
        BinaryPrimitives.WriteInt64LittleEndian(head, least);
        BinaryPrimitives.WriteInt32LittleEndian(head[BlockFormat.OffsetAt..], start);
        (head[BlockFormat.WidthAt], head[BlockFormat.NullsAt], head[14], head[15]) = (width, nulls, 0, 0);
        return at;
    }

    private (long Least, byte Width) Measure(int column, bool hasNulls)
    {
        var values = _values.AsSpan(column * Stride, Count);
        var bits = _nulls[column];
        var (least, most) = (long.MaxValue, long.MinValue);
        for (var i = 0; i < values.Length; i++)
        {
            if (hasNulls && (bits[i >> 3] & (1 << (i & 7))) != 0) continue;
            least = Math.Min(least, values[i]);
            most = Math.Max(most, values[i]);
        }
        if (hasNulls)
        {
            for (var i = 0; i < values.Length; i++)
            {
                if ((bits[i >> 3] & (1 << (i & 7))) != 0) values[i] = least;
            }
        }
        var reach = unchecked((ulong)most - (ulong)least);
        return (least, reach switch { 0 => 0, <= byte.MaxValue => 1, <= ushort.MaxValue => 2, <= uint.MaxValue => 4, _ => 8 });
    }

    private static void WriteNumbers(ReadOnlySpan<long> values, long least, byte width, Span<byte> to)
    {
        switch (width)
        {
            case 1:
                for (var i = 0; i < values.Length; i++) to[i] = (byte)(values[i] - least);
                break;
            case 2:
                for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(to[(i * 2)..], (ushort)(values[i] - least));
                break;
            case 4:
                for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(to[(i * 4)..], (uint)(values[i] - least));
                break;
            case 8:
                for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(to[(i * 8)..], unchecked((ulong)values[i] - (ulong)least));
                break;
        }
    }

    private int WriteTexts(string?[] texts, int at)
    {
        var end = at + Count * sizeof(int);
        Reserve(end);
        var size = 0;
        for (var i = 0; i < Count; i++)
        {
            if (texts[i] is { } text)
            {
                Reserve(end + size + Encoding.UTF8.GetMaxByteCount(text.Length));
                // Lone surrogates become U+FFFD here, as they do in rows.
                size += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(end + size));
            }
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at + i * sizeof(int)), size);
        }
        return end + size;
    }

    private void Reserve(int size)
    {
        if (size > _bytes.Length) Array.Resize(ref _bytes, Math.Max(size, _bytes.Length * 2));
    }
}
