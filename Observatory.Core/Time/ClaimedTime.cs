namespace Observatory.Core.Time;

/// <summary>
/// Which times of telemetry and of transcript lines are taken: all that a clock can show from 1970 on, since what happened counts on the day
/// that it claims, however wrong the clock was.
/// </summary>
public static class ClaimedTime
{
    /// <summary>The calendar ends in 9999; so far before its end no zone and no range reaches over it.</summary>
    private static readonly long s_end = new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <param name="at">Unix ms.</param>
    public static bool IsTaken(long at) => at >= 0 && at < s_end;
}
