using Observatory.Core.Metrics;
using Observatory.Core.Time;

namespace Observatory.Web.Components.Shared;

/// <summary>The length of the bars that a reader chose, in an address and for a range.</summary>
public static class BarLengths
{
    /// <summary>More bars than this are no chart; a choice that would make them is passed over.</summary>
    private const int MostBars = 800;

    public static IReadOnlyList<(Interval? Interval, string Title)> Choices { get; } =
        [(null, "Automatic"), (Interval.Day, "Days"), (Interval.Week, "Weeks"), (Interval.Month, "Months")];

    /// <summary>Null = none, or none that is known.</summary>
    public static Interval? Read(string? text) => Intervals.Parse(text) is { } interval && Choices.Any(c => c.Interval == interval) ? interval : null;

    public static string? Write(Interval? interval) => interval is { } chosen ? Intervals.NameOf(chosen) : null;

    public static Interval For(Interval? chosen, TimeRange range)
    {
        if (chosen is not { } interval || range.Length <= BucketClock.Day) return MetricsQuery.Readable(range);
        return interval == Interval.Day && range.Length > MostBars * BucketClock.Day ? MetricsQuery.Readable(range) : interval;
    }
}
