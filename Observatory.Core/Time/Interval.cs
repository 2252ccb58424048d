namespace Observatory.Core.Time;

/// <summary>Length of a bucket. Minutes are the same in every zone; hours, days, weeks and months are those of the reader's.</summary>
public enum Interval
{
    Minute,

    FiveMinutes,

    QuarterHour,

    Hour,

    Day,

    /// <summary>From Monday.</summary>
    Week,

    /// <summary>Of the calendar.</summary>
    Month,
}

/// <summary>What is known of each <see cref="Interval"/>: its name in addresses and answers, its shortest length, and which one a range takes.</summary>
public static class Intervals
{
    private static readonly (Interval Interval, string Name, long Shortest)[] s_all =
    [
        (Interval.Minute, "1m", BucketClock.Minute),
        (Interval.FiveMinutes, "5m", 5 * BucketClock.Minute),
        (Interval.QuarterHour, "15m", BucketClock.Quarter),
        (Interval.Hour, "1h", BucketClock.Hour),
        (Interval.Day, "1d", BucketClock.Day),
        (Interval.Week, "1w", 7 * BucketClock.Day),
        (Interval.Month, "1M", 28 * BucketClock.Day),
    ];

    /// <summary>From the shortest to the longest.</summary>
    public static IReadOnlyList<Interval> All { get; } = [.. s_all.Select(i => i.Interval)];

    /// <summary>Those whose buckets are hours of the reader's zone, or longer.</summary>
    public static IReadOnlyList<Interval> OfCalendar { get; } = [.. All.Where(i => i >= Interval.Hour)];

    /// <summary><c>1m|5m|15m|1h|1d|1w|1M</c>.</summary>
    public static string NameOf(Interval interval) => Of(interval).Name;

    /// <summary>Null = no such name. Minutes and months differ by the letter's case only.</summary>
    public static Interval? Parse(string? name)
    {
        foreach (var known in s_all)
        {
            if (known.Name == name) return known.Interval;
        }
        return null;
    }

    /// <summary>Milliseconds that no whole bucket is shorter than, but for days on which clocks are put forward.</summary>
    public static long ShortestLength(Interval interval) => Of(interval).Shortest;

    /// <summary>Every minute is one of every zone; an hour is not.</summary>
    public static bool IsFixed(Interval interval) => interval < Interval.Hour;

    /// <summary>Whoever asks for none gets hours up to 48 hours, else days.</summary>
    public static Interval DefaultFor(TimeRange range) => range.Length <= 48 * BucketClock.Hour ? Interval.Hour : Interval.Day;

    private static (Interval Interval, string Name, long Shortest) Of(Interval interval) =>
        interval is >= Interval.Minute and <= Interval.Month ? s_all[(int)interval]
        : throw new ArgumentOutOfRangeException(nameof(interval), interval, "No such interval.");
}
