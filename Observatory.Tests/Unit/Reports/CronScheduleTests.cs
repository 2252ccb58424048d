using Observatory.Core.Reports;
using Xunit;

namespace Observatory.Tests.Unit.Reports;

public sealed class CronScheduleTests
{
    /// <summary>Zones with two changes a year, by an hour and by half of one, on both halves of the globe.</summary>
    private static readonly string[] s_zones =
    [
        "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "America/St_Johns", "America/Santiago", "Australia/Sydney",
        "Australia/Lord_Howe", "Pacific/Auckland", "Asia/Beirut",
    ];

    /// <summary>Hour, minute and days of six schedules; hours at which clocks change among them.</summary>
    private static readonly (string Cron, int Hour, int Minute, Func<DateOnly, bool> IsDay)[] s_schedules =
    [
        ("0 8 * * 1", 8, 0, d => d.DayOfWeek == DayOfWeek.Monday), ("30 2 * * *", 2, 30, _ => true), ("30 1 * * *", 1, 30, _ => true),
        ("0 0 * * *", 0, 0, _ => true), ("0 12 * * *", 12, 0, _ => true), ("15 3 L * *", 3, 15, d => d.AddDays(1).Day == 1),
    ];

    public static TheoryData<string> Zones => new(s_zones);

    [Theory]
    [MemberData(nameof(Zones))]
    public void Once_a_day_at_the_local_time_over_both_changes(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.True(zone.GetUtcOffset(start) != zone.GetUtcOffset(start.AddMonths(6)), "The zone does not change its clocks.");
        foreach (var (cron, hour, minute, isDay) in s_schedules)
        {
            var schedule = CronSchedule.Of(new ReportSchedule(cron, name));
            var instants = schedule.Upcoming(start.ToUnixTimeMilliseconds(), 400).TakeWhile(i => i < start.AddYears(1)).ToList();
            // By hand: for each day the first instant that shows the time or, where clocks leave it out, the first one behind the gap.
            var expected = Days(zone, start).Where(isDay).Select(day => ByHand(zone, day.ToDateTime(new TimeOnly(hour, minute)))).Where(i => i > start
                && i < start.AddYears(1)).ToList();
            Assert.True(expected.Take(400).SequenceEqual(instants.Take(400)), $"{cron} in {name}: {First(expected, instants)}");
        }
    }

    [Fact]
    public void What_comes_every_half_hour_goes_on_through_the_hour_that_comes_twice()
    {
        var schedule = CronSchedule.Of(new ReportSchedule("*/30 1 * * *", "America/New_York"));
        var day = new DateTimeOffset(2026, 11, 1, 4, 0, 0, TimeSpan.Zero);
        Assert.Equal(4, schedule.Upcoming(day.ToUnixTimeMilliseconds() - 1, 10).Count(i => i < day.AddHours(24)));
        var once = CronSchedule.Of(new ReportSchedule("30 1 * * *", "America/New_York"));
        Assert.Single(once.Upcoming(day.ToUnixTimeMilliseconds() - 1, 10), i => i < day.AddHours(24));
    }

    [Fact]
    public void A_time_that_is_left_out_comes_once_right_after_the_gap() => Assert.Equal(
        new DateTimeOffset(2026, 3, 8, 7, 0, 0, TimeSpan.Zero),
        CronSchedule.Of(new ReportSchedule("30 2 * * *", "America/New_York")).Upcoming(
            new DateTimeOffset(2026, 3, 8, 0, 0, 0, TimeSpan.Zero).AddHours(5).ToUnixTimeMilliseconds(), 1).Single());

    [Theory]
    [InlineData("0 8 * * 1", true)]
    [InlineData("0 8 L * *", true)]
    [InlineData("0 8 * * MON-FRI", true)]
    [InlineData("0 8 31 * *", true)]
    [InlineData("@daily", false)]
    [InlineData("0 0 8 * * 1", false)]
    [InlineData("0 8 * *", false)]
    [InlineData("0 25 * * *", false)]
    [InlineData("0 8 30 2 *", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Five_fields_that_come_true(string? cron, bool isGood) => Assert.Equal(isGood, CronSchedule.Parse(cron) is not null);

    [Fact]
    public void The_last_day_skips_no_month()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        Assert.Equal([31, 28, 31, 30, 31, 30], CronSchedule.Of(new ReportSchedule("0 8 L * *", "UTC")).Upcoming(start, 6).Select(i => i.Day));
        Assert.Equal([1, 3, 5, 7], CronSchedule.Of(new ReportSchedule("0 8 31 * *", "UTC")).Upcoming(start, 4).Select(i => i.Month));
    }

    private static IEnumerable<DateOnly> Days(TimeZoneInfo zone, DateTimeOffset start)
    {
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(start, zone).DateTime);
        return Enumerable.Range(0, 367).Select(first.AddDays);
    }

    private static DateTimeOffset ByHand(TimeZoneInfo zone, DateTime local)
    {
        // A quarter of an hour before the earliest instant that could show it, then minute by minute.
        var from = new DateTimeOffset(local, TimeSpan.Zero) - zone.BaseUtcOffset - TimeSpan.FromMinutes(75);
        for (var at = from; ; at = at.AddMinutes(1))
        {
            if (TimeZoneInfo.ConvertTime(at, zone).DateTime >= local) return at;
        }
    }

    private static string First(List<DateTimeOffset> expected, List<DateTimeOffset> actual) =>
        expected.Zip(actual).Where(p => p.First != p.Second).Select(p => $"{p.First:u} was expected, {p.Second:u} came").FirstOrDefault()
            ?? $"{expected.Count} were expected, {actual.Count} came";
}
