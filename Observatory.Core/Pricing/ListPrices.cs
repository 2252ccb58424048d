namespace Observatory.Core.Pricing;

/// <summary>
/// Anthropic's list prices, USD per million tokens, as of 2026-11. Cache writes cost 1.25 (5 minutes) and 2 times (1 hour) the input of
/// every model; the price of reads differs by model. To add a model, add a line; where a price changes, end the old line and add one. Regional
/// endpoints cost more since version 4.5 of the models, the API's own regions since 4.6.
/// </summary>
public static class ListPrices
{
    /// <summary>For people.</summary>
    public const string Description = "Anthropic's list prices in USD as they were in force at the time of each call, as of November 2026.";

    private const string Official = "platform.claude.com, pricing page, 2026-08-22";
    private const string OfficialSeptember = "platform.claude.com, pricing page, 2026-09";
    private const string OfficialOctober = "platform.claude.com, models overview, 2026-10; cache prices from two public price lists, 2026-10";
    private const string Retired = "earlier copies of the pricing page; two public price lists, 2026-11";
    private const string Secondary = "public price lists, 2026-11; not seen on an official page";

    private const long Ever = long.MinValue;
    private const long Open = long.MaxValue;

    /// <summary>Prompts of more than 200,000 tokens, for the few models that priced these apart.</summary>
    private const long Over200K = LongPrompt;

    /// <summary>The fewest tokens of a long prompt.</summary>
    internal const long LongPrompt = 200_001;

    private const long Over100K = 100_001;

    private static readonly long s_longContextEnd = Day(2026, 3, 13);
    private static readonly long s_sonnet55Cut = Day(2026, 10, 7);

    public static IReadOnlyList<PriceRow> All { get; } =
    [
        Row("claude-fable-5-2", Day(2026, 11, 9), Open, 8, 0.20m, 40, Secondary, geo: true),
        Row("claude-fable-5-2", Day(2026, 11, 9), Open, 16, 0.40m, 80, Secondary, geo: true, fast: true),
        Row("claude-fable-5-1", Day(2026, 9, 1), Open, 10, 0.25m, 50, OfficialSeptember, geo: true),
        Row("claude-mythos-5-1", Day(2026, 9, 1), Open, 10, 0.25m, 50, OfficialSeptember, geo: true),
        Row("claude-fable-5", Day(2026, 6, 9), Open, 10, 1.00m, 50, Official, geo: true),
        Row("claude-mythos-5", Day(2026, 6, 9), Open, 10, 1.00m, 50, Official, geo: true),

        Row("claude-opus-5-5", Day(2026, 9, 22), Open, 4, 0.20m, 20, OfficialOctober, geo: true),
        Row("claude-opus-5-5", Day(2026, 9, 22), Open, 8, 0.40m, 40, Secondary, geo: true, fast: true),
        Row("claude-opus-5", Day(2026, 7, 24), Open, 5, 0.50m, 25, Official, geo: true),
        Row("claude-opus-5", Day(2026, 7, 24), Open, 10, 1.00m, 50, Official, geo: true, fast: true),
        Row("claude-opus-4-8", Ever, Open, 5, 0.50m, 25, Official, geo: true),
        Row("claude-opus-4-8", Ever, Open, 10, 1.00m, 50, Official, geo: true, fast: true),
        Row("claude-opus-4-7", Ever, Open, 5, 0.50m, 25, Official, geo: true),
        Row("claude-opus-4-7", Ever, Open, 30, 3.00m, 150, Official, geo: true, fast: true),
        Row("claude-opus-4-6", Ever, Open, 5, 0.50m, 25, Official, geo: true),
        Row("claude-opus-4-6", Ever, s_longContextEnd, 10, 1.00m, 37.50m, Official, geo: true, minPrompt: Over200K),
        Row("claude-opus-4-6", Ever, Open, 30, 3.00m, 150, Official, geo: true, fast: true),
        Row("claude-opus-4-6", Ever, s_longContextEnd, 60, 6.00m, 225, Official, geo: true, fast: true, minPrompt: Over200K),
        Row("claude-opus-4-5", Ever, Open, 5, 0.50m, 25, Official, regions: true),
        Row("claude-opus-4-1", Ever, Open, 15, 1.50m, 75, Official),
        Row("claude-opus-4", Ever, Open, 15, 1.50m, 75, Official),
        Row("claude-3-opus", Ever, Open, 15, 1.50m, 75, Official),

        Row("claude-sonnet-5-5", Day(2026, 9, 28), s_sonnet55Cut, 2, 0.20m, 10, OfficialOctober, geo: true),
        Row("claude-sonnet-5-5", s_sonnet55Cut, Open, 2, 0.10m, 10, OfficialOctober, geo: true),
        Row("claude-sonnet-5", Day(2026, 6, 30), Open, 2, 0.20m, 10, Official, geo: true),
        Row("claude-sonnet-4-6", Ever, Open, 3, 0.30m, 15, Official, geo: true),
        Row("claude-sonnet-4-6", Ever, s_longContextEnd, 6, 0.60m, 22.50m, Official, geo: true, minPrompt: Over200K),
        Row("claude-sonnet-4-5", Ever, Open, 3, 0.30m, 15, Official, regions: true),
        Row("claude-sonnet-4-5", Ever, Open, 6, 0.60m, 22.50m, Official, regions: true, minPrompt: Over200K),
        Row("claude-sonnet-4", Ever, Open, 3, 0.30m, 15, Official),
        Row("claude-sonnet-4", Ever, Open, 6, 0.60m, 22.50m, Official, minPrompt: Over200K),
        Row("claude-3-7-sonnet", Ever, Open, 3, 0.30m, 15, Official),
        Row("claude-3-5-sonnet", Ever, Open, 3, 0.30m, 15, Retired),
        Row("claude-3-sonnet", Ever, Open, 3, 0.30m, 15, Retired),

        Row("claude-haiku-5-5", Day(2026, 10, 7), Open, 0.10m, 0.01m, 0.50m, OfficialOctober, geo: true),
        Row("claude-haiku-5-5", Day(2026, 10, 7), Open, 0.50m, 0.05m, 2.50m, OfficialOctober, geo: true, minPrompt: Over100K),
        Row("claude-haiku-4-5", Ever, Open, 1, 0.10m, 5, Official, regions: true),
        Row("claude-3-5-haiku", Ever, Open, 0.80m, 0.08m, 4, Official),
        new("claude-3-haiku", Ever, Open, 0, false, 0.25m, 0.30m, 0.50m, 0.03m, 1.25m, false, false, Official),
    ];

    /// <param name="geo">The API sells the model bound to a region, and other clouds do, too.</param>
    /// <param name="regions">Only other clouds sell it bound to a region.</param>
    private static PriceRow Row(
        string model, long from, long to, decimal input, decimal read, decimal output, string source,
        bool geo = false, bool regions = false, bool fast = false, long minPrompt = 0) =>
        new(model, from, to, minPrompt, fast, input, input * 1.25m, input * 2, read, output, geo || regions, geo, source);

    private static long Day(int year, int month, int day) => new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
