using CsCheck;
using Observatory.Core.Statistics;
using Xunit;

namespace Observatory.Tests.Unit.Statistics;

public sealed class QuantileSketchTests
{
    private static readonly Gen<long> s_value = Gen.OneOf(Gen.Long[0, 10], Gen.Long[0, 100_000], Gen.Long[0, 1_000_000_000_000]);

    [Fact]
    public void Quantiles_are_off_by_one_percent_at_most() =>
        Gen.Select(s_value.Array[1, 400], Gen.Double[0, 1]).Sample((values, q) =>
        {
            var sketch = new QuantileSketch();
            foreach (var value in values) sketch.Add(QuantileSketch.BinOf(value), 1);
            var exact = values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(q * values.Length) - 1));
            Assert.InRange(sketch.Quantile(q)!.Value, exact * (1 - QuantileSketch.RelativeError) - 1e-9,
                exact * (1 + QuantileSketch.RelativeError) * (1 + 1e-12) + 1e-9);
        });

    [Fact]
    public void Merging_and_taking_away_again_leaves_what_was_there() =>
        Gen.Select(s_value.Array[1, 50], s_value.Array[0, 50]).Sample((values, others) =>
        {
            var (sketch, alone) = (new QuantileSketch(), new QuantileSketch());
            foreach (var value in values) alone.Add(QuantileSketch.BinOf(value), 1);
            foreach (var value in values.Concat(others)) sketch.Add(QuantileSketch.BinOf(value), 1);
            foreach (var value in others) sketch.Add(QuantileSketch.BinOf(value), -1);
            Assert.Equal(alone.Count, sketch.Count);
            foreach (var q in new[] { 0, 0.25, 0.5, 0.95, 1 }) Assert.Equal(alone.Quantile(q), sketch.Quantile(q));
        });

    [Fact]
    public void Every_value_stands_for_itself_within_one_percent() =>
        s_value.Sample(value => Assert.InRange(QuantileSketch.ValueOf(QuantileSketch.BinOf(value)), value * 0.99 - 1e-9, value * 1.01 * (1 + 1e-12) + 1e-9),
            iter: 50_000);

    [Fact]
    public void Nothing_has_no_quantile() => Assert.Null(new QuantileSketch().Quantile(0.5));
}
