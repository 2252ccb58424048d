namespace Observatory.Core.Realtime;

/// <summary>
/// How often a listener answers changes: the first at once, then at most two a second, and fewer where the answer is dear, so that nobody takes more than half
/// of the machine from an import. What comes while it rests melts into one.
/// </summary>
public static class Pacer
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it looks, while it rests, whether too much waits.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <param name="took">What was done before.</param>
    public static TimeSpan RestAfter(TimeSpan took) => took > s_shortest ? took : s_shortest;

    /// <param name="took">What was done before.</param>
    public static Task RestAsync(TimeSpan took, TimeProvider clock, CancellationToken cancel) => Task.Delay(RestAfter(took), clock, cancel);

    /// <param name="took">What was done before.</param>
    /// <param name="isMuch">Says that so much waits that the rest is over.</param>
    public static async Task RestAsync(TimeSpan took, Func<bool> isMuch, TimeProvider clock, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(isMuch);
        ArgumentNullException.ThrowIfNull(clock);
        var (began, rest) = (clock.GetTimestamp(), RestAfter(took));
        while (clock.GetElapsedTime(began) < rest && !isMuch()) await Task.Delay(s_look, clock, cancel).ConfigureAwait(false);
    }
}
