using Observatory.Core.Events;
using Observatory.Core.Pricing;

namespace Observatory.Core.Metrics.Rows;

/// <summary>Questions about prices that only the single calls can answer. Thread-safe.</summary>
public interface IPricedCalls
{
    /// <summary>What the calls of the range would cost otherwise, call by call.</summary>
    /// <param name="query">Range and filters.</param>
    /// <param name="change">What is otherwise.</param>
    Task<WhatIfFigures> GetWhatIfAsync(MetricsQuery query, WhatIfChange change, CancellationToken cancel = default);

    /// <summary>What another book would make of all calls whose rows are there, by month of UTC.</summary>
    Task<RepricingPreview> PreviewAsync(PriceBook book, CancellationToken cancel = default);

    /// <summary>Models without a price, most tokens first.</summary>
    Task<IReadOnlyList<UnpricedModel>> GetUnpricedAsync(CancellationToken cancel = default);
}

/// <param name="To">Another model, null = the same.</param>
/// <param name="Cache">What becomes of cache tokens.</param>
/// <param name="PlanMonthly">USD a month in place of every call's price; null = no plan.</param>
public sealed record WhatIfChange(string? To, CacheChange Cache, decimal? PlanMonthly);

public enum CacheChange
{
    /// <summary>As it was.</summary>
    Same,

    /// <summary>What was written to or read from the cache is ordinary input.</summary>
    None,

    /// <summary>Every write lives five minutes.</summary>
    FiveMinutes,

    /// <summary>Every write lives an hour.</summary>
    OneHour,
}

/// <param name="Actual">USD of the range, as everywhere.</param>
/// <param name="WhatIf">USD if it were otherwise.</param>
/// <param name="High">Where <paramref name="WhatIf"/> is the lower end of a range: its upper end; else the same.</param>
/// <param name="ByModel">Of the priced calls.</param>
/// <param name="Calls">That were priced anew.</param>
/// <param name="Rest">USD of <paramref name="Actual"/> that no call tells of, in both alike.</param>
/// <param name="Unpriced">Tokens without a price: in neither.</param>
public sealed record WhatIfFigures(
    decimal Actual, decimal WhatIf, decimal High, IReadOnlyList<WhatIfByModel> ByModel, long Calls, decimal Rest, long Unpriced);

public sealed record WhatIfByModel(string? Model, long Calls, decimal Actual, decimal WhatIf);

/// <param name="Month">First day of it.</param>
public sealed record RepricedMonth(DateOnly Month, long Calls, long Changed, decimal Before, decimal After);

/// <param name="Months">In order, those with a call.</param>
/// <param name="NewlyPriced">Calls that had no price and would have one.</param>
public sealed record RepricingPreview(IReadOnlyList<RepricedMonth> Months, decimal Before, decimal After, long NewlyPriced);

/// <param name="FirstSeen">Of its calls without a price.</param>
public sealed record UnpricedModel(string? Model, long Calls, long Tokens, DateTimeOffset FirstSeen);

/// <summary>One call as its price needs it.</summary>
internal readonly record struct PricedCall(string? Model, long At, TokenUsage Tokens, string? Speed, string? Tier, string? Region, long? Cost);
