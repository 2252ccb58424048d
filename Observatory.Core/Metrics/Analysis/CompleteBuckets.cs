using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>
/// When a bucket is complete: events come late, so it is some time after its end. What is not complete is never judged, averaged, ranked or
/// forecast from.
/// </summary>
public static class CompleteBuckets
{
    /// <summary>Milliseconds after the end: 10 minutes for hours, 2 hours for days.</summary>
    public static long Lateness(Interval interval) => interval < Interval.Day ? 10 * BucketClock.Minute : 2 * BucketClock.Hour;

    /// <param name="bucket">Instants.</param>
    /// <param name="now">Unix ms.</param>
    public static bool IsComplete(TimeRange bucket, Interval interval, long now) => bucket.End + Lateness(interval) <= now;

    /// <summary>Complete, and not cut by the range.</summary>
    public static bool Counts(TimeRange bucket, Interval interval, TimeRange range, long now) =>
        bucket.Start >= range.Start && bucket.End <= range.End && IsComplete(bucket, interval, now);
}
