using System.Globalization;
using Observatory.Core.Metrics;
using Observatory.Core.Time;

namespace Observatory.Core.Charts;

/// <summary>What a chart over time needs to know beside its buckets.</summary>
/// <param name="Now">Unix ms.</param>
public sealed record ChartFrame(TimeZoneInfo Zone, Interval Interval, long Now)
{
    public static ChartFrame For(MetricsQuery query, DateTimeOffset now) => new(query.Zone, query.EffectiveInterval, now.ToUnixTimeMilliseconds());

    /// <summary>"a day", for questions.</summary>
    public string PerBucket => Interval switch { Interval.Hour => "an hour", Interval.Week => "a week", Interval.Month => "a month", _ => "a day" };

    /// <summary>"per day", for axes.</summary>
    public string Per => Interval switch { Interval.Hour => "per hour", Interval.Week => "per week", Interval.Month => "per month", _ => "per day" };

    /// <summary>As parameters and charts write it: <c>1h|1d|1w|1M</c>.</summary>
    public string IntervalName => Intervals.NameOf(Interval);
}

/// <summary>
/// Which earlier bucket a bucket is held against: days against the same weekday, hours against the same hour, weeks and months against those
/// of the period before.
/// </summary>
internal readonly record struct Comparison(int Buckets, bool Days)
{
    public static (Comparison Shift, string Name) Shift(ChartFrame frame, IReadOnlyList<UsageBucket> usage)
    {
        var count = usage.Count;
        if (frame.Interval is Interval.Week or Interval.Month)
        {
            // A bucket that the range cuts at its start belongs half to the period before.
            var whole = count > 1 && usage[0].Partial ? count - 1 : count;
            var (one, many) = frame.Interval == Interval.Week ? ("Week before", "weeks before") : ("Month before", "months before");
            return (new Comparison(whole, true), whole == 1 ? one : string.Create(CultureInfo.InvariantCulture, $"{whole} {many}"));
        }
        if (frame.Interval == Interval.Day && count >= 7)
        {
            var weeks = count / 7;
            return (new Comparison(weeks * 7, true), weeks == 1 ? "Week before" : string.Create(CultureInfo.InvariantCulture, $"{weeks} weeks before"));
        }
        if (frame.Interval == Interval.Day)
            return (new Comparison(count, true), count == 1 ? "Day before" : string.Create(CultureInfo.InvariantCulture, $"{count} days before"));
        return (new Comparison(count, false), count is >= 23 and <= 25 ? "Day before" : "Period before");
    }

    /// <summary>Number of the bucket, so that earlier ones are found by subtraction whatever the clocks did.</summary>
    public long Key(ChartFrame frame, UsageBucket bucket)
    {
        var start = bucket.Start.ToUnixTimeMilliseconds();
        if (!Days) return start / BucketClock.Hour;
        var date = new BucketClock(frame.Zone).DateOf(start);
        // Day 0 was a Monday.
        return frame.Interval switch { Interval.Week => date.DayNumber / 7, Interval.Month => date.Year * 12 + date.Month, _ => date.DayNumber };
    }
}
