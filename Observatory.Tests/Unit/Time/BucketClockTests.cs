using CsCheck;
using Observatory.Core.Metrics;
using Observatory.Core.Time;
using Xunit;

namespace Observatory.Tests.Unit.Time;

/// <summary>Days and hours of every zone that this machine knows.</summary>
public sealed class BucketClockTests
{
    private static readonly long s_first = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long s_last = new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    [Fact]
    public void Every_border_of_every_zone_since_2020_is_a_quarter_of_an_hour_and_days_and_hours_tile_time()
    {
        var zones = TimeZoneInfo.GetSystemTimeZones();
        Assert.True(zones.Count > 300, "This machine has no zone data.");
        Assert.All(zones, zone =>
        {
            var clock = new BucketClock(zone);
            var range = new TimeRange(s_first, s_last);
            var days = clock.Buckets(range, Interval.Day);
            Tiles(days, range);
            var date = clock.DateOf(s_first);
            foreach (var day in days)
            {
                Assert.True(day.Start % BucketClock.Quarter == 0, $"{zone.Id}: {day.StartTime} is no quarter of an hour");
                // Whatever the clocks do, the day begins where the date first shows, and its last moment still shows it.
                Assert.Equal(date, DateIn(zone, day.Start));
                Assert.True(DateIn(zone, day.Start - 1) < date, $"{zone.Id}: {date} shows before {day.StartTime}");
                Assert.InRange(day.Length, 20 * BucketClock.Hour, 28 * BucketClock.Hour);
                date = date.AddDays(1);
            }
            // The one zone that changed at a minute past (in 2020): its hours are off by that minute there.
            if (zone.Id == "Antarctica/Casey") return;
            // Hours matter where offsets change: a week around each change of the years asked for.
            foreach (var day in days.Where(d => d.Length != BucketClock.Day && d.Start > s_first + 3 * BucketClock.Day).Take(6))
            {
                var around = new TimeRange(day.Start - 2 * BucketClock.Day, day.End + 2 * BucketClock.Day);
                var hours = clock.Buckets(around, Interval.Hour);
                Tiles(hours, around);
                foreach (var hour in hours)
                {
                    Assert.True(hour.Start % BucketClock.Quarter == 0);
                    Assert.InRange(hour.Length, BucketClock.Quarter, BucketClock.Hour);
                    var (first, last) = (Local(zone, hour.Start), Local(zone, hour.End - 1));
                    Assert.Equal((first.Date, first.Hour, first.Offset), (last.Date, last.Hour, last.Offset));
                    Assert.Equal(first.Hour, clock.HourOf(hour.Start));
                    Assert.Equal(((int)first.DayOfWeek + 6) % 7, clock.WeekdayOf(hour.Start));
                }
            }
        });
    }

    [Fact]
    public void Weeks_begin_on_Monday_and_months_on_their_first_in_every_zone()
    {
        var range = new TimeRange(s_first + 5 * BucketClock.Day, s_last);
        Assert.All(TimeZoneInfo.GetSystemTimeZones(), zone =>
        {
            var clock = new BucketClock(zone);
            var (weeks, months) = (clock.Buckets(range, Interval.Week), clock.Buckets(range, Interval.Month));
            Tiles(weeks, range);
            Tiles(months, range);
            Assert.All(weeks, w => Assert.Equal(DayOfWeek.Monday, DateIn(zone, w.Start).DayOfWeek));
            Assert.All(weeks, w => Assert.Equal(DateIn(zone, w.Start).AddDays(7), DateIn(zone, w.End)));
            Assert.All(months, m => Assert.Equal((1, 1), (DateIn(zone, m.Start).Day, DateIn(zone, m.End).Day)));
            Assert.All(months, m => Assert.Equal(DateIn(zone, m.Start).AddMonths(1), DateIn(zone, m.End)));
            Assert.All(weeks.Concat(months), b => Assert.Equal(clock.DayStart(DateIn(zone, b.Start)), b.Start));
        });
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-10-25", 25)]
    [InlineData("Europe/Berlin", "2026-03-29", 23)]
    [InlineData("America/New_York", "2026-11-01", 25)]
    [InlineData("Australia/Lord_Howe", "2026-10-04", 23.5)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", 24.5)]
    [InlineData("America/Santiago", "2026-09-06", 23)]
    [InlineData("Africa/Cairo", "2026-04-24", 23)]
    [InlineData("Asia/Beirut", "2026-03-29", 23)]
    [InlineData("Asia/Kathmandu", "2026-10-25", 24)]
    public void Days_have_the_hours_that_they_have(string zone, string date, double hours)
    {
        var clock = new BucketClock(TimeZoneInfo.FindSystemTimeZoneById(zone));
        var day = DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(hours, (clock.DayStart(day.AddDays(1)) - clock.DayStart(day)) / (double)BucketClock.Hour);
    }

    [Fact]
    public void A_plan_covers_a_range_once() =>
        Gen.Select(Gen.Long[s_first, s_last], Gen.OneOf(Gen.Long[1, 4_000_000], Gen.Long[1, 40 * BucketClock.Day])).Sample((start, length) =>
        {
            var range = new TimeRange(start, start + length);
            var plan = RangePlan.For(range);
            var parts = plan.Raw.Select(r => (r.Start, r.End))
                .Append((plan.Quarters.Start * BucketClock.Quarter, plan.Quarters.End * BucketClock.Quarter)).Where(p => p.Item1 < p.Item2).Order().ToList();
            Assert.Equal(range.Start, parts[0].Item1);
            Assert.Equal(range.End, parts[^1].Item2);
            for (var i = 1; i < parts.Count; i++) Assert.Equal(parts[i - 1].Item2, parts[i].Item1);
            Assert.True(plan.Raw.Sum(r => r.Length) < 2 * BucketClock.Quarter);
        }, iter: 3_000);

    private static void Tiles(IReadOnlyList<TimeRange> buckets, TimeRange range)
    {
        Assert.True(buckets[0].Start <= range.Start && buckets[0].End > range.Start && buckets[^1].Start < range.End && buckets[^1].End >= range.End);
        for (var i = 1; i < buckets.Count; i++) Assert.Equal(buckets[i - 1].End, buckets[i].Start);
    }

    private static DateOnly DateIn(TimeZoneInfo zone, long at) => DateOnly.FromDateTime(Local(zone, at).DateTime);

    private static DateTimeOffset Local(TimeZoneInfo zone, long at) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), zone);
}
