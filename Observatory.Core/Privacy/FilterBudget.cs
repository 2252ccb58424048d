using Observatory.Core.Privacy.Secrets;

namespace Observatory.Core.Privacy;

/// <summary>
/// What the look at one batch may cost, by its size: about twice what reading it costs, so that no sender's texts hold up the others. What is left when
/// it is spent is not kept. Counted in places at which a rule begins; the time is a second bound, far above. On one thread.
/// </summary>
internal struct FilterBudget(TimeProvider clock)
{
    /// <summary>Places of a short batch: thousands of lines of settings.</summary>
    private const int Tries = 30_000;

    /// <summary>Code has one in sixty characters, a file of nothing but settings one in twenty.</summary>
    private const int CharactersPerTry = 24;

    /// <summary>A machine that does much else stands still for so long now and then.</summary>
    private const double Allowance = 1_000;

    /// <summary>Ordinary text takes a hundredth of a millisecond.</summary>
    private const double MillisecondsPerThousand = 0.3;

    private readonly long _start = clock.GetTimestamp();
    private readonly long _tries = SecretRule.TriesOfThread;
    private long _characters;

    /// <summary>False where the text must be dropped unseen.</summary>
    public bool Allows(string text)
    {
        _characters += text.Length;
        if (SecretRule.TriesOfThread - _tries > Tries + _characters / CharactersPerTry) return false;
        return clock.GetElapsedTime(_start).TotalMilliseconds <= Allowance + _characters * MillisecondsPerThousand / 1_000;
    }
}
