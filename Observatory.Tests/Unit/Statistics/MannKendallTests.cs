using System.Globalization;
using MathNet.Numerics.Distributions;
using Observatory.Core.Statistics;
using Xunit;

namespace Observatory.Tests.Unit.Statistics;

/// <summary>Against values that the authors of pyMannKendall published for monthly rainfall at Bogra (Fixtures/statistics), and on series made up.</summary>
public sealed class MannKendallTests
{
    private static readonly double[] s_rain =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "statistics", "rainfall.txt")).Where(l => !l.StartsWith('#'))
            .Select(l => l == "-" ? double.NaN : double.Parse(l, CultureInfo.InvariantCulture)),
    ];

    [Fact]
    public void Published_values_are_met()
    {
        Assert.Equal(360, s_rain.Length);
        var plain = MannKendall.Of(s_rain, 1, standsCorrelation: false);
        Assert.Equal(-1959, plain.S);
        Assert.Equal(4889800.333333333, plain.Variance, 1e-6);
        Assert.Equal(-0.8854562842589916, plain.Z, 1e-12);
        Assert.Equal(0.37591058740506833, plain.PValue, 1e-12);
        var seasonal = MannKendall.Of(s_rain, 12, standsCorrelation: false);
        Assert.Equal(-399, seasonal.S);
        Assert.Equal(34702.333333333336, seasonal.Variance, 1e-9);
        Assert.Equal(0.03263834596177739, seasonal.PValue, 1e-12);
        // There a step is a whole cycle, and the slope published with the paper: −0.08696 a year.
        Assert.Equal(-0.08696, seasonal.Slope!.Value * 12, 1e-5);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(30)]
    [InlineData(90)]
    public void White_noise_has_no_trend(int days)
    {
        var random = new Random(days);
        var found = Enumerable.Range(0, 300).Count(_ => StatisticalAnalyzer.TrendOf(Support.PlantedSeries.Days(Noise(random, days))).PValue <= 0.05);
        // One in twenty would be 15 of 300; a level that holds stays below 30.
        Assert.InRange(found, 0, 24);
    }

    [Fact]
    public void Days_that_lean_on_each_other_have_no_trend_either()
    {
        var random = new Random(4);
        var found = Enumerable.Range(0, 200).Count(_ =>
        {
            var noise = Noise(random, 90);
            for (var i = 1; i < noise.Length; i++) noise[i] += 0.5 * (noise[i - 1] - 10);
            return StatisticalAnalyzer.TrendOf(Support.PlantedSeries.Days(noise)).PValue <= 0.05;
        });
        Assert.InRange(found, 0, 20);
    }

    [Fact]
    public void A_slope_is_found_with_its_interval()
    {
        var random = new Random(9);
        var held = 0;
        for (var k = 0; k < 100; k++)
        {
            var values = Noise(random, 60).Select((v, i) => v + 0.1 * i + (i % 7 < 5 ? 20 : 0)).ToArray();
            var trend = StatisticalAnalyzer.TrendOf(Support.PlantedSeries.Days(values));
            Assert.True(trend.PValue < 0.001 && trend.Z > 0);
            Assert.InRange(trend.Slope!.Value, 0.06, 0.14);
            if (trend.Low <= 0.1 && trend.High >= 0.1) held++;
        }
        Assert.InRange(held, 90, 100);
    }

    [Fact]
    public void Gaps_ties_and_short_series_have_defined_answers()
    {
        Assert.Equal((0, 1.0, null), Told(MannKendall.Of([], 7, standsCorrelation: true)));
        Assert.Equal((0, 1.0, null), Told(MannKendall.Of([3], 7, standsCorrelation: true)));
        Assert.Equal((0, 1.0, 0.0), Told(MannKendall.Of([.. Enumerable.Repeat(5.0, 40)], 7, standsCorrelation: true)));
        var line = MannKendall.Of([.. Enumerable.Range(0, 30).Select(i => i % 5 == 0 ? double.NaN : 2.0 * i)], 7, standsCorrelation: true);
        Assert.Equal(2, line.Slope!.Value, 1e-12);
        Assert.True(line.PValue < 0.001);

        static (long, double, double?) Told(MannKendall test) => (test.S, test.PValue, test.Slope);
    }

    private static double[] Noise(Random random, int days) => [.. Enumerable.Range(0, days).Select(_ => 10 + Normal.Sample(random, 0, 1))];
}
