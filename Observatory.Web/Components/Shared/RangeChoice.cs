using System.Globalization;
using Observatory.Core.Presentation;
using Observatory.Core.Time;

namespace Observatory.Web.Components.Shared;

/// <summary>A named range, or two local times. Resolved against a zone and now, so that "Last 7 days" moves on by itself.</summary>
/// <param name="Name"><c>today|yesterday|7d|30d|90d|week|month</c>, or null for an absolute range.</param>
/// <param name="From">Local, inclusive.</param>
/// <param name="To">Local, exclusive.</param>
public sealed record RangeChoice(string? Name, DateTime From = default, DateTime To = default)
{
    public const string DefaultName = "30d";

    public static IReadOnlyList<(string Name, string Title)> Presets { get; } =
    [
        ("today", "Today"), ("yesterday", "Yesterday"), ("7d", "Last 7 days"), (DefaultName, "Last 30 days"), ("90d", "Last 90 days"),
        ("week", "This week"), ("month", "This month"),
    ];

    public static RangeChoice Default { get; } = new(DefaultName);

    /// <summary>Null = no range has this name.</summary>
    public static RangeChoice? Named(string? name) => Presets.Any(p => p.Name == name) ? new RangeChoice(name) : null;

    public string? Title => Presets.FirstOrDefault(p => p.Name == Name).Title;

    public bool WholeDays => Name is not null || (From.TimeOfDay == TimeSpan.Zero && To.TimeOfDay == TimeSpan.Zero);

    public TimeRange Resolve(TimeZoneInfo zone, DateTimeOffset now)
    {
        var clock = new BucketClock(zone);
        if (Name is null) return new TimeRange(Instant(clock, From), Instant(clock, To));
        var (first, last) = Days(zone, now);
        return new TimeRange(clock.DayStart(first), clock.DayStart(last.AddDays(1)));
    }

    /// <summary>First and last day, both inclusive.</summary>
    public (DateOnly First, DateOnly Last) Days(TimeZoneInfo zone, DateTimeOffset now)
    {
        var today = Formats.Today(zone, now);
        // Weeks and months run to their end, so that the period before is cut at the same point of its own week or month.
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var month = new DateOnly(today.Year, today.Month, 1);
        return Name switch
        {
            null => (DateOnly.FromDateTime(From), DateOnly.FromDateTime(To.AddTicks(-1))),
            "today" => (today, today),
            "yesterday" => (today.AddDays(-1), today.AddDays(-1)),
            "7d" => (today.AddDays(-6), today),
            "90d" => (today.AddDays(-89), today),
            "week" => (monday, monday.AddDays(6)),
            "month" => (month, month.AddMonths(1).AddDays(-1)),
            _ => (today.AddDays(-29), today),
        };
    }

    /// <summary>Whole days without times; otherwise to the minute.</summary>
    public static RangeChoice Absolute(TimeRange range, TimeZoneInfo zone)
    {
        DateTime Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone).DateTime;
        return new RangeChoice(null, Local(range.StartTime), Local(range.EndTime));
    }

    public IEnumerable<(string Key, string Value)> ToQuery()
    {
        if (Name is not null)
        {
            yield return ("range", Name);
            yield break;
        }
        // A last day is inclusive for people; a last minute is where the range ends.
        yield return ("from", From.ToString(WholeDays ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture));
        yield return ("to", WholeDays
            ? To.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : To.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture));
    }

    /// <summary>Null = the texts are no range.</summary>
    public static RangeChoice? Parse(string? from, string? to)
    {
        if (Moment(from) is not { Year: >= 1970 and < 2100 } first || Moment(to) is not { Year: >= 1970 and < 2100 } last) return null;
        var end = to!.Contains('T', StringComparison.Ordinal) ? last : last.AddDays(1);
        return end > first ? new RangeChoice(null, first, end) : null;
    }

    private static DateTime? Moment(string? text) =>
        DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var value) ? value : null;

    private static long Instant(BucketClock clock, DateTime local)
    {
        if (local.TimeOfDay == TimeSpan.Zero) return clock.DayStart(DateOnly.FromDateTime(local));
        // A time that the clocks skipped means the same distance after the gap.
        if (clock.Zone.IsInvalidTime(local)) local = local.AddHours(1);
        return new DateTimeOffset(local, clock.Zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }
}
