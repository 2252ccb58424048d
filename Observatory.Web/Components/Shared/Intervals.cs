using Observatory.Core.Metrics;
using Observatory.Core.Time;

namespace Observatory.Web.Components.Shared;

/// <summary>The length of the bars that a reader chose, in an address and for a range.</summary>
public static class Intervals
{
    /// <summary>More bars than this are no chart; a choice that would make them is passed over.</summary>
    private const int MostBars = 800;

    public static IReadOnlyList<(Granularity? Interval, string Title)> Choices { get; } =
        [(null, "Automatic"), (Granularity.Day, "Days"), (Granularity.Week, "Weeks"), (Granularity.Month, "Months")];

    /// <summary>Null = none, or none that is known.</summary>
    public static Granularity? Read(string? text) => text switch { "1d" => Granularity.Day, "1w" => Granularity.Week, "1M" => Granularity.Month, _ => null };

    public static string? Write(Granularity? interval) => interval switch { Granularity.Day => "1d", Granularity.Week => "1w", Granularity.Month => "1M", _ => null };

    public static Granularity For(Granularity? chosen, TimeRange range)
    {
        if (chosen is not { } interval || range.Length <= BucketClock.Day) return MetricsQuery.Readable(range);
        return interval == Granularity.Day && range.Length > MostBars * BucketClock.Day ? MetricsQuery.Readable(range) : interval;
    }
}
