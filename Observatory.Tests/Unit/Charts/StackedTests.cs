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
        var chart = Make([.. Enumerable.Range(1, 9).Select(i => ($"p{i}", "c-3", (double)i))]);
        Assert.Equal(["p9", "p8", "p7", "p6", "p5", "p4", "Other (3)"], chart.Series.Select(s => s.Name));
        Assert.Equal(6, chart.Series[^1].Data[0].Y);
        Assert.Equal(["c-3", "c-1", "c-2", "c-4", "c-5", "c-6", "s-other"], chart.Series.Select(s => s.Color));
    }

    [Fact]
    public void Of_two_with_one_colour_the_smaller_borrows_what_nobody_shows()
    {
        var chart = Make([("a", "c-4", 4), ("b", "c-2", 3), ("c", "c-4", 2), ("none", "c-3", 0)]);
        Assert.Equal(["c-4", "c-2", "c-1"], chart.Series.Select(s => s.Color));
        Assert.Equal("c-1", ChartDataTransformer.ColorIn(chart, "c"));
        // Not in the chart: a row in a colour of the chart would say that it is.
        Assert.Equal("s-other", ChartDataTransformer.ColorIn(chart, "none"));
    }

    [Fact]
    public void Hours_are_24_bars_that_count() =>
        Assert.Equal(24, ChartDataTransformer.HoursOfDay("When?", new long[24], h => $"{h}h").Series[0].Data.Count);

    private static ChartConfiguration Make(IReadOnlyList<(string Name, string Color, double Value)> groups) => ChartDataTransformer.Stacked(
        new ChartFrame(TimeZoneInfo.Utc, Interval.Day, 0), "?", "calls", ChartUnits.Count, [s_bucket],
        [.. groups.Select(g => (g.Name, g.Color, (IReadOnlyList<double>)[g.Value]))]);
}
