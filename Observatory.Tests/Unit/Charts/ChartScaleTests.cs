using System.Globalization;
using Observatory.Core.Charts;
using Observatory.Core.Presentation;
using Xunit;

namespace Observatory.Tests.Unit.Charts;

public sealed class ChartScaleTests
{
    [Theory]
    [InlineData(0, ChartUnits.Count, 1, 1)]
    [InlineData(1, ChartUnits.Count, 1, 1)]
    [InlineData(3, ChartUnits.Count, 3, 3)]
    [InlineData(7, ChartUnits.Count, 8, 4)]
    [InlineData(83, ChartUnits.Count, 100, 4)]
    [InlineData(121, ChartUnits.Count, 125, 5)]
    [InlineData(1_000_001, ChartUnits.Count, 1_200_000, 3)]
    [InlineData(0.37, ChartUnits.Usd, 0.4, 4)]
    [InlineData(12.5, ChartUnits.Usd, 12.5, 5)]
    public void Lines_are_round_and_the_top_one_is_not_below_the_largest_value(double largest, string unit, double max, int steps)
    {
        var scale = ChartScale.For(largest, unit, 4);
        Assert.Equal((max, steps), (scale.Max, scale.Steps));
        Assert.Equal(steps + 1, scale.Ticks.Count);
        Assert.Equal((0.0, max), (scale.Ticks[0], scale.Ticks[^1]));
    }

    [Fact]
    public void Every_height_that_hidden_series_leave_has_an_axis_that_fits()
    {
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            var largest = Math.Exp(random.NextDouble() * 20);
            var ladder = ChartScale.Ladder(largest, ChartUnits.Usd, 4);
            Assert.Equal(ladder.Select(s => s.Max).Order(), ladder.Select(s => s.Max));
            Assert.Equal(ChartScale.For(largest, ChartUnits.Usd, 4), ladder[^1]);
            for (var part = largest; part > largest / 900; part *= 0.8)
            {
                var chosen = ladder.First(s => s.Max >= part);
                Assert.True(chosen.Max <= part * 1.7, string.Create(CultureInfo.InvariantCulture, $"{part} of {largest}: {chosen.Max}"));
            }
        }
    }

    [Fact]
    public void The_plan_of_a_chart_says_minimum_maximum_lines_and_their_texts()
    {
        var chart = new ChartConfiguration
        {
            Title = "?", Type = "bar", XAxis = new ChartAxis { Type = "category" }, YAxis = new ChartAxis { Type = "numeric", Unit = ChartUnits.Usd },
            Options = new ChartOptions { Stacked = true },
            Series =
            [
                Series("a", 900, 1_200), Series("b", 700, null), new ChartSeries { Name = "before", Comparison = true, Data = [new ChartPoint("x", 1_700)] },
            ],
        };
        Assert.Equal(1_700, ChartPlan.Largest(chart));
        var axis = ChartPlan.Of(chart, new Formats(CultureInfo.GetCultureInfo("en-US")), 300).Axes[^1];
        Assert.Equal((0, 2_000, 4), (axis.Min, axis.Max, axis.Steps));
        Assert.Equal(["0", "$500", "$1\u202Fk", "$1.5\u202Fk", "$2\u202Fk"], axis.Labels);
        var german = ChartPlan.Of(chart, new Formats(CultureInfo.GetCultureInfo("de-DE")), 100).Axes[^1];
        Assert.Equal(["0", "$1\u202Fk", "$2\u202Fk"], german.Labels);
    }

    private static ChartSeries Series(string name, params double?[] values) =>
        new() { Name = name, Data = [.. values.Select((v, i) => new ChartPoint($"{i}", v))] };
}
