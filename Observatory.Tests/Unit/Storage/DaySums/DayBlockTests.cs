using Observatory.Core.Statistics;
using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;
using Xunit;

namespace Observatory.Tests.Unit.Storage.DaySums;

/// <summary>What is put into a block comes out of it.</summary>
public sealed class DayBlockTests
{
    private const int Day = 20_780;

    [Fact]
    public void Figures_come_out_as_they_went_in()
    {
        var random = new Random(7);
        for (var round = 0; round < 60; round++)
        {
            QuarterKey Key() => new(Day * 96 + random.Next(96), random.Next(5), random.Next(4), random.Next(3), random.Next(3), 1 << random.Next(4));
            var rows = Enumerable.Range(0, random.Next(200)).Select(_ => new QuarterRow(Key(), FiguresOf(random))).DistinctBy(r => r.Key).ToList();
            var expected = rows.Select(r => (r.Key, Text(r.Figures))).ToHashSet();
            var block = UsageDay.Encode(rows);
            Assert.True(DayBlock.IsWhole(block));
            Assert.Equal(expected, Read(block));
        }
    }

    private static HashSet<(QuarterKey, string)> Read(byte[] block)
    {
        var found = new HashSet<(QuarterKey, string)>();
        var reader = new UsageReader(block);
        while (reader.NextRun())
        {
            var hasMessages = false;
            while (reader.NextCell())
            {
                var (has, prompts) = (reader.CellHasMessages, reader.CellHasPrompts);
                reader.ReadFigures(out var figures);
                Assert.Equal((figures.Messages != 0, figures[Measure.UserMessages] != 0), (has, prompts));
                hasMessages |= has;
                var key = new QuarterKey(Day * 96 + reader.Quarter, reader.Conversation, reader.User, reader.Project, reader.Model, reader.Sources);
                Assert.True(found.Add((key, Text(figures))));
            }
            Assert.Equal(hasMessages, reader.HasMessages);
        }
        return found;
    }

    [Fact]
    public void A_run_can_be_left_at_any_place()
    {
        var random = new Random(8);
        var rows = Enumerable.Range(0, 400).Select(_ => new QuarterRow(
            new QuarterKey(Day * 96 + random.Next(96), random.Next(40), 1, 2, random.Next(2), 1), FiguresOf(random))).DistinctBy(r => r.Key).ToList();
        var block = UsageDay.Encode(rows);
        var conversations = new HashSet<int>();
        var reader = new UsageReader(block);
        while (reader.NextRun())
        {
            conversations.Add(reader.Conversation);
            var cells = random.Next(4);
            while (cells-- > 0 && reader.NextCell()) reader.SkipFigures();
        }
        Assert.Equal(rows.Select(r => r.Key.ConversationId).Distinct().Order(), conversations.Order());
    }

    [Fact]
    public void Sums_of_cells_are_those_of_their_figures()
    {
        var random = new Random(9);
        var rows = Enumerable.Range(0, 300).Select(n => new QuarterRow(
            new QuarterKey(Day * 96 + n % 96, n / 96, 1, 2, 3, 1), FiguresOf(random))).ToList();
        var (all, half) = (default(Measures), default(Measures));
        var (messages, tokens, cost) = (0L, 0L, 0L);
        var reader = new UsageReader(UsageDay.Encode([.. rows]));
        while (reader.NextRun())
        {
            while (reader.NextCell())
            {
                var cell = reader.AddFigures(ref all, ref half);
                (messages, tokens, cost) = (messages + cell.Messages, tokens + cell.Tokens, cost + cell.Cost);
            }
        }
        var expected = default(Measures);
        foreach (var row in rows) expected.Add(row.Figures);
        Assert.Equal((Text(expected), Text(expected)), (Text(all), Text(half)));
        Assert.Equal((expected.Messages, expected.Tokens, expected[Measure.Cost]), (messages, tokens, cost));
    }

    [Fact]
    public void Tools_and_their_times_come_out_as_they_went_in()
    {
        var random = new Random(10);
        ToolKey Key() => new(Day * 96 + random.Next(96), random.Next(4), random.Next(3), random.Next(3), random.Next(2), 1 << random.Next(2));
        ToolMeasures Sum() => new(random.Next(1, 9), random.Next(3), random.Next(90_000), random.Next(9));
        var calls = Enumerable.Range(0, 300).Select(_ => new ToolQuarterRow(Key(), Sum())).DistinctBy(r => r.Key).ToList();
        var bins = Enumerable.Range(0, 900).Select(_ => new BinRow(Key(), random.Next(400), random.Next(1, 9))).DistinctBy(r => (r.Key, r.Bin)).ToList();
        var block = ToolDay.Encode([.. calls], [.. bins]);

        var (sums, counts) = (new Dictionary<ToolKey, ToolMeasures>(), new Dictionary<(ToolKey, int), int>());
        var reader = new ToolReader(block);
        var read = new List<(int Bin, long Count)>();
        while (reader.NextRun())
        {
            while (reader.NextCell())
            {
                var key = new ToolKey(Day * 96 + reader.Quarter, reader.Tool, reader.User, reader.Project, reader.Model, reader.Sources);
                if (reader.ReadSum() is { Calls: > 0 } sum) sums.Add(key, sum);
                read.Clear();
                reader.ReadBins(read);
                foreach (var (bin, count) in read) counts.Add((key, bin), (int)count);
            }
        }
        Assert.Equal(calls.ToDictionary(c => c.Key, c => c.Sum), sums);
        Assert.Equal(bins.ToDictionary(b => (b.Key, b.Bin), b => b.Count), counts);

        var (totals, sketches) = (new Dictionary<int, ToolMeasures>(), new Dictionary<int, QuantileSketch>());
        ToolTotals.Read(ToolTotals.Encode(block), totals.Add, tool => sketches[tool] = new QuantileSketch());
        foreach (var tool in Enumerable.Range(0, 4))
        {
            Assert.Equal(calls.Where(c => c.Key.ToolId == tool).Aggregate(default(ToolMeasures), (a, c) => a + c.Sum), totals[tool]);
            var sketch = new QuantileSketch();
            foreach (var bin in bins.Where(b => b.Key.ToolId == tool)) sketch.Add(bin.Bin, bin.Count);
            var own = sketches[tool];
            Assert.Equal((sketch.Count, sketch.Quantile(0.5), sketch.Quantile(0.95)), (own.Count, own.Quantile(0.5), own.Quantile(0.95)));
        }
    }

    [Fact]
    public void A_block_that_was_changed_is_not_whole()
    {
        var block = UsageDay.Encode([new QuarterRow(new QuarterKey(Day * 96, 1, 2, 3, 4, 1), FiguresOf(new Random(1)))]);
        for (var i = 0; i < block.Length; i++)
        {
            block[i] ^= 4;
            Assert.False(DayBlock.IsWhole(block));
            block[i] ^= 4;
        }
        Assert.False(DayBlock.IsWhole(block.AsSpan(0, block.Length - 1)));
        Assert.False(DayBlock.IsWhole([]));
        Assert.True(DayBlock.IsWhole(block));
    }

    private static Measures FiguresOf(Random random)
    {
        var figures = new Measures();
        for (var i = 0; i < Measures.Count; i++) figures[i] = random.Next(3) == 0 ? 0 : random.NextInt64(1L << random.Next(1, 62));
        return figures;
    }

    private static string Text(in Measures measures)
    {
        var copy = measures;
        return string.Join(' ', Enumerable.Range(0, Measures.Count).Select(i => copy[i]));
    }
}
