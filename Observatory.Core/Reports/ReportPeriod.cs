using System.Globalization;
using Observatory.Core.Time;

namespace Observatory.Core.Reports;

/// <summary>Complete days of a zone that a report tells of, and those that it compares them with.</summary>
/// <param name="First">First day.</param>
/// <param name="Days">How many; of a run by hand with instants of its own, days that it touches.</param>
/// <param name="Range">Of it.</param>
/// <param name="Before">The same days some whole weeks earlier, so that weekdays meet.</param>
public sealed record ReportPeriod(DateOnly First, int Days, TimeRange Range, TimeRange Before)
{
    public const int LongestDays = 366;

    private const string CountedDays = "lastDays:";

    public DateOnly Last => First.AddDays(Days - 1);

    /// <summary>Weeks between it and what it is compared with.</summary>
    public int WeeksApart => (Days + 6) / 7;

    public static bool IsPeriod(string? text) => text is "yesterday" or "last7days" or "lastWeek" or "lastMonth" || CountOf(text) is not null;

    /// <summary>The days that end before an occurrence.</summary>
    /// <param name="due">Unix ms.</param>
    public static ReportPeriod Of(string period, long due, TimeZoneInfo zone)
    {
        var clock = new BucketClock(zone);
        var today = clock.DateOf(due);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var month = new DateOnly(today.Year, today.Month, 1);
        var (first, end) = period switch
        {
            "yesterday" => (today.AddDays(-1), today),
            "last7days" => (today.AddDays(-7), today),
            "lastWeek" => (monday.AddDays(-7), monday),
            "lastMonth" => (month.AddMonths(-1), month),
            _ => (today.AddDays(-(CountOf(period) ?? throw new ArgumentException($"\"{period}\" is no period.", nameof(period)))), today),
        };
        return Between(first, end.DayNumber - first.DayNumber, clock);
    }

    /// <summary>A range that somebody named.</summary>
    public static ReportPeriod Of(TimeRange range, TimeZoneInfo zone)
    {
        var clock = new BucketClock(zone);
        var first = clock.DateOf(range.Start);
        var days = Math.Max(1, clock.DateOf(Math.Max(range.Start, range.End - 1)).DayNumber - first.DayNumber + 1);
        var whole = Between(first, days, clock);
        if (whole.Range == range) return whole;
        var back = 7 * ((days + 6) / 7) * BucketClock.Day;
        return whole with { Range = range, Before = new TimeRange(range.Start - back, range.End - back) };
    }

    /// <summary>The same days, that many steps of <see cref="WeeksApart"/> earlier.</summary>
    public TimeRange Earlier(int steps, TimeZoneInfo zone)
    {
        var clock = new BucketClock(zone);
        return RangeOf(First.AddDays(-7 * WeeksApart * steps), Days, clock);
    }

    private static ReportPeriod Between(DateOnly first, int days, BucketClock clock) =>
        new(first, days, RangeOf(first, days, clock), RangeOf(first.AddDays(-7 * ((days + 6) / 7)), days, clock));

    private static TimeRange RangeOf(DateOnly first, int days, BucketClock clock) => new(clock.DayStart(first), clock.DayStart(first.AddDays(days)));

    private static int? CountOf(string? text) => text is not null && text.StartsWith(CountedDays, StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(CountedDays.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= LongestDays
            ? days : null;
}
