namespace Observatory.Tests.Support;

/// <summary>The system's clock, put forward at will. Timers stay real: moving a month must not fire a month of heartbeats.</summary>
internal sealed class MovableClock : TimeProvider
{
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public void Advance(TimeSpan by) => _ahead += by;
}
