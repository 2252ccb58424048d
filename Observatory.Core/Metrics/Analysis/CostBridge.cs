namespace Observatory.Core.Metrics.Analysis;

/// <summary>What cost is made of in one period.</summary>
/// <param name="Models">By model: all tokens, those of each kind, and US dollars.</param>
internal sealed record CostParts(double People, double Conversations, double Calls, IReadOnlyDictionary<string, ModelCost> Models)
{
    public double Tokens => Models.Values.Sum(m => m.Tokens);

    public double Cost => Models.Values.Sum(m => m.Cost);
}

/// <param name="Prices">Of a token of each kind, as the list has them today; null = the model has no price.</param>
internal sealed record ModelCost(double Input, double Output, double CacheWrite, double CacheRead, double Cost, TokenPrices? Prices)
{
    public double Tokens => Input + Output + CacheWrite + CacheRead;
}

internal sealed record TokenPrices(double Input, double Output, double CacheWrite, double CacheRead);

/// <summary>
/// Takes a change of cost apart into factors that sum to it exactly: cost = people × conversations × calls × tokens a call × price of a token, where the
/// price of a token changes with the models that are used, with what comes from the cache, and with what is left: prices.
/// </summary>
internal static class CostBridge
{
    private const double Million = 1_000_000;

    public static IReadOnlyList<BridgeStep> Of(CostParts before, CostParts after)
    {
        var delta = after.Cost - before.Cost;
        var (tokens0, tokens1) = (before.Tokens, after.Tokens);
        var (price0, price1) = (Price(before), Price(after));
        double[] chain0 = [before.People, Over(before.Conversations, before.People), Over(before.Calls, before.Conversations), Over(tokens0, before.Calls)];
        double[] chain1 = [after.People, Over(after.Conversations, after.People), Over(after.Calls, after.Conversations), Over(tokens1, after.Calls)];
        var parts = PartsOf(chain0, chain1, tokens0, tokens1);
        var (mix, cache) = PriceParts(before, after);
        var mean = (tokens0 + tokens1) / 2;
        // Tokens are worth the mean price of both periods, and prices count for the mean of the tokens: together that is the change.
        string[] names = ["people", "conversations", "calls", "tokensPerCall"];
        var steps = names.Select((n, i) => new BridgeStep(n, chain0[i], chain1[i], (price0 + price1) / 2 * parts[i])).ToList();
        steps.Add(new BridgeStep("modelMix", price0 * Million, (price0 + mix) * Million, mean * mix));
        steps.Add(new BridgeStep("cacheShare", CacheShare(before), CacheShare(after), mean * cache));
        // What is left is what prices changed; so nothing is left over.
        steps.Add(new BridgeStep("price", price0 * Million, price1 * Million, delta - steps.Sum(s => s.Delta)));
        return steps;
    }

    /// <summary>
    /// Parts of the change of a product that each factor has, by logarithms, so that their order does not matter. Where there was nothing before or is
    /// nothing after, the first factor that tells so has all of it.
    /// </summary>
    private static double[] PartsOf(double[] before, double[] after, double product0, double product1)
    {
        var parts = new double[before.Length];
        if (product0 <= 0 || product1 <= 0)
        {
            var first = Array.FindIndex(before.Zip(after).ToArray(), f => f.First <= 0 || f.Second <= 0);
            parts[Math.Max(0, first)] = product1 - product0;
            return parts;
        }
        for (var i = 0; i < parts.Length; i++) parts[i] = before[i] > 0 && after[i] > 0 ? Math.Log(after[i] / before[i]) : 0;
        var all = parts.Sum();
        var mean = Math.Abs(all) < 1e-12 ? product0 : (product1 - product0) / all;
        return [.. parts.Select(p => p * mean)];
    }

    /// <summary>US dollars a token that the mix of models, and the share of each kind of token within them, changes.</summary>
    private static (double Mix, double Cache) PriceParts(CostParts before, CostParts after)
    {
        var (tokens0, tokens1) = (before.Tokens, after.Tokens);
        if (tokens0 <= 0 || tokens1 <= 0) return (0, 0);
        double mix = 0, cache = 0;
        foreach (var name in before.Models.Keys.Union(after.Models.Keys))
        {
            var (old, own) = (before.Models.GetValueOrDefault(name), after.Models.GetValueOrDefault(name));
            var (share0, share1) = ((old?.Tokens ?? 0) / tokens0, (own?.Tokens ?? 0) / tokens1);
            // A model that is new or gone has one price only: all that it changes is the mix.
            var rate0 = RateOf(old) ?? RateOf(own) ?? 0;
            var rate1 = RateOf(own) ?? rate0;
            mix += (share1 - share0) * (rate0 + rate1) / 2;
            if (old is not { Tokens: > 0, Prices: { } prices } || own is not { Tokens: > 0 }) continue;
            var (list0, list1) = (ListRate(old, prices), ListRate(own, prices));
            if (list0 <= 0 || list1 <= 0) continue;
            cache += (share0 + share1) / 2 * (list1 - list0) * (rate0 / list0 + rate1 / list1) / 2;
        }
        return (mix, cache);
    }

    private static double? RateOf(ModelCost? model) => model is { Tokens: > 0 } ? model.Cost / model.Tokens : null;

    private static double ListRate(ModelCost model, TokenPrices prices) =>
        (model.Input * prices.Input + model.Output * prices.Output + model.CacheWrite * prices.CacheWrite + model.CacheRead * prices.CacheRead) / model.Tokens;

    private static double Price(CostParts parts) => Over(parts.Cost, parts.Tokens);

    private static double CacheShare(CostParts parts) =>
        Over(parts.Models.Values.Sum(m => m.CacheRead), parts.Models.Values.Sum(m => m.CacheRead + m.CacheWrite + m.Input));

    private static double Over(double a, double b) => b == 0 ? 0 : a / b;
}
