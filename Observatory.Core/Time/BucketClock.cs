namespace Observatory.Core.Time;

/// <summary>
/// Cuts instants into hours and days of one zone. Days have 23, 24 or 25 hours; zones at a quarter hour are exact, because every
/// border that it gives lies on a multiple of 15 minutes UTC in all zones in use since 1972 (pinned by a test).
/// Not thread-safe: one per query.
/// </summary>
public sealed class BucketClock(TimeZoneInfo zone)
{
    public const long Minute = 60_000;
    public const long Quarter = 15 * Minute;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    private long _cachedStart = long.MaxValue;
    private long _cachedEnd = long.MinValue;
    private long _cachedOffset;

    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>Offset of the zone from UTC at an instant, in milliseconds.</summary>
    public long OffsetAt(long instant)
    {
        // Offsets change on quarter hours (one in 2020 did so a minute later, at Casey Station), so that of its start holds for the quarter.
        if (instant >= _cachedStart && instant < _cachedEnd) return _cachedOffset;
        _cachedStart = Floor(instant, Quarter);
        _cachedEnd = _cachedStart + Quarter;
        _cachedOffset = (long)Zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(_cachedStart)).TotalMilliseconds;
        return _cachedOffset;
    }

    /// <summary>Hour of day (0–23) in the zone.</summary>
    public int HourOf(long instant) => (int)(Mod(instant + OffsetAt(instant), Day) / Hour);

    /// <summary>Day of week in the zone, Monday = 0 … Sunday = 6.</summary>
    public int WeekdayOf(long instant) => (int)Mod(Floor(instant + OffsetAt(instant), Day) / Day + 3, 7);

    /// <summary>Start of the bucket that holds the instant, as an instant.</summary>
    public long BucketStart(long instant, Interval interval) => interval switch
    {
        Interval.Minute or Interval.FiveMinutes or Interval.QuarterHour => Floor(instant, Intervals.ShortestLength(interval)),
        Interval.Hour => HourStart(instant),
        Interval.Day => DayStart(DateOf(instant)),
        Interval.Week => DayStart(MondayOf(DateOf(instant))),
        Interval.Month => DayStart(FirstOfMonth(DateOf(instant))),
        _ => throw new ArgumentOutOfRangeException(nameof(interval)),
    };

    /// <summary>Every bucket that meets the range, in order, each as <c>[start, end)</c>; the first may start before the range.</summary>
    public IReadOnlyList<TimeRange> Buckets(TimeRange range, Interval interval)
    {
        var buckets = new List<TimeRange>();
        if (range.Length == 0) return buckets;
        var start = BucketStart(range.Start, interval);
        while (start < range.End)
        {
            var end = NextBucket(start, interval);
            buckets.Add(new TimeRange(start, end));
            start = end;
        }
        return buckets;
    }

    /// <summary>The calendar day in the zone.</summary>
    public DateOnly DateOf(long instant) =>
        DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(instant + OffsetAt(instant)).UtcDateTime);

    /// <summary>The first instant of a calendar day in the zone; where midnight does not exist, the first instant after the gap.</summary>
    public long DayStart(DateOnly date)
    {
        var local = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
        // The two offsets in force around midnight; of the instants they give, the earliest that already shows the date is its start.
        var before = OffsetAt(local - Day);
        var after = OffsetAt(local + Day);
        long? best = null;
        foreach (var candidate in (ReadOnlySpan<long>)[local - before, local - after])
        {
            if (DateOf(candidate) == date && (best is null || candidate < best)) best = candidate;
        }
        if (best is null) return FirstOf(date, local - Math.Max(before, after));
        // Clocks put back over midnight show the date, then the day before again, then the date: its start is the first showing.
        return best.Value;
    }

    private static DateOnly MondayOf(DateOnly date) => date.AddDays(-(((int)date.DayOfWeek + 6) % 7));

    private static DateOnly FirstOfMonth(DateOnly date) => new(date.Year, date.Month, 1);

    private long FirstOf(DateOnly date, long from)
    {
        var at = Floor(from, Quarter);
        for (var step = 0; step < 200; step++, at += Quarter)
        {
            if (DateOf(at) >= date) return at;
        }
        throw new InvalidOperationException($"{Zone.Id} has no {date:O}.");
    }

    private long HourStart(long instant)
    {
        var offset = OffsetAt(instant);
        var start = Floor(instant + offset, Hour) - offset;
        // An offset change inside the hour starts a bucket of its own (Lord Howe moves by 30 minutes).
        while (start < instant && OffsetAt(start) != offset) start += Quarter;
        return start;
    }

    private long NextBucket(long start, Interval interval)
    {
        if (Intervals.IsFixed(interval)) return start + Intervals.ShortestLength(interval);
        if (interval != Interval.Hour)
        {
            var date = DateOf(start);
            var next = DayStart(interval switch
            {
                Interval.Week => MondayOf(date).AddDays(7),
                Interval.Month => FirstOfMonth(date).AddMonths(1),
                _ => date.AddDays(1),
            });
            return next > start ? next : start + Day;
        }
        var offset = OffsetAt(start);
        var end = Floor(start + offset, Hour) + Hour - offset;
        for (var at = start + Quarter; at < end; at += Quarter)
        {
            if (OffsetAt(at) != offset) return at;
        }
        return end;
    }

    /// <summary>UTC day of an instant, days since 1970-01-01.</summary>
    public static long DayOf(long instant) => Floor(instant, Day) / Day;

    public static long Floor(long value, long step) => value - Mod(value, step);

    private static long Mod(long value, long step)
    {
        var rest = value % step;
        return rest < 0 ? rest + step : rest;
    }
}
