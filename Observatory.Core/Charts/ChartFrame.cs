using System.Globalization;
using Observatory.Core.Metrics;
using Observatory.Core.Time;

namespace Observatory.Core.Charts;

/// <summary>What a chart over time needs to know beside its buckets.</summary>
/// <param name="Now">Unix ms.</param>
public sealed record ChartFrame(TimeZoneInfo Zone, Granularity Interval, long Now)
{
    public static ChartFrame For(MetricsQuery query, DateTimeOffset now) => new(query.Zone, query.EffectiveInterval, now.ToUnixTimeMilliseconds());

    /// <summary>"a day", for questions.</summary>
    public string PerBucket => Interval == Granularity.Hour ? "an hour" : "a day";

    /// <summary>"per day", for axes.</summary>
    public string Per => Interval == Granularity.Hour ? "per hour" : "per day";
}

/// <summary>Which earlier bucket a bucket is held against: days against the same weekday, hours against the same hour.</summary>
internal readonly record struct Comparison(int Buckets, bool Days)
{
    public static (Comparison Shift, string Name) Shift(ChartFrame frame, int count)
    {
        if (frame.Interval == Granularity.Day && count >= 7)
        {
            var weeks = count / 7;
            return (new Comparison(weeks * 7, true), weeks == 1 ? "Week before" : string.Create(CultureInfo.InvariantCulture, $"{weeks} weeks before"));
        }
        if (frame.Interval == Granularity.Day)
            return (new Comparison(count, true), count == 1 ? "Day before" : string.Create(CultureInfo.InvariantCulture, $"{count} days before"));
        return (new Comparison(count, false), count is >= 23 and <= 25 ? "Day before" : "Period before");
    }

    /// <summary>Number of the bucket, so that earlier ones are found by subtraction whatever the clocks did.</summary>
    public long Key(ChartFrame frame, UsageBucket bucket) => Days
        ? new BucketClock(frame.Zone).DateOf(bucket.Start.ToUnixTimeMilliseconds()).DayNumber
        : bucket.Start.ToUnixTimeMilliseconds() / BucketClock.Hour;
}
