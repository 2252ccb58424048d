using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Core.Time;
using Xunit;

namespace Observatory.Tests.Unit.Charts;

public sealed class ChartDataTransformerTests
{
    private static readonly DateTimeOffset s_first = new(2026, 10, 27, 0, 0, 0, TimeSpan.Zero);
    private static readonly ChartFrame s_frame = new(TimeZoneInfo.Utc, Interval.Day, s_first.AddDays(29.5).ToUnixTimeMilliseconds());

    private static List<UsageBucket> Days(DateTimeOffset first, int count, Func<int, long> input, bool lastPartial = false) =>
    [
        .. Enumerable.Range(0, count).Select(i => new UsageBucket
        {
            Start = first.AddDays(i), End = first.AddDays(i + 1), InputTokens = input(i), OutputTokens = 1, Partial = lastPartial && i == count - 1,
        }),
    ];

    [Fact]
    public void Kinds_stand_in_their_order_and_the_comparison_is_in_no_sum()
    {
        var chart = ChartDataTransformer.TokenUsage(s_frame, Days(s_first, 30, i => i, lastPartial: true), Days(s_first.AddDays(-30), 30, i => 100 + i));
        Assert.Equal(["Input", "Output", "Cache write", "Cache read", "4 weeks before"], chart.Series.Select(s => s.Name));
        Assert.Equal([false, false, false, false, true], chart.Series.Select(s => s.Comparison));
        Assert.True(chart.Options is { Stacked: true, Running: true, Interval: "1d" });
    }

    [Fact]
    public void Days_are_held_against_the_same_weekday()
    {
        var chart = ChartDataTransformer.TokenUsage(s_frame, Days(s_first, 30, i => i), Days(s_first.AddDays(-30), 30, i => 100 + i));
        var comparison = chart.Series[^1];
        // Day 0 minus 28 days is the third of the thirty before; the last two days meet the first two of the range itself.
        Assert.Equal(100 + 2 + 1, comparison.Data[0].Y);
        Assert.Equal(0 + 1, comparison.Data[28].Y);
        Assert.All(comparison.Data, (p, i) => Assert.Equal(s_first.AddDays(i - 28).ToUnixTimeMilliseconds(), p.Metadata!.Start));
    }

    [Fact]
    public void Weeks_and_months_are_held_against_those_of_the_period_before()
    {
        UsageBucket Bucket(DateTimeOffset start, DateTimeOffset end, long input, bool partial = false) =>
            new() { Start = start, End = end, InputTokens = input, Partial = partial };
        var monday = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
        List<UsageBucket> Weeks(int from, int count) =>
            [.. Enumerable.Range(from, count).Select(i => Bucket(monday.AddDays(7 * i), monday.AddDays(7 * i + 7), 100 + i, partial: i == 0))];
        // The first of 21 is cut by the range: twenty weeks, held against the twenty before.
        var chart = ChartDataTransformer.TokenUsage(s_frame with { Interval = Interval.Week }, Weeks(0, 21), Weeks(-20, 20));
        Assert.Equal(("20 weeks before", "1w"), (chart.Series[^1].Name, chart.Options.Interval));
        Assert.Equal("tokens per week", chart.YAxis.Title);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (double?)(100 + i - 20)), chart.Series[^1].Data.Take(20).Select(p => p.Y));

        var january = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        List<UsageBucket> Months(int from, int count) =>
            [.. Enumerable.Range(from, count).Select(i => Bucket(january.AddMonths(i), january.AddMonths(i + 1), 100 + i))];
        chart = ChartDataTransformer.TokenUsage(s_frame with { Interval = Interval.Month }, Months(0, 12), Months(-12, 12));
        Assert.Equal(("12 months before", "1M", "tokens per month"), (chart.Series[^1].Name, chart.Options.Interval, chart.YAxis.Title));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (double?)(100 + i - 12)), chart.Series[^1].Data.Select(p => p.Y));
    }

    [Fact]
    public void A_cut_day_is_a_gap_in_the_comparison_not_a_low_value()
    {
        var chart = ChartDataTransformer.TokenUsage(s_frame, Days(s_first, 30, i => i), Days(s_first.AddDays(-30), 30, i => 100, lastPartial: true));
        Assert.Null(chart.Series[^1].Data[27].Y);
    }

    [Fact]
    public void Nothing_before_is_no_line_although_the_last_days_have_earlier_ones_in_the_range()
    {
        var chart = ChartDataTransformer.TokenUsage(s_frame, Days(s_first, 30, i => i),
            [.. Days(s_first.AddDays(-30), 30, _ => 0).Select(u => u with { OutputTokens = 0 })]);
        Assert.DoesNotContain(chart.Series, s => s.Comparison);
    }

    [Fact]
    public void Hours_of_the_week_are_named_by_the_reader()
    {
        var chart = ChartDataTransformer.HourOfWeek([new long[24]], ["Mon"], h => $"{h} o'clock");
        Assert.Equal("13 o'clock", chart.Series[0].Data[13].X);
    }

    [Fact]
    public void Models_beyond_the_seventh_are_one_series_and_nothing_is_lost()
    {
        var usage = Days(s_first, 2, _ => 0);
        var models = Enumerable.Range(1, 10).Select(i => new ModelSeries($"m{i}", i, [i, i], [i, 2 * i])).ToList();
        var chart = ChartDataTransformer.ModelUsage(s_frame, usage, models);
        Assert.Equal(ChartDataTransformer.MaximumSeries, chart.Series.Count);
        Assert.Equal("m10", chart.Series[0].Name);
        Assert.Equal("Other (4)", chart.Series[^1].Name);
        Assert.Equal(models.Sum(m => (double)m.Cost.Sum()), chart.Series.Sum(s => s.Data.Sum(p => p.Y)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(50, 8)]
    [InlineData(10_000, 20)]
    public void A_histogram_holds_every_value_in_at_most_20_bins(int count, int bins)
    {
        var chart = ChartDataTransformer.Histogram("How long?", "conversations", ChartUnits.Count, [.. Enumerable.Range(0, count).Select(i => (double)i)]);
        Assert.Equal(bins, chart.Series[0].Data.Count);
        Assert.Equal(count, chart.Series[0].Data.Sum(p => p.Y));
    }
}
