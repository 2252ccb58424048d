namespace Observatory.Tests.Support;

/// <summary>A clock that stands still; timers are real.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
