using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Core.Time;
using Xunit;

namespace Observatory.Tests.Unit.Charts;

public sealed class StackedTests
{
    private static readonly UsageBucket s_bucket = new() { Start = DateTimeOffset.UnixEpoch, End = DateTimeOffset.UnixEpoch.AddDays(1) };

    [Fact]
    public void Largest_stand_first_and_the_rest_is_one()
    {
        var chart = Make([.. Enumerable.Range(1, 9).Select(i => ($"p{i}", "c-7", (double)i))], lend: false);
        Assert.Equal(["p9", "p8", "p7", "p6", "p5", "p4", "Other (3)"], chart.Series.Select(s => s.Name));
        Assert.Equal(6, chart.Series[^1].Data[0].Y);
        Assert.All(chart.Series.SkipLast(1), s => Assert.Equal("c-7", s.Color));
    }

    [Fact]
    public void Those_without_a_colour_borrow_what_nobody_shows()
    {
        var chart = Make([("a", "c-7", 4), ("b", "c-2", 3), ("c", "c-7", 2), ("none", "c-3", 0)], lend: true);
        Assert.Equal(["c-1", "c-2", "c-3"], chart.Series.Select(s => s.Color));
        Assert.Equal("c-1", ChartDataTransformer.ColorIn(chart, "a", 6));
        Assert.Equal("c-2", ChartDataTransformer.ColorIn(chart, "b", 1));
        // Its colour went to c; two rows of one colour would say that they are one.
        Assert.Equal("c-7", ChartDataTransformer.ColorIn(chart, "none", 2));
        Assert.Equal("c-5", ChartDataTransformer.ColorIn(chart, "elsewhere", 4));
    }

    [Fact]
    public void Hours_are_24_bars_that_count() =>
        Assert.Equal(24, ChartDataTransformer.HoursOfDay("When?", new long[24], h => $"{h}h").Series[0].Data.Count);

    private static ChartConfiguration Make(IReadOnlyList<(string Name, string Color, double Value)> groups, bool lend) => ChartDataTransformer.Stacked(
        new ChartFrame(TimeZoneInfo.Utc, Granularity.Day, 0), "?", "calls", ChartUnits.Count, [s_bucket], [.. groups.Select(g => (g.Name, g.Color, (IReadOnlyList<double>)[g.Value]))], lend);
}
