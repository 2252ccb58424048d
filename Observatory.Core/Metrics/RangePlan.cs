using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>
/// Which tier answers which part of a range: whole quarters of an hour the roll-ups, and raw rows what is less at the ends. A quarter is the
/// step on which the days and hours of every zone begin. Together the parts are the range, each instant once.
/// </summary>
/// <param name="Quarters">Unix quarters, half-open; empty where start = end.</param>
/// <param name="Raw">Unix ms, the ends.</param>
internal sealed record RangePlan((int Start, int End) Quarters, IReadOnlyList<TimeRange> Raw)
{
    public static RangePlan For(TimeRange range)
    {
        if (range.Length == 0) return new RangePlan((0, 0), []);
        var first = (int)(Ceiling(range.Start, BucketClock.Quarter) / BucketClock.Quarter);
        var last = (int)(BucketClock.Floor(range.End, BucketClock.Quarter) / BucketClock.Quarter);
        if (first > last) return new RangePlan((0, 0), [range]);
        var raw = new List<TimeRange>();
        if (range.Start < first * BucketClock.Quarter) raw.Add(range with { End = first * BucketClock.Quarter });
        if (last * BucketClock.Quarter < range.End) raw.Add(range with { Start = last * BucketClock.Quarter });
        return new RangePlan((first, last), raw);
    }

    private static long Ceiling(long value, long step) => -BucketClock.Floor(-value, step);
}
