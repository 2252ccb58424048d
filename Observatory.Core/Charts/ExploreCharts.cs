using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;

namespace Observatory.Core.Charts;

/// <summary>How groups are drawn.</summary>
public enum GroupDrawing
{
    Bars,
    Lines,

    /// <summary>Of all of a bucket.</summary>
    Share,
}

/// <summary>A group of an answer, ready to be drawn.</summary>
/// <param name="Color">Design token.</param>
public sealed record DrawnGroup(string Name, string Color, IReadOnlyList<double?> Values);

/// <summary>Any metric by any dimension over time, and formulas of them.</summary>
public static class ExploreCharts
{
    /// <param name="groups">In stacking order, from the base.</param>
    /// <param name="before">The same buckets of the time before, of all groups together; null = no comparison.</param>
    public static ChartConfiguration Groups(
        MetricDefinition metric, MetricAnswer answer, IReadOnlyList<DrawnGroup> groups, GroupDrawing drawing, ChartFrame frame, string title,
        (string Name, IReadOnlyList<double?> Values, IReadOnlyList<(long Start, long End)> Buckets)? before)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(frame);
        var scale = TrendCharts.ScaleOf(metric);
        var isShare = drawing == GroupDrawing.Share;
        var sums = answer.Buckets.Select((_, i) => groups.Sum(g => g.Values[i] ?? 0)).ToList();
        double? Value(DrawnGroup group, int i) => !isShare ? group.Values[i] * scale : sums[i] > 0 ? (group.Values[i] ?? 0) / sums[i] * 100 : null;
        var series = groups.Select(g => new ChartSeries
        {
            Name = g.Name, Color = g.Color, Type = drawing == GroupDrawing.Lines ? "line" : null,
            Data = [.. answer.Buckets.Select((b, i) => new ChartPoint(b.Start, Value(g, i)) { Metadata = Of(b, frame) })],
        }).ToList();
        if (before is { } old && !isShare && old.Values.Any(v => v is > 0)) series.Add(Before(old, answer, scale));
        return new ChartConfiguration
        {
            Title = title, Type = "bar", Series = series, XAxis = new ChartAxis { Type = "datetime" },
            YAxis = new ChartAxis
            {
                Type = "numeric", Title = isShare ? "percent of all" : TrendCharts.AxisTitle(metric, frame),
                Unit = isShare ? ChartUnits.Percent : TrendCharts.UnitOf(metric),
            },
            Options = Options(answer, frame) with { Stacked = drawing != GroupDrawing.Lines },
        };
    }

    /// <summary>A formula of metrics over time, on an axis of its own.</summary>
    public static ChartConfiguration OfFormula(string name, string unit, MetricAnswer answer, IReadOnlyList<double?> values, ChartFrame frame)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(frame);
        return new ChartConfiguration
        {
            Title = name, Type = "line", XAxis = new ChartAxis { Type = "datetime" }, YAxis = new ChartAxis { Type = "numeric", Title = name, Unit = unit },
            Series =
            [
                new ChartSeries
                {
                    Name = name, Color = "text", Type = "line",
                    Data = [.. answer.Buckets.Select((b, i) => new ChartPoint(b.Start, values[i]) { Metadata = Of(b, frame) })],
                },
            ],
            Options = Options(answer, frame),
        };
    }

    private static ChartSeries Before(
        (string Name, IReadOnlyList<double?> Values, IReadOnlyList<(long Start, long End)> Buckets) old, MetricAnswer answer, double scale) => new()
        {
            Name = old.Name, Color = "s-previous", Type = "line", Comparison = true,
            Data =
            [
                .. answer.Buckets.Select((b, i) => new ChartPoint(b.Start, i < old.Values.Count ? old.Values[i] * scale : null)
                {
                    Metadata = i < old.Buckets.Count ? new ChartPointMetadata(old.Buckets[i].Start, old.Buckets[i].End, false) : null,
                }),
            ],
        };

    private static ChartOptions Options(MetricAnswer answer, ChartFrame frame) => new()
    {
        Zone = frame.Zone.Id, Interval = frame.IntervalName,
        Running = answer.Buckets.Count > 0 && answer.Buckets[^1].Contains(frame.Now),
    };

    private static ChartPointMetadata Of(Time.TimeRange bucket, ChartFrame frame) => new(bucket.Start, bucket.End, bucket.End > frame.Now);
}
