namespace Observatory.Core.Storage.Sqlite.Blocks;

/// <summary>
/// How a block lies in its bytes, all little-endian: version, number of columns, number of rows (2 bytes); then a head of 16 bytes a column; then
/// the columns. A column of numbers holds the distance of each from its least, in as few whole bytes as the largest distance needs: 0, 1, 2, 4 or 8. So any
/// value of any row is found without reading others. A column with nulls begins with a bit a row (1 = null).
/// A column of texts holds the end of each (4 bytes), then the texts as UTF-8. The last two bytes of the first two heads are the block's sum
/// (<see cref="BlockSum"/>).
/// </summary>
internal static class BlockFormat
{
    public const byte Version = 1;

    /// <summary>Most rows of a block: few enough that to read one of them costs no more than some microseconds.</summary>
    public const int MostRows = 1024;

    /// <summary>Fewer than this are rows: the heads of their columns would cost more than they save.</summary>
    public const int FewestRows = 64;

    public const int HeadSize = 4;
    public const int ColumnHeadSize = 16;

    // Of a column's head: least value (8 bytes), place of its data (4), width of a value (1), what of it is null (1), half a sum (2).
    public const int OffsetAt = 8, WidthAt = 12, NullsAt = 13, SumAt = 14;

    /// <summary>Stands in the place of a width.</summary>
    public const byte Text = 255;

    public const byte NoNulls = 0, SomeNulls = 1, AllNull = 2;

    public static int BitmapSize(int rows) => (rows + 7) / 8;
}

/// <summary>What the items of a block are. The numbers are stored: never change one.</summary>
internal enum BlockKind : byte
{
    Responses = 1,
    ToolCalls = 2,
    Events = 3,
}

/// <summary>Numbers of blocks and of items over all kinds: the kind above 40 bits, so that one kind lies together and in order.</summary>
internal static class BlockIds
{
    private const int Shift = 40;

    public static long Of(BlockKind kind, int item) => ((long)kind << Shift) | (uint)item;

    /// <summary>Greater than any of the kind.</summary>
    public static long End(BlockKind kind) => ((long)kind + 1) << Shift;

    public static int ItemOf(long id) => (int)(id & ((1L << Shift) - 1));
}
