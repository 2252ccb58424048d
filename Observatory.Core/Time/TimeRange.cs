namespace Observatory.Core.Time;

/// <summary>A half-open range <c>[Start, End)</c> of instants, both in Unix milliseconds, UTC.</summary>
public readonly record struct TimeRange(long Start, long End)
{
    public TimeRange(DateTimeOffset start, DateTimeOffset end) : this(start.ToUnixTimeMilliseconds(), end.ToUnixTimeMilliseconds())
    {
    }

    /// <summary>Milliseconds, never negative.</summary>
    public long Length => Math.Max(0, End - Start);

    public bool Contains(long instant) => instant >= Start && instant < End;

    public DateTimeOffset StartTime => DateTimeOffset.FromUnixTimeMilliseconds(Start);

    public DateTimeOffset EndTime => DateTimeOffset.FromUnixTimeMilliseconds(End);

    /// <summary>
    /// The range of the same length before this one, for comparison. Where this one ends after <paramref name="now"/>, the
    /// earlier one is cut to the time that has passed, so that a running day is held against the same part of the day before.
    /// </summary>
    public TimeRange Before(long now)
    {
        var start = Start - Length;
        var passed = Math.Clamp(now - Start, 0, Length);
        return new TimeRange(start, start + passed);
    }
}
