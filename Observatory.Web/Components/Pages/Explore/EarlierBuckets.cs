using Observatory.Core.Time;

namespace Observatory.Web.Components.Pages.Explore;

/// <summary>The time that the buckets of a range are held against: days against the same weekday, all else against the same place before.</summary>
/// <param name="Name">"4 weeks before".</param>
internal sealed record EarlierBuckets(TimeRange Range, string Name)
{
    private const int Week = 7;

    public static EarlierBuckets Of(TimeRange range, TimeZoneInfo zone, Interval interval)
    {
        var clock = new BucketClock(zone);
        var (first, last) = (clock.DateOf(range.Start), clock.DateOf(Math.Max(range.Start, range.End - 1)));
        var days = last.DayNumber - first.DayNumber + 1;
        if (interval == Interval.Month)
        {
            var months = (last.Year - first.Year) * 12 + last.Month - first.Month + 1;
            return new EarlierBuckets(Back(d => d.AddMonths(-months)), Words(months, "month"));
        }
        if (interval == Interval.Week || days >= Week)
        {
            var weeks = interval == Interval.Week ? (days + Week - 1) / Week : days / Week;
            return new EarlierBuckets(Back(d => d.AddDays(-Week * weeks)), Words(weeks, "week"));
        }
        return new EarlierBuckets(Back(d => d.AddDays(-days)), Words(days, "day"));

        TimeRange Back(Func<DateOnly, DateOnly> earlier) => new(At(range.Start, earlier), At(range.End - 1, earlier) + 1);

        long At(long instant, Func<DateOnly, DateOnly> earlier)
        {
            var date = clock.DateOf(instant);
            return clock.DayStart(earlier(date)) + instant - clock.DayStart(date);
        }
    }

    private static string Words(int count, string one) => count == 1 ? $"{char.ToUpperInvariant(one[0])}{one[1..]} before" : $"{count} {one}s before";
}
