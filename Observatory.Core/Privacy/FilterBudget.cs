namespace Observatory.Core.Privacy;

/// <summary>
/// What the look at one batch may cost: a time by its size, many times what ordinary texts take. A sender's texts cannot hold up the others; what is
/// left when the time is over is not kept.
/// </summary>
internal struct FilterBudget(TimeProvider clock)
{
    /// <summary>A machine that does much else stands still for so long now and then.</summary>
    private const double Allowance = 1_000;

    /// <summary>Ordinary text takes a hundredth of a millisecond.</summary>
    private const double MillisecondsPerThousand = 0.3;

    private readonly long _start = clock.GetTimestamp();
    private long _characters;

    /// <summary>False where the text must be dropped unseen.</summary>
    public bool Allows(string text)
    {
        _characters += text.Length;
        return clock.GetElapsedTime(_start).TotalMilliseconds <= Allowance + _characters * MillisecondsPerThousand / 1_000;
    }
}
