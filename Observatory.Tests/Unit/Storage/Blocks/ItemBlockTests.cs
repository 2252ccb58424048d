using System.Text;
using CsCheck;
using Observatory.Core.Storage.Sqlite;
using Observatory.Core.Storage.Sqlite.Blocks;
using Observatory.Tests.Faults;
using Xunit;

namespace Observatory.Tests.Unit.Storage.Blocks;

public sealed unsafe class ItemBlockTests
{
    private static readonly long[] s_edges = [0, 1, -1, 255, 256, 65_535, 65_536, uint.MaxValue, 1L + uint.MaxValue, long.MaxValue, long.MinValue];

    [Fact]
    public void What_goes_in_comes_out_and_another_reader_finds_the_same() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, BlockFormat.MostRows], Gen.Int[0, int.MaxValue]).Sample((columns, rows, seed) =>
        {
            var random = new Random(seed);
            var earlier = random.Next(20);
            var all = Table(random, columns, earlier + rows);
            var table = all[earlier..];
            var builder = new BlockBuilder(columns);
            // A builder that was used before holds nothing of that.
            Fill(builder, all[..earlier]);
            _ = builder.Build();
            Fill(builder, table);
            var bytes = builder.Build().ToArray();
            fixed (byte* at = bytes)
            {
                var block = new ItemBlock(at, bytes.Length);
                Assert.Equal((rows, columns), (block.Count, block.Columns));
                for (var row = 0; row < rows; row++)
                {
                    for (var column = 0; column < columns; column++) Assert.Equal(table[row][column], Value(block, column, row));
                }
                Assert.True(block.IsNull(columns, 0));
                Assert.Equal(0, block.Long(columns, 0));
            }
            Assert.Equal(table, BlockReading.RowsOf(bytes));
        }, iter: 300);

    [Fact]
    public void A_block_that_is_cut_or_of_a_later_version_is_refused()
    {
        var builder = new BlockBuilder(3);
        Fill(builder, Table(new Random(1), 3, 50));
        var bytes = builder.Build().ToArray();
        for (var length = 0; length < bytes.Length; length++) Assert.False(Opens(bytes[..length]), $"{length} of {bytes.Length} bytes");
        Assert.True(Opens(bytes));
        bytes[0]++;
        Assert.False(Opens(bytes));

        static bool Opens(byte[] bytes)
        {
            // One more, so that there is an address even without any.
            fixed (byte* at = (byte[])[.. bytes, 0])
            {
                try
                {
                    _ = new ItemBlock(at, bytes.Length);
                    return true;
                }
                catch (InvalidDataException)
                {
                    return false;
                }
            }
        }
    }

    [Fact]
    public void Equal_values_take_no_room_and_near_ones_one_byte_each()
    {
        var builder = new BlockBuilder(2);
        Fill(builder, [.. Enumerable.Range(0, 1000).Select(i => new object?[] { 1_700_000_000_000, 1_700_000_000_000 + i % 256 })]);
        Assert.Equal(BlockFormat.HeadSize + 2 * BlockFormat.ColumnHeadSize + 1000, builder.Build().Length);
    }

    private static object? Value(ItemBlock block, int column, int row) =>
        block.IsNull(column, row) ? null : block.IsText(column) ? Encoding.UTF8.GetString(block.Text(column, row)) : block.Long(column, row);

    private static void Fill(BlockBuilder builder, object?[][] table)
    {
        foreach (var row in table)
        {
            var buffer = new RowBuffer(row.Length);
            foreach (var value in row)
            {
                if (value is long number) buffer.Add(number);
                else buffer.Add((string?)value);
            }
            builder.Add(buffer);
        }
    }

    /// <summary>Columns of numbers near and far from each other, and of texts; some with nulls, some of nothing else.</summary>
    private static object?[][] Table(Random random, int columns, int rows)
    {
        var kinds = Enumerable.Range(0, columns).Select(_ => (Kind: random.Next(4), Nulls: random.Next(4), Base: s_edges[random.Next(s_edges.Length)]))
            .ToArray();
        return [.. Enumerable.Range(0, rows).Select(_ => kinds.Select(k => k.Nulls == 3 || (k.Nulls == 2 && random.Next(3) == 0) ? null : k.Kind switch
        {
            0 => k.Base,
            1 => unchecked(k.Base + random.Next(300)),
            2 => (object)s_edges[random.Next(s_edges.Length)],
            _ => new string((char)('a' + random.Next(26)), random.Next(40)) + (random.Next(2) == 0 ? "é✓" : ""),
        }).ToArray())];
    }
}
