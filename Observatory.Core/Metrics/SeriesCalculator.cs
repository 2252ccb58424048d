using System.Text.Json;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>Answers from the values themselves, so every figure is exact in every zone.</summary>
public sealed class SeriesCalculator(IReadSnapshots snapshots, SeriesQueries queries) : ISeriesFigures
{
    /// <summary>Points of one answer.</summary>
    public const int MaximumPoints = 100_000;

    /// <summary>Values that one answer may look at.</summary>
    public const int MaximumValues = 2_000_000;

    public async Task<SeriesFigures> GetSeriesAsync(SeriesQuery query, CancellationToken cancel = default)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var buckets = new SeriesBuckets(query);
        var groups = new SortedDictionary<string, SeriesGroup>(StringComparer.Ordinal);
        var left = MaximumValues;
        foreach (var series in await queries.SeriesOfAsync(snapshot.Db, query.Metric, cancel).ConfigureAwait(false))
        {
            var tags = JsonSerializer.Deserialize<Dictionary<string, string>>(series.Tags)!;
            if (!query.Tags.All(t => tags.TryGetValue(t.Key, out var value) && t.Value.Contains(value))) continue;
            var name = query.GroupBy is { } by ? tags.GetValueOrDefault(by, "") : "";
            if (!groups.TryGetValue(name, out var group)) groups[name] = group = new SeriesGroup(query.Aggregation);
            left = await AddAsync(snapshot.Db, series.Id, query.Range, buckets, group, left, cancel).ConfigureAwait(false);
        }
        return Answer(query, buckets, groups);
    }

    private async Task<int> AddAsync(ObservatoryContext db, int series, TimeRange range, SeriesBuckets buckets, SeriesGroup group, int left, CancellationToken cancel)
    {
        PointEntity? before = null;
        var isFirst = true;
        await foreach (var point in queries.Points(db, series, range.Start, range.End).WithCancellation(cancel).ConfigureAwait(false))
        {
            if (--left < 0) throw new TooManyValuesException();
            var value = point.Value;
            if (point.StartAt != 0)
            {
                // A running total: what counts is its growth since the last point of the same run.
                if (isFirst) before = await queries.LastBefore(db, series, range.Start).ConfigureAwait(false);
                if (before is not null && before.StartAt == point.StartAt && before.Value <= value) value -= before.Value;
            }
            (before, isFirst) = (point, false);
            group.Add(buckets.IndexOf(point.At), value);
        }
        return left;
    }

    private static SeriesFigures Answer(SeriesQuery query, SeriesBuckets buckets, SortedDictionary<string, SeriesGroup> groups)
    {
        var rows = new List<SeriesRow>();
        var points = 0;
        foreach (var (name, group) in groups)
        {
            var series = Points(query.Fill, buckets, group);
            if (series.Count == 0) continue;
            points += series.Count;
            if (points > MaximumPoints) return new SeriesFigures(rows, true);
            rows.Add(new SeriesRow(query.GroupBy is { } by ? new Dictionary<string, string> { [by] = name } : new Dictionary<string, string>(), series));
        }
        return new SeriesFigures(rows, false);
    }

    private static List<TimeSeriesPoint> Points(SeriesFill fill, SeriesBuckets buckets, SeriesGroup group)
    {
        var points = new List<TimeSeriesPoint>();
        double? last = null;
        for (var i = 0; i < buckets.Count; i++)
        {
            var value = group.ValueOf(i);
            if (value is not null) last = value;
            else if (fill == SeriesFill.None) continue;
            value ??= fill switch { SeriesFill.Zero => 0, SeriesFill.Previous => last, _ => null };
            points.Add(new TimeSeriesPoint(buckets.StartOf(i), value));
        }
        return points;
    }
}

/// <summary>The buckets of a question, in order.</summary>
internal sealed class SeriesBuckets
{
    private readonly BucketClock _clock;
    private readonly List<long> _starts = [];

    public SeriesBuckets(SeriesQuery query)
    {
        _clock = new BucketClock(query.Zone);
        if (query.Interval >= BucketClock.Hour) _starts.AddRange(_clock.Buckets(query.Range, query.Interval == BucketClock.Day ? Granularity.Day : Granularity.Hour).Select(b => b.Start));
        // Minutes are the same in every zone.
        else for (var at = BucketClock.Floor(query.Range.Start, query.Interval); at < query.Range.End; at += query.Interval) _starts.Add(at);
    }

    public int Count => _starts.Count;

    public int IndexOf(long at)
    {
        var index = _starts.BinarySearch(at);
        return index < 0 ? ~index - 1 : index;
    }

    public DateTimeOffset StartOf(int index) => DateTimeOffset.FromUnixTimeMilliseconds(_starts[index]);
}

/// <summary>The values of one series of the answer, by bucket.</summary>
internal sealed class SeriesGroup(SeriesAggregation aggregation)
{
    private readonly Dictionary<int, Bucket> _buckets = [];

    public void Add(int bucket, double value)
    {
        if (!_buckets.TryGetValue(bucket, out var values)) _buckets[bucket] = values = new Bucket { Min = value, Max = value };
        values.Count++;
        values.Sum += value;
        values.Min = Math.Min(values.Min, value);
        values.Max = Math.Max(values.Max, value);
        if (aggregation is SeriesAggregation.P50 or SeriesAggregation.P95 or SeriesAggregation.P99) values.All.Add(value);
    }

    /// <summary>Null where there is no value, or where their sum is beyond all numbers.</summary>
    public double? ValueOf(int bucket)
    {
        if (!_buckets.TryGetValue(bucket, out var values)) return null;
        var value = aggregation switch
        {
            SeriesAggregation.Sum => values.Sum,
            SeriesAggregation.Avg => values.Sum / values.Count,
            SeriesAggregation.Min => values.Min,
            SeriesAggregation.Max => values.Max,
            SeriesAggregation.Count => values.Count,
            SeriesAggregation.P50 => Quantile(values.All, 0.5),
            SeriesAggregation.P95 => Quantile(values.All, 0.95),
            SeriesAggregation.P99 => Quantile(values.All, 0.99),
            _ => throw new InvalidOperationException($"{aggregation} is not known."),
        };
        return double.IsFinite(value) ? value : null;
    }

    /// <summary>With linear interpolation between neighbours.</summary>
    private static double Quantile(List<double> values, double q)
    {
        values.Sort();
        var place = q * (values.Count - 1);
        var (below, above) = (values[(int)place], values[Math.Min((int)place + 1, values.Count - 1)]);
        return below + (above - below) * (place - Math.Floor(place));
    }

    private sealed class Bucket
    {
        public readonly List<double> All = [];
        public long Count;
        public double Sum;
        public double Min;
        public double Max;
    }
}
