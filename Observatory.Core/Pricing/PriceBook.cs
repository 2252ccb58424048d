using System.Collections.Concurrent;
using Observatory.Core.Events;

namespace Observatory.Core.Pricing;

/// <summary>Finds the row in force for a call and multiplies. Thread-safe.</summary>
public sealed class PriceBook : IPriceBook
{
    /// <summary>One web search: $10 per 1,000.</summary>
    public const long NanoDollarsPerSearch = 10_000_000;

    private const decimal BatchFactor = 0.5m;
    private const decimal RegionFactor = 1.1m;

    // $1 per million tokens is 1,000 nano-dollars a token.
    private const decimal NanoPerTokenAtOneDollar = 1_000m;

    private const decimal NanoPerDollar = 1_000_000_000m;

    private const int RememberedIds = 1_024;

    private readonly Dictionary<string, Entry[]> _byModel;
    private readonly ConcurrentDictionary<string, Priced> _byRawId = new(StringComparer.Ordinal);

    /// <param name="rows">Own rows go before those that came with the program; of several own ones that hold, the one that says most.</param>
    public PriceBook(IEnumerable<PriceRow> rows)
    {
        Rows = [.. rows.OrderBy(r => r.OwnId is null)];
        _byModel = Rows.GroupBy(r => r.Model).ToDictionary(
            g => g.Key, g => g.OrderBy(r => r.OwnId is null).ThenByDescending(Narrowness).ThenByDescending(r => r.MinPrompt).ThenByDescending(r => r.OwnId)
                .Select(r => new Entry(r, NanoPrices.Of(r))).ToArray(), StringComparer.Ordinal);

        static int Narrowness(PriceRow row) => (row.Tier is null ? 0 : 1) + (row.Region is null ? 0 : 1);
    }

    /// <summary>The published list prices that the program ships with.</summary>
    public static PriceBook Default { get; } = new(ListPrices.All);

    public IReadOnlyList<PriceRow> Rows { get; }

    public long? Price(string? model, long at, TokenUsage usage, string? speed, string? tier, string? region)
    {
        if (tier is not null && tier.Contains('|', StringComparison.Ordinal))
        {
            var terms = CallTerms.Parse(tier);
            var prompt = terms.HasShortPrompts ? 0 : usage.Prompt;
            var price = Price(model, at, usage, prompt, speed, terms.Tier, region);
            return terms.IsFree && price is not null ? 0 : price + SearchPriceOf(model, at, usage, speed, terms, region);
        }
        return Price(model, at, usage, usage.Prompt, speed, tier, region);
    }

    private long? Price(string? model, long at, TokenUsage usage, long prompt, string? speed, string? tier, string? region)
    {
        if (string.IsNullOrEmpty(model)) return null;
        var priced = Of(model);
        if (priced.Find(at, prompt, speed == "fast", tier, region) is not { } entry) return null;
        var row = entry.Row;
        var isRegional = row.HasRegions && priced.Name.IsRegional || row.HasGeo && IsRegion(region);
        // A row for the tier has its price.
        var isBatch = tier == "batch" && row.Tier is null;
        if (!isBatch && !isRegional && entry.Nano is { } nano)
        {
            return usage.Input * nano.Input + usage.Output * nano.Output
                + usage.CacheWrite5m * nano.Write5m + usage.CacheWrite1h * nano.Write1h + usage.CacheRead * nano.Read;
        }
        var dollars = usage.Input * row.Input + usage.Output * row.Output
            + usage.CacheWrite5m * row.Write5m + usage.CacheWrite1h * row.Write1h + usage.CacheRead * row.Read;
        if (isBatch) dollars *= BatchFactor;
        if (isRegional) dollars *= RegionFactor;
        return (long)decimal.Round(dollars * NanoPerTokenAtOneDollar, MidpointRounding.ToEven);
    }

    /// <summary>Searches of the API's own tool, within a call.</summary>
    private long SearchPriceOf(string? model, long at, TokenUsage usage, string? speed, CallTerms terms, string? region)
    {
        if (terms.Searches == 0 || string.IsNullOrEmpty(model)) return SearchPrice(terms.Searches);
        var own = Of(model).Find(at, terms.HasShortPrompts ? 0 : usage.Prompt, speed == "fast", terms.Tier, region)?.Row.WebSearch;
        return own is { } dollars ? (long)decimal.Round(terms.Searches * dollars * NanoPerDollar, MidpointRounding.ToEven)
            : SearchPrice(terms.Searches);
    }

    public long SearchPrice(int searches) => searches * NanoDollarsPerSearch;

    /// <summary>The row for a call, or null where the model has no price at that speed.</summary>
    /// <param name="model">Raw model id.</param>
    /// <param name="at">Unix ms; before the model's first row it is that row.</param>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="isFast">Asked for; an id can ask for it, too.</param>
    public PriceRow? Find(string model, long at, long prompt, bool isFast) => Of(model).Find(at, prompt, isFast, null, null)?.Row;

    private static bool IsRegion(string? region) => region is "us" or "eu" or "jp" or "au" or "apac" or "ca" or "us-gov";

    private Priced Of(string model)
    {
        if (_byRawId.TryGetValue(model, out var priced)) return priced;
        var name = ModelId.Parse(model);
        priced = new Priced(name, _byModel.GetValueOrDefault(name.Id) ?? []);
        // Ids come from outside: what is remembered must be bounded.
        if (_byRawId.Count < RememberedIds) _byRawId[model] = priced;
        return priced;
    }

    private sealed record Entry(PriceRow Row, NanoPrices? Nano);

    /// <summary>What an id says, and the rows of its model.</summary>
    private sealed class Priced(ModelName name, Entry[] rows)
    {
        private readonly long _first = First(rows, isFast: false);
        private readonly long _firstFast = First(rows, isFast: true);

        public ModelName Name => name;

        public Entry? Find(long at, long prompt, bool isFast, string? tier, string? region)
        {
            isFast |= name.IsFast;
            var next = 0;
            // Own rows hold in their own time only.
            for (; next < rows.Length && rows[next].Row.OwnId is not null; next++)
            {
                var own = rows[next].Row;
                if (own.IsFast == isFast && prompt >= own.MinPrompt && own.IsInForce(at) && (own.Tier is null || own.Tier == tier)
                    && (own.Region is null || own.Region == region)) return rows[next];
            }
            // Models are used before their prices are published, and clocks are wrong.
            at = Math.Max(at, isFast ? _firstFast : _first);
            for (; next < rows.Length; next++)
            {
                var entry = rows[next];
                if (entry.Row.IsFast == isFast && prompt >= entry.Row.MinPrompt && entry.Row.IsInForce(at)) return entry;
            }
            return null;
        }

        private static long First(Entry[] rows, bool isFast) =>
            rows.Where(e => e.Row.OwnId is null && e.Row.IsFast == isFast).Select(e => e.Row.ValidFrom).DefaultIfEmpty(long.MaxValue).Min();
    }
}
