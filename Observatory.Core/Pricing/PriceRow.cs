namespace Observatory.Core.Pricing;

/// <summary>List prices of one model while one row is in force. USD per million tokens.</summary>
/// <param name="Model">Model id without date, provider prefix and context suffix (<see cref="ModelId.Normalize"/>).</param>
/// <param name="ValidFrom">First instant, Unix ms UTC; <see cref="long.MinValue"/> = since ever.</param>
/// <param name="ValidTo">First instant that it no longer holds for; <see cref="long.MaxValue"/> = still in force.</param>
/// <param name="MinPrompt">Prompt tokens (input, cache writes and reads of the call) from which it holds, for all tokens of the call.</param>
/// <param name="IsFast">Holds for the fast speed only.</param>
/// <param name="Input">Uncached input.</param>
/// <param name="Write5m">Writes to the 5-minute cache.</param>
/// <param name="Write1h">Writes to the 1-hour cache.</param>
/// <param name="Read">Reads from the cache.</param>
/// <param name="Output">Output, thinking included.</param>
/// <param name="HasRegions">Calls to endpoints of one region or several cost 10 % more than those to endpoints of the whole world.</param>
/// <param name="HasGeo">So do calls whose usage names a region.</param>
/// <param name="Source">Where the figures were read, in words.</param>
public sealed record PriceRow(
    string Model, long ValidFrom, long ValidTo, long MinPrompt, bool IsFast, decimal Input, decimal Write5m, decimal Write1h, decimal Read, decimal Output,
    bool HasRegions, bool HasGeo, string Source)
{
    /// <summary>Number of the row in the database, where an administrator made it; null = it came with the program.</summary>
    public int? OwnId { get; init; }

    /// <summary>Holds for calls of this service tier only; null = of any. Of own rows.</summary>
    public string? Tier { get; init; }

    /// <summary>Holds for calls of this inference region only; null = of any. Of own rows.</summary>
    public string? Region { get; init; }

    /// <summary>USD for one web search in a call; null = the list price. Of own rows.</summary>
    public decimal? WebSearch { get; init; }

    public bool IsInForce(long at) => at >= ValidFrom && at < ValidTo;
}

/// <summary>Nano-dollars a token: $1 per million tokens is 1,000 of them. Where they are whole, money of calls needs no fractions.</summary>
internal sealed record NanoPrices(long Input, long Write5m, long Write1h, long Read, long Output)
{
    /// <summary>Dollars per million tokens above which sums of the most tokens could pass the range of a number.</summary>
    private const decimal Highest = 1_000;

    /// <summary>Null where they are no whole numbers.</summary>
    public static NanoPrices? Of(PriceRow row) => Of(row.Input, row.Write5m, row.Write1h, row.Read, row.Output);

    private static NanoPrices? Of(params ReadOnlySpan<decimal> dollars)
    {
        Span<long> nano = stackalloc long[5];
        for (var i = 0; i < dollars.Length; i++)
        {
            var exact = dollars[i] * 1_000;
            if (exact != decimal.Truncate(exact) || dollars[i] is < 0 or > Highest) return null;
            nano[i] = (long)exact;
        }
        return new NanoPrices(nano[0], nano[1], nano[2], nano[3], nano[4]);
    }
}
