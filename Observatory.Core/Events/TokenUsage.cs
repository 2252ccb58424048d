namespace Observatory.Core.Events;

/// <summary>Tokens of one API call by kind; each 0 … 10¹².</summary>
/// <param name="Input">Uncached input.</param>
/// <param name="Output">Output, thinking included.</param>
/// <param name="CacheWrite5m">Written to the 5-minute cache; also what has no split.</param>
/// <param name="CacheWrite1h">Written to the 1-hour cache.</param>
/// <param name="CacheRead">Read from the cache.</param>
public readonly record struct TokenUsage(long Input, long Output, long CacheWrite5m, long CacheWrite1h, long CacheRead)
{
    public const long Limit = 1_000_000_000_000;

    public long Total => Input + Output + CacheWrite5m + CacheWrite1h + CacheRead;

    /// <summary>Prompt tokens: what decides the price tier of long prompts.</summary>
    public long Prompt => Input + CacheWrite5m + CacheWrite1h + CacheRead;
}
