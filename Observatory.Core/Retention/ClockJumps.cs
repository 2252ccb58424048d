namespace Observatory.Core.Retention;

/// <summary>Whether the machine's date moved otherwise than time passed, since the program began: then what is "old" may be wrong. Thread-safe.</summary>
internal sealed class ClockJumps(TimeProvider clock)
{
    private static readonly TimeSpan s_much = TimeSpan.FromDays(2);

    private readonly DateTimeOffset _date = clock.GetUtcNow();
    private readonly long _time = clock.GetTimestamp();

    public bool HasJumped => (clock.GetUtcNow() - _date - clock.GetElapsedTime(_time)).Duration() > s_much;
}
