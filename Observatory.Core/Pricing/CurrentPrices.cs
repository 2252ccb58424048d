using Observatory.Core.Events;

namespace Observatory.Core.Pricing;

/// <summary>The book in force: what the program ships with, and the administrator's own rows before it. It changes while the program runs.
/// Thread-safe.</summary>
public sealed class CurrentPrices : IPriceBook
{
    private volatile PriceBook _now = PriceBook.Default;

    public IReadOnlyList<PriceRow> Rows => _now.Rows;

    /// <summary>As it is now: for an answer that must not change while it is made.</summary>
    public PriceBook Now => _now;

    public long? Price(string? model, long at, TokenUsage usage, string? speed, string? tier, string? region) =>
        _now.Price(model, at, usage, speed, tier, region);

    public long SearchPrice(int searches) => _now.SearchPrice(searches);

    /// <summary>Puts these own rows in place of those before. What is stored keeps its price.</summary>
    public void Use(IEnumerable<PriceRow> own) => _now = With(own);

    /// <summary>A book with these own rows, which nobody else sees.</summary>
    public static PriceBook With(IEnumerable<PriceRow> own) => new(own.Concat(ListPrices.All));
}
