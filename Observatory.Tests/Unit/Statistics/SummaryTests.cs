using CsCheck;
using Observatory.Core.Statistics;
using Xunit;

namespace Observatory.Tests.Unit.Statistics;

/// <summary>Against certified values of the NIST Statistical Reference Datasets, and against the simplest computation.</summary>
public sealed class SummaryTests
{
    /// <summary>NIST StRD Mavro: 50 transmittances, in units of 10⁻⁵ above 2.</summary>
    private static readonly int[] s_mavro =
    [
        180, 170, 180, 190, 180, 170, 150, 140, 150, 150, 170, 180, 180, 190, 190, 210, 200, 160, 140, 130, 130, 150, 150, 160, 150, 140, 130, 140, 150, 140,
        150, 160, 150, 160, 190, 200, 200, 210, 220, 230, 240, 250, 270, 260, 260, 260, 270, 260, 250, 240,
    ];

    /// <summary>NIST StRD Michelso: 100 speeds of light, in units of 10⁻² above 299.</summary>
    private static readonly int[] s_michelson =
    [
        85, 74, 90, 107, 93, 85, 95, 98, 98, 88, 100, 98, 93, 65, 76, 81, 100, 100, 96, 96, 96, 94, 96, 94, 88, 80, 85, 88, 90, 84, 83, 79, 81, 88, 88, 83, 80,
        79, 76, 80, 88, 88, 88, 86, 72, 72, 62, 86, 97, 95, 88, 91, 85, 87, 84, 84, 85, 84, 84, 84, 89, 81, 81, 82, 80, 77, 76, 74, 75, 76, 91, 92, 89, 86, 88,
        72, 84, 85, 85, 78, 89, 84, 78, 81, 76, 81, 79, 81, 82, 85, 87, 87, 81, 74, 81, 94, 95, 80, 81, 87,
    ];

    [Theory]
    [InlineData("Mavro", 2.001856, 0.000429123454003053, 0.937989183438248)]
    [InlineData("Michelso", 299.8524, 0.0790105478190518, 0.535199668621283)]
    [InlineData("NumAcc1", 10000002, 1, -0.5)]
    [InlineData("NumAcc2", 1.2, 0.1, -0.999)]
    [InlineData("NumAcc3", 1000000.2, 0.1, -0.999)]
    [InlineData("NumAcc4", 10000000.2, 0.1, -0.999)]
    public void Certified_values_are_met(string set, double mean, double deviation, double correlation)
    {
        var values = set switch
        {
            "Mavro" => [.. s_mavro.Select(v => double.Parse($"2.00{v:D3}", System.Globalization.CultureInfo.InvariantCulture))],
            "Michelso" => [.. s_michelson.Select(v => 299 + v / 100.0)],
            "NumAcc1" => [10000001, 10000003, 10000002],
            "NumAcc2" => Alternating(1.2, 1.1, 1.3),
            "NumAcc3" => Alternating(1000000.2, 1000000.1, 1000000.3),
            _ => Alternating(10000000.2, 10000000.1, 10000000.3),
        };
        var summary = Summary.Of(values)!;
        Assert.Equal(mean, summary.Mean, mean * 1e-14);
        // Beyond eight digits the values themselves are no longer those of the set: 0.1 cannot be told exactly so far from 0.
        Assert.Equal(deviation, summary.StandardDeviation!.Value, deviation * (set == "NumAcc4" ? 1e-8 : 1e-9));
        Assert.Equal(correlation, Correlation.Auto(values, 1)!.Value, 1e-8);
    }

    [Fact]
    public void Every_figure_is_that_of_the_simplest_computation() =>
        Gen.Int[-20, 20].Select(v => v / 4.0).Array[1, 60].Sample(values =>
        {
            var summary = Summary.Of(values)!;
            var sorted = values.Order().ToArray();
            Assert.Equal((values.Length, sorted[0], sorted[^1]), (summary.Count, summary.Min, summary.Max));
            Assert.Equal(values.Sum(), summary.Sum, 1e-9);
            Assert.Equal(values.Average(), summary.Mean, 1e-12);
            Assert.Equal((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, summary.Median, 1e-12);
            if (values.Length == 1) Assert.Null(summary.Variance);
            else Assert.Equal(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Length - 1), summary.Variance!.Value, 1e-9);
            var most = values.GroupBy(v => v).Max(g => g.Count());
            var modes = most == 1 && values.Length > 1 ? [] : values.GroupBy(v => v).Where(g => g.Count() == most).Select(g => g.Key).Order().ToArray();
            Assert.Equal(modes, summary.Mode);
            var (low, high) = (summary.Percentiles[0], summary.Percentiles[2]);
            Assert.Equal(
                Enumerable.Range(0, values.Length).Where(i => values[i] < low - 1.5 * (high - low) || values[i] > high + 1.5 * (high - low)), summary.Outliers);
        });

    [Theory]
    [InlineData(25, 1.75)]
    [InlineData(50, 2.5)]
    [InlineData(90, 3.7)]
    [InlineData(0, 1)]
    [InlineData(100, 4)]
    public void Percentiles_lie_between_their_neighbours(double rank, double value) => Assert.Equal(value, Summary.Percentile([1, 2, 3, 4], rank), 1e-12);

    [Fact]
    public void What_is_no_number_is_left_out_and_nothing_has_no_summary()
    {
        Assert.Null(Summary.Of([]));
        Assert.Null(Summary.Of([double.NaN, double.PositiveInfinity]));
        var summary = Summary.Of([double.NaN, 3, double.NegativeInfinity, 5])!;
        Assert.Equal((2, 8.0, 4.0), (summary.Count, summary.Sum, summary.Mean));
        var same = Summary.Of([7, 7, 7])!;
        Assert.Equal((0.0, 0.0, 0), (same.Variance, same.Range, same.Outliers.Count));
        Assert.Equal([7.0], same.Mode);
    }

    [Fact]
    public void A_large_offset_costs_no_digits_and_values_are_copied_once()
    {
        var random = new Random(5);
        var values = Enumerable.Range(0, 200_000).Select(_ => (double)random.Next(1000)).ToArray();
        var plain = Summary.Of(values)!;
        var away = values.Select(v => v + 1e9).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var summary = Summary.Of(away)!;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 8 * away.Length, 8 * away.Length * 1.1 + 8 * summary.Mode.Count + 20_000);
        Assert.Equal(plain.Mean + 1e9, summary.Mean, 1e-6);
        Assert.Equal(plain.Variance!.Value, summary.Variance!.Value, plain.Variance.Value * 1e-12);
    }

    private static double[] Alternating(double first, double odd, double even) =>
        [first, .. Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? odd : even)];
}
