namespace Observatory.Core.Deliveries;

/// <summary>When to try again: after 1, 5, 15 and 60 minutes, then every four hours until a day after the first try.</summary>
public static class BackOff
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;

    /// <summary>From the first try on; what is not taken by then has failed.</summary>
    public const long End = 24 * Hour;

    private static readonly long[] s_pauses = [Minute, 5 * Minute, 15 * Minute, Hour];

    /// <param name="attempts">Made so far, 1 or more.</param>
    /// <param name="firstTryAt">Unix ms.</param>
    /// <param name="now">Unix ms.</param>
    /// <returns>Unix ms, null = it is given up.</returns>
    public static long? NextTry(int attempts, long firstTryAt, long now)
    {
        var next = now + (attempts <= s_pauses.Length ? s_pauses[attempts - 1] : 4 * Hour);
        return next <= firstTryAt + End ? next : null;
    }
}
