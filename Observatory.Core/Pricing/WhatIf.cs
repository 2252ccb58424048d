using Observatory.Core.Events;

namespace Observatory.Core.Pricing;

/// <summary>What tokens would cost with another model: an estimate at its list prices, as if every call were of the smallest prompt tier.</summary>
public static class WhatIf
{
    /// <summary>Models with a price in force, by name; the row is that of ordinary speed and short prompts.</summary>
    public static IReadOnlyList<PriceRow> Choices(IReadOnlyList<PriceRow> rows, long at) =>
        [.. rows.Where(r => !r.IsFast && r.MinPrompt == 0 && r.Tier is null && r.Region is null && r.IsInForce(at)).DistinctBy(r => r.Model)
            .OrderBy(r => r.Model, StringComparer.Ordinal)];

    /// <summary>US dollars.</summary>
    public static decimal Cost(PriceRow row, TokenUsage tokens) =>
        (tokens.Input * row.Input + tokens.Output * row.Output + tokens.CacheWrite5m * row.Write5m + tokens.CacheWrite1h * row.Write1h
            + tokens.CacheRead * row.Read) / 1_000_000m;

    public static TokenUsage Sum(IEnumerable<TokenUsage> parts)
    {
        var sum = new TokenUsage();
        foreach (var p in parts)
        {
            sum = new TokenUsage(sum.Input + p.Input, sum.Output + p.Output, sum.CacheWrite5m + p.CacheWrite5m, sum.CacheWrite1h + p.CacheWrite1h,
                sum.CacheRead + p.CacheRead);
        }
        return sum;
    }
}
