using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;

namespace Observatory.Core.Metrics;

/// <summary>One metric over time: a question to <see cref="IMetricQueries"/>, filled and smoothed.</summary>
public sealed class SeriesCalculator(IMetricQueries queries, MetricCatalogue catalogue) : ISeriesFigures
{
    /// <summary>Points of one answer: where there are more, fewer series stand for themselves.</summary>
    public const int MaximumPoints = 100_000;

    /// <summary>Values that one answer may look at.</summary>
    public const int MaximumValues = SeriesReader.MaximumValues;

    public async Task<SeriesFigures> GetSeriesAsync(SeriesQuery query, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var aggregation = AggregationOf(query);
        var buckets = Math.Max(1, query.Range.Length / Time.Intervals.ShortestLength(query.Interval));
        var answers = await queries.AskAsync(
            [
                new MetricRequest
                {
                    Metrics = [query.Metric], Range = query.Range, Zone = query.Zone, Filter = query.Filter, Tags = query.Tags, GroupBy = query.GroupBy,
                    Interval = query.Interval, Aggregation = aggregation, Limit = (int)Math.Max(1, Math.Min(query.Limit, MaximumPoints / buckets)),
                },
            ],
            cancel).ConfigureAwait(false);
        var answer = answers[0];
        // The largest are chosen; they stand by name, so that series keep their places while values move.
        var rows = answer.Groups.OrderBy(g => g.Kind).ThenBy(g => g.Name, StringComparer.Ordinal)
            .Select(g => new SeriesRow(TagsOf(query, g), NameOf(g), Points(query, answer, g))).Where(r => r.Points.Count > 0);
        return new SeriesFigures(answer.Metrics[0].Unit, aggregation, [.. rows], answer.IsTruncated);
    }

    /// <summary>The metric's own where none is asked for. Counts of different ones are counts and, in one bucket, sums.</summary>
    private SeriesAggregation AggregationOf(SeriesQuery query)
    {
        if (catalogue.Find(query.Metric) is not { } metric) return query.Aggregation ?? SeriesAggregation.Sum;
        SeriesAggregation[] own = metric.Aggregation switch
        {
            MetricAggregation.Sum => [SeriesAggregation.Sum],
            MetricAggregation.Distinct => [SeriesAggregation.Count, SeriesAggregation.Sum],
            MetricAggregation.Ratio => [SeriesAggregation.Avg],
            MetricAggregation.Percentile => [SeriesAggregation.P95],
            MetricAggregation.Mean => [SeriesAggregation.Avg, SeriesAggregation.P50, SeriesAggregation.P95, SeriesAggregation.P99],
            _ => throw new InvalidOperationException($"{metric.Aggregation} is not known."),
        };
        var asked = query.Aggregation ?? own[0];
        return own.Contains(asked) ? asked : throw new WrongAggregationException(metric.Name, own);
    }

    private static Dictionary<string, string?> TagsOf(SeriesQuery query, MetricGroup group) => group.Kind switch
    {
        GroupKind.Named => new Dictionary<string, string?> { [query.GroupBy!] = group.Name },
        GroupKind.None => new Dictionary<string, string?> { [query.GroupBy!] = null },
        _ => [],
    };

    private static string? NameOf(MetricGroup group) => group.Kind switch
    {
        GroupKind.Others => SeriesRow.Others,
        GroupKind.None => SeriesRow.None,
        _ => null,
    };

    private static List<TimeSeriesPoint> Points(SeriesQuery query, MetricAnswer answer, MetricGroup group)
    {
        var filled = Filled(query.Fill, group.Values[0]);
        var values = query.Smooth?.Of(filled) ?? filled;
        var points = new List<TimeSeriesPoint>(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            var isWithheld = group.Withheld?[i] == true;
            if (values[i] is null && query.Fill == SeriesFill.None && !isWithheld) continue;
            points.Add(new TimeSeriesPoint(answer.Buckets[i].StartTime, isWithheld ? null : values[i], isWithheld ? true : null));
        }
        return points;
    }

    private static double?[] Filled(SeriesFill fill, IReadOnlyList<double?> values)
    {
        var filled = new double?[values.Count];
        double? last = null;
        for (var i = 0; i < filled.Length; i++)
        {
            if (values[i] is { } value) last = value;
            filled[i] = values[i] ?? fill switch { SeriesFill.Zero => 0, SeriesFill.Previous => last, _ => null };
        }
        return filled;
    }
}
