using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Presentation;
using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Core.Charts;

/// <summary>A series with what is usual, where it goes, what stood out and what comes next.</summary>
public static class TrendCharts
{
    /// <param name="anomalies">In the order of their numbers, from 1.</param>
    /// <param name="selected">Id of the one that the page explains; null = none.</param>
    public static ChartConfiguration Of(
        SeriesPicture picture, TrendFigures trends, IReadOnlyList<AnomalyFigures> anomalies, ChartFrame frame, Formats format, string? selected)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(trends);
        ArgumentNullException.ThrowIfNull(anomalies);
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(format);
        var unit = UnitOf(picture.Metric);
        var scale = ScaleOf(picture.Metric);
        var buckets = Buckets(picture, trends, frame);
        var places = buckets.Select((b, i) => (b.Range.Start, i)).ToDictionary(b => b.Start, b => b.i);
        var forecast = trends.Forecast.Where(f => places.ContainsKey(f.Timestamp.ToUnixTimeMilliseconds()))
            .ToDictionary(f => places[f.Timestamp.ToUnixTimeMilliseconds()]);
        var series = new List<ChartSeries>
        {
            Line(picture.Metric.Title, "s-input", buckets, (b, _) => b.IsComplete ? b.Value * scale : null),
        };
        if (LineOf(buckets, trends) is { } straight) series.Add(Line("Trend", "text", buckets, (_, i) => straight(i) * scale));
        var next = Line("Forecast", "s-forecast", buckets, (_, i) => forecast.GetValueOrDefault(i)?.Value * scale) with { Dashed = true };
        if (forecast.Count > 0) series.Add(next);
        var open = buckets.FindIndex(b => b is { IsComplete: false, Value: not null } && b.Range.Start <= frame.Now);
        var marks = anomalies.Select((a, i) => MarkOf(a, i + 1, buckets, scale)).OfType<ChartMark>().ToList();
        if (open >= 0) marks.Add(new ChartMark { First = open, Last = open, Y = buckets[open].Value!.Value * scale, Shape = "open", Level = "low" });
        return new ChartConfiguration
        {
            Title = $"What happens to {Noun(picture.Metric)}, and what stands out?", Type = "line", Series = series,
            XAxis = new ChartAxis { Type = "datetime" },
            YAxis = new ChartAxis { Type = "numeric", Title = AxisTitle(picture.Metric, frame), Unit = unit },
            Options = new ChartOptions
            {
                Zone = frame.Zone.Id, Interval = frame.IntervalName, Running = open >= 0,
                Selected = anomalies.FirstOrDefault(a => a.Id == selected) is { } one ? Place(buckets, one.Start.ToUnixTimeMilliseconds()) : null,
            },
            Bands =
            [
                new ChartBand
                {
                    Name = "Usual range", Color = "primary", Low = [.. buckets.Select(b => b.Low * scale)], High = [.. buckets.Select(b => b.High * scale)],
                },
                .. forecast.Count == 0 ? (ChartBand[])[] :
                [
                    new ChartBand
                    {
                        Name = "Forecast range", Color = "s-forecast", Low = [.. buckets.Select((_, i) => forecast.GetValueOrDefault(i)?.Low * scale)],
                        High = [.. buckets.Select((_, i) => forecast.GetValueOrDefault(i)?.High * scale)],
                    },
                ],
            ],
            Marks = marks,
            Moments = [.. trends.ChangePoints.Select(c => MomentOf(c, buckets, picture.Metric, frame, format)).OfType<ChartMoment>()],
        };
    }

    /// <summary>Of a figure, as charts write it.</summary>
    public static string UnitOf(MetricDefinition metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return metric.Unit switch
        {
            Units.Usd => ChartUnits.Usd, Units.Seconds => ChartUnits.Seconds, Units.Milliseconds => ChartUnits.Milliseconds,
            Units.Rate or Units.Percent => ChartUnits.Percent, _ => ChartUnits.Count,
        };
    }

    /// <summary>Rates are drawn as percentages.</summary>
    public static double ScaleOf(MetricDefinition metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return metric.Unit == Units.Rate ? 100 : 1;
    }

    /// <summary>Inside a sentence.</summary>
    public static string Noun(MetricDefinition metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var title = metric.Title;
        return title.Length > 1 && char.IsUpper(title[1]) ? title : char.ToLowerInvariant(title[0]) + title[1..];
    }

    /// <summary>"tokens per day"; of what does not add up the unit alone.</summary>
    public static string AxisTitle(MetricDefinition metric, ChartFrame frame)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(frame);
        var unit = metric.Unit switch { Units.Usd => "US dollars", Units.Rate or Units.Percent => "percent", "" => Noun(metric), _ => metric.Unit };
        return metric.Aggregation is MetricAggregation.Ratio or MetricAggregation.Percentile ? unit : $"{unit} {frame.Per}";
    }

    /// <summary>Those of the range, and those of the forecast where it goes on from there.</summary>
    private static List<PictureBucket> Buckets(SeriesPicture picture, TrendFigures trends, ChartFrame frame)
    {
        var buckets = picture.Buckets.ToList();
        if (buckets.Count == 0 || trends.Forecast.Count == 0) return buckets;
        var clock = new BucketClock(frame.Zone);
        var first = trends.Forecast[0].Timestamp.ToUnixTimeMilliseconds();
        // A range that ended long ago has a hole between itself and what comes next.
        if (first > buckets[^1].Range.End) return buckets;
        foreach (var point in trends.Forecast)
        {
            var start = point.Timestamp.ToUnixTimeMilliseconds();
            if (start < buckets[^1].Range.End) continue;
            var end = frame.Interval == Interval.Hour ? start + BucketClock.Hour : clock.DayStart(clock.DateOf(start).AddDays(1));
            buckets.Add(new PictureBucket(new TimeRange(start, end), null, false, null, null, null));
        }
        return buckets;
    }

    private static ChartSeries Line(string name, string color, List<PictureBucket> buckets, Func<PictureBucket, int, double?> value) => new()
    {
        Name = name, Color = color, Type = "line",
        Data = [.. buckets.Select((b, i) => new ChartPoint(b.Range.Start, value(b, i))
        {
            Metadata = new ChartPointMetadata(b.Range.Start, b.Range.End, !b.IsComplete),
        })],
    };

    /// <summary>The straight line of a trend that is no chance, through the middle of the values; null where there is none.</summary>
    private static Func<int, double?>? LineOf(List<PictureBucket> buckets, TrendFigures trends)
    {
        if (trends.Direction == TrendDirection.Stable || trends.Trend?.Slope is not { } slope) return null;
        double DayOf(int i) => (buckets[i].Range.Start - buckets[0].Range.Start) / (double)BucketClock.Day;
        var known = Enumerable.Range(0, buckets.Count).Where(i => buckets[i] is { IsComplete: true, Value: not null }).ToList();
        if (known.Count == 0) return null;
        // Through the means: the line says the level of all days, weekends too.
        var level = known.Average(i => buckets[i].Value!.Value) - slope * known.Average(DayOf);
        var last = known[^1];
        return i => i > last ? null : Math.Max(0, level + slope * DayOf(i));
    }

    private static ChartMark? MarkOf(AnomalyFigures anomaly, int number, List<PictureBucket> buckets, double scale)
    {
        var first = Place(buckets, anomaly.Start.ToUnixTimeMilliseconds());
        var last = Place(buckets, anomaly.End.ToUnixTimeMilliseconds() - 1);
        if (first is null && last is null) return null;
        var (from, to) = (first ?? 0, last ?? buckets.Count - 1);
        var inside = Enumerable.Range(from, to - from + 1).Where(i => buckets[i].Value is not null).ToList();
        var isLow = anomaly.Kind is AnomalyKind.Dip or AnomalyKind.Dead;
        var value = inside.Count == 0 ? 0 : isLow ? inside.Min(i => buckets[i].Value!.Value) : inside.Max(i => buckets[i].Value!.Value);
        return new ChartMark
        {
            First = from, Last = to, Y = anomaly.Kind == AnomalyKind.NewValue ? 0 : value * scale,
            Shape = anomaly.Kind switch
            {
                AnomalyKind.NewValue => "new", AnomalyKind.Dead => "dead", _ => from == to ? "point" : "run",
            },
            Level = anomaly.IsExpected ? "expected" : anomaly.Severity.ToString().ToLowerInvariant(),
            Label = number.ToString(System.Globalization.CultureInfo.InvariantCulture), Title = anomaly.Reason,
        };
    }

    private static ChartMoment? MomentOf(ChangeFigures change, List<PictureBucket> buckets, MetricDefinition metric, ChartFrame frame, Formats format)
    {
        if (Place(buckets, change.Timestamp.ToUnixTimeMilliseconds()) is not { } index) return null;
        var today = Formats.Today(frame.Zone, DateTimeOffset.FromUnixTimeMilliseconds(frame.Now));
        var date = format.Date(new BucketClock(frame.Zone).DateOf(change.Timestamp.ToUnixTimeMilliseconds()), today);
        return new ChartMoment(index, [$"Change on {date}", $"{MetricText.Of(change.Before, metric, format)} → {MetricText.Of(change.After, metric, format)}"]);
    }

    private static int? Place(List<PictureBucket> buckets, long instant)
    {
        var place = buckets.FindIndex(b => b.Range.Contains(instant));
        return place < 0 ? null : place;
    }
}
