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

    private const int RememberedIds = 1_024;

    private readonly Dictionary<string, PriceRow[]> _byModel;
    private readonly ConcurrentDictionary<string, PriceRow[]> _byRawId = new(StringComparer.Ordinal);

    public PriceBook(IEnumerable<PriceRow> rows)
    {
        Rows = [.. rows];
        _byModel = Rows.GroupBy(r => r.Model).ToDictionary(g => g.Key, g => g.OrderByDescending(r => r.MinPrompt).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The published list prices that the program ships with.</summary>
    public static PriceBook Default { get; } = new(ListPrices.All);

    public IReadOnlyList<PriceRow> Rows { get; }

    public long? Price(string? model, long at, TokenUsage usage, string? speed, string? tier, string? region)
    {
        if (string.IsNullOrEmpty(model) || Find(model, at, usage.Prompt, speed == "fast") is not { } row) return null;
        var (isBatch, isRegional) = (tier == "batch", row.HasRegions && region == "us");
        if (!isBatch && !isRegional && row.Nano is { } nano)
        {
            return usage.Input * nano.Input + usage.CacheWrite5m * nano.Write5m + usage.CacheWrite1h * nano.Write1h + usage.CacheRead * nano.Read + usage.Output * nano.Output;
        }
        var dollars = usage.Input * row.Input + usage.CacheWrite5m * row.Write5m + usage.CacheWrite1h * row.Write1h + usage.CacheRead * row.Read + usage.Output * row.Output;
        if (isBatch) dollars *= BatchFactor;
        if (isRegional) dollars *= RegionFactor;
        return (long)decimal.Round(dollars * NanoPerTokenAtOneDollar, MidpointRounding.ToEven);
    }

    public long SearchPrice(int searches) => searches * NanoDollarsPerSearch;

    /// <summary>The row for a call, or null where the model has no price at that instant and speed.</summary>
    public PriceRow? Find(string model, long at, long prompt, bool isFast)
    {
        foreach (var row in RowsOf(model))
        {
            if (row.IsFast == isFast && prompt >= row.MinPrompt && row.IsInForce(at)) return row;
        }
        return null;
    }

    private PriceRow[] RowsOf(string model)
    {
        if (_byRawId.TryGetValue(model, out var rows)) return rows;
        rows = _byModel.GetValueOrDefault(ModelId.Normalize(model)) ?? [];
        // Ids come from outside: what is remembered must be bounded.
        if (_byRawId.Count < RememberedIds) _byRawId[model] = rows;
        return rows;
    }
}
