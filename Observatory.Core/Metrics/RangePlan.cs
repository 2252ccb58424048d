using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>
/// Which tier answers which part of a range: whole hours where the zone's days and hours lie on whole UTC hours, quarters of an hour
/// at the ends or throughout, and raw rows for what is less than a quarter. Together the parts are the range, each instant once.
/// </summary>
/// <param name="Hours">Unix hours, half-open; empty where start = end.</param>
/// <param name="Quarters">Unix quarters beside the hours.</param>
/// <param name="AllQuarters">All whole quarters of the range, hours included.</param>
/// <param name="Raw">Unix ms, the ends.</param>
internal sealed record RangePlan(
    (int Start, int End) Hours, IReadOnlyList<(int Start, int End)> Quarters, (int Start, int End) AllQuarters, IReadOnlyList<TimeRange> Raw, bool ByHour)
{
    public static RangePlan For(TimeRange range, TimeZoneInfo zone)
    {
        var first = (int)(Ceiling(range.Start, BucketClock.Quarter) / BucketClock.Quarter);
        var last = (int)(BucketClock.Floor(range.End, BucketClock.Quarter) / BucketClock.Quarter);
        if (range.Length == 0) return new RangePlan((0, 0), [], (0, 0), [], true);
        if (first > last) return new RangePlan((0, 0), [], (0, 0), [range], true);

        var raw = new List<TimeRange>();
        if (range.Start < first * BucketClock.Quarter) raw.Add(range with { End = first * BucketClock.Quarter });
        if (last * BucketClock.Quarter < range.End) raw.Add(range with { Start = last * BucketClock.Quarter });

        var byHour = OnWholeHours(range, zone);
        var (hourStart, hourEnd) = ((first + 3) / 4, last / 4);
        if (!byHour || hourStart >= hourEnd) return new RangePlan((0, 0), [(first, last)], (first, last), raw, byHour);
        var quarters = new List<(int, int)>();
        if (first < hourStart * 4) quarters.Add((first, hourStart * 4));
        if (hourEnd * 4 < last) quarters.Add((hourEnd * 4, last));
        return new RangePlan((hourStart, hourEnd), quarters, (first, last), raw, true);
    }

    /// <summary>Every day of the range starts on a whole UTC hour, and so does every hour.</summary>
    private static bool OnWholeHours(TimeRange range, TimeZoneInfo zone)
    {
        if (zone.BaseUtcOffset.Ticks % TimeSpan.TicksPerHour != 0) return false;
        if (!zone.SupportsDaylightSavingTime) return true;
        var clock = new BucketClock(zone);
        return clock.Buckets(range, Granularity.Day).All(day => day.Start % BucketClock.Hour == 0 && clock.OffsetAt(day.Start) % BucketClock.Hour == 0);
    }

    private static long Ceiling(long value, long step) => -BucketClock.Floor(-value, step);
}
