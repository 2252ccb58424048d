using Observatory.Core.Reports;
using Xunit;

namespace Observatory.Tests.Unit.Reports;

public sealed class ReportPeriodTests
{
    [Theory]
    [InlineData("yesterday", "2026-11-29", "2026-11-29")]
    [InlineData("last7days", "2026-11-23", "2026-11-29")]
    [InlineData("lastWeek", "2026-11-23", "2026-11-29")]
    [InlineData("lastMonth", "2026-10-01", "2026-10-31")]
    [InlineData("lastDays:30", "2026-10-31", "2026-11-29")]
    public void Complete_days_that_end_before_the_occurrence(string period, string first, string last)
    {
        // Monday, half past midnight in Berlin: still Sunday in UTC.
        var due = new DateTimeOffset(2026, 11, 29, 23, 30, 0, TimeSpan.Zero);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var days = ReportPeriod.Of(period, due.ToUnixTimeMilliseconds(), zone);
        Assert.Equal((DateOnly.ParseExact(first, "o"), DateOnly.ParseExact(last, "o")), (days.First, days.Last));
        Assert.Equal(new DateTimeOffset(days.First.ToDateTime(TimeOnly.MinValue), zone.GetUtcOffset(days.First.ToDateTime(TimeOnly.MinValue))),
            days.Range.StartTime);
        Assert.Equal(new DateTimeOffset(days.Last.AddDays(1).ToDateTime(TimeOnly.MinValue),
            zone.GetUtcOffset(days.Last.AddDays(1).ToDateTime(TimeOnly.MinValue))), days.Range.EndTime);
    }

    [Fact]
    public void A_week_in_Shanghai_is_told_on_its_Monday()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        var due = CronSchedule.Of(new ReportSchedule("0 5 * * 1", "Asia/Shanghai")).Next(
            new DateTimeOffset(2026, 8, 20, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds())!.Value;
        Assert.Equal(DayOfWeek.Monday, TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(due), zone).DayOfWeek);
        var week = ReportPeriod.Of("lastWeek", due, zone);
        Assert.Equal((new DateOnly(2026, 8, 17), new DateOnly(2026, 8, 23)), (week.First, week.Last));
    }

    [Theory]
    [InlineData("yesterday", 1)]
    [InlineData("lastWeek", 1)]
    [InlineData("lastMonth", 5)]
    [InlineData("lastDays:14", 2)]
    public void It_is_held_against_the_same_weekdays(string period, int weeks)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var days = ReportPeriod.Of(period, new DateTimeOffset(2026, 11, 5, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), zone);
        Assert.Equal(weeks, days.WeeksApart);
        DateTime Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).DateTime;
        Assert.Equal(Local(days.Range.StartTime).AddDays(-7 * weeks), Local(days.Before.StartTime));
        Assert.Equal(Local(days.Range.EndTime).AddDays(-7 * weeks), Local(days.Before.EndTime));
        Assert.True(days.Before.EndTime <= days.Range.StartTime);
    }

    [Theory]
    [InlineData("lastDays:0")]
    [InlineData("lastDays:367")]
    [InlineData("lastDays:-1")]
    [InlineData("lastDays: 3")]
    [InlineData("lastYear")]
    [InlineData("")]
    [InlineData(null)]
    public void Others_are_none(string? period) => Assert.False(ReportPeriod.IsPeriod(period));
}
