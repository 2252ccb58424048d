using Observatory.Core.Events;

namespace Observatory.Core.Pricing;

/// <summary>What calls cost at list prices. Thread-safe.</summary>
public interface IPriceBook
{
    /// <summary>Own rows first.</summary>
    IReadOnlyList<PriceRow> Rows { get; }

    /// <summary>Whole nano-dollars, rounded half to even once; null where the model has no price.</summary>
    /// <param name="model">Raw model id.</param>
    /// <param name="at">Unix ms: decides which row is in force.</param>
    /// <param name="usage">Tokens of the call.</param>
    /// <param name="speed"><c>fast</c> or null.</param>
    /// <param name="tier">Service tier, e.g. <c>batch</c>.</param>
    /// <param name="region">Inference region, e.g. <c>us</c>.</param>
    long? Price(string? model, long at, TokenUsage usage, string? speed, string? tier, string? region);

    /// <summary>Nano-dollars for web searches.</summary>
    long SearchPrice(int searches);
}
