using CsCheck;
using Observatory.Core.Metrics.Analysis;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

public sealed class CostBridgeTests
{
    private static readonly string[] s_order = ["people", "conversations", "calls", "tokensPerCall", "modelMix", "cacheShare", "price"];
    private static readonly TokenPrices s_prices = new(3e-6, 15e-6, 3.75e-6, 0.3e-6);

    [Fact]
    public void Factors_sum_to_the_change_whatever_happened()
    {
        var model = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 99], Gen.Int[0, 50]).Select((i, o, w, r, c) =>
            new ModelCost(i * 1000, o * 1000, w * 1000, r * 1000, i + o + w + r == 0 ? 0 : c / 7.0, c % 2 == 0 ? s_prices : null));
        var parts = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 20], Gen.Int[0, 100], model.Array[0, 3])
            .Select((p, s, c, models) => new CostParts(p, s, c, models.Select((m, i) => (m, i)).ToDictionary(x => $"m{x.i}", x => x.m)));
        Gen.Select(parts, parts).Sample((before, after) =>
        {
            var steps = CostBridge.Of(before, after);
            Assert.Equal(s_order, steps.Select(s => s.Factor));
            Assert.All(steps, s => Assert.True(double.IsFinite(s.Delta) && double.IsFinite(s.Before) && double.IsFinite(s.After)));
            Assert.Equal(after.Cost - before.Cost, steps.Sum(s => s.Delta), 1e-9 * Math.Max(1, Math.Max(before.Cost, after.Cost)));
        });
    }

    [Theory]
    [InlineData("people", 2, 1, 1, 1)]
    [InlineData("conversations", 1, 2, 1, 1)]
    [InlineData("calls", 1, 1, 2, 1)]
    [InlineData("tokensPerCall", 1, 1, 1, 2)]
    public void What_alone_doubled_has_all_of_it(string factor, double people, double conversations, double calls, double tokens)
    {
        CostParts Parts(double p, double s, double c, double t) =>
            new(2 * p, 10 * p * s, 100 * p * s * c, new Dictionary<string, ModelCost> { ["m"] = Of(p * s * c * t) });
        var steps = CostBridge.Of(Parts(1, 1, 1, 1), Parts(people, conversations, calls, tokens));
        Assert.All(steps, s => Assert.Equal(s.Factor == factor ? Cost(1000) : 0, s.Delta, 1e-9));
    }

    [Fact]
    public void A_dearer_model_is_mix_a_colder_cache_is_cache_and_a_new_list_is_price()
    {
        CostParts Parts(params (string Name, ModelCost Model)[] models) => new(1, 1, 1, models.ToDictionary(m => m.Name, m => m.Model));
        double Delta(CostParts before, CostParts after, string factor) => CostBridge.Of(before, after).Single(s => s.Factor == factor).Delta;
        var cheap = Of(1);
        var dear = cheap with { Cost = 5 * cheap.Cost };
        Assert.Equal(4 * cheap.Cost, Delta(Parts(("a", cheap)), Parts(("b", dear)), "modelMix"), 1e-9);
        Assert.Equal(4 * cheap.Cost, Delta(Parts(("a", cheap)), Parts(("a", dear)), "price"), 1e-9);
        // Half of what came from the cache is input now; all is at list prices.
        var half = cheap.CacheRead / 2;
        var cold = new ModelCost(cheap.Input + half, cheap.Output, cheap.CacheWrite, half, cheap.Cost + half * 2.7e-6, s_prices);
        var steps = CostBridge.Of(Parts(("a", cheap)), Parts(("a", cold)));
        Assert.Equal(cold.Cost - cheap.Cost, steps.Single(s => s.Factor == "cacheShare").Delta, 1e-9);
        Assert.Equal(0, steps.Single(s => s.Factor == "price").Delta, 1e-9);
        Assert.True(steps[5].Before > steps[5].After);
    }

    private static double Cost(double thousands) => thousands * (1 * 3e-3 + 0.5 * 15e-3 + 1 * 3.75e-3 + 8 * 0.3e-3);

    private static ModelCost Of(double times) => new(1e6 * times, 0.5e6 * times, 1e6 * times, 8e6 * times, Cost(1000) * times, s_prices);
}
