using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Statistics;
using Observatory.Core.Storage;

namespace Observatory.Core.Metrics.Query;

/// <summary>What was read for one group and one bucket.</summary>
internal interface IMetricCell
{
    /// <summary>An empty one of the same kind.</summary>
    IMetricCell New();

    void Merge(IMetricCell other);

    /// <summary>Null = nothing that the metric could be told from.</summary>
    double? ValueOf(MetricDefinition metric);
}

/// <summary>A plain sum.</summary>
internal sealed class SumCell : IMetricCell
{
    public double Sum { get; set; }

    public IMetricCell New() => new SumCell();

    public void Merge(IMetricCell other) => Sum += ((SumCell)other).Sum;

    public double? ValueOf(MetricDefinition metric) => Sum;
}

/// <summary>A distribution of times.</summary>
/// <param name="rank">The quantile that is asked for, 0–1.</param>
internal sealed class TimeCell(double rank) : IMetricCell
{
    /// <summary>Of times to the first answer.</summary>
    public const double OfAnswers = 0.95;

    /// <summary>Milliseconds.</summary>
    public QuantileSketch Times { get; } = new();

    public IMetricCell New() => new TimeCell(rank);

    public void Merge(IMetricCell other) => Times.Add(((TimeCell)other).Times);

    /// <summary>Seconds, or how many lie above a value.</summary>
    public double? ValueOf(MetricDefinition metric) => metric.Above is { } ms ? Times.CountAbove(ms) : Times.Quantile(rank) / 1000;
}

/// <summary>Values that were sent.</summary>
/// <param name="isExact">Percentiles come from the values themselves; else from a distribution, within 1 %.</param>
internal sealed class SeriesCell(SeriesAggregation aggregation, bool isExact) : IMetricCell
{
    private readonly List<double> _all = [];
    private readonly ValueSketch _values = new();
    private long _count;
    private double _sum;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;

    public static bool IsPercentile(SeriesAggregation aggregation) =>
        aggregation is SeriesAggregation.P50 or SeriesAggregation.P95 or SeriesAggregation.P99;

    public void Add(double value)
    {
        Add(1, value, value, value);
        if (!IsPercentile(aggregation)) return;
        if (isExact) _all.Add(value);
        else _values.Add(value);
    }

    public void Add(SeriesTierRow sum)
    {
        Add(sum.Count, sum.Sum, sum.Min, sum.Max);
        _values.Add(sum.Values);
    }

    public IMetricCell New() => new SeriesCell(aggregation, isExact);

    public void Merge(IMetricCell other)
    {
        var more = (SeriesCell)other;
        Add(more._count, more._sum, more._min, more._max);
        _all.AddRange(more._all);
        _values.Add(more._values);
    }

    /// <summary>Null where there is no value, or where their sum is beyond all numbers.</summary>
    public double? ValueOf(MetricDefinition metric)
    {
        if (_count == 0) return null;
        var value = aggregation switch
        {
            SeriesAggregation.Sum => _sum,
            SeriesAggregation.Avg => _sum / _count,
            SeriesAggregation.Min => _min,
            SeriesAggregation.Max => _max,
            SeriesAggregation.Count => _count,
            SeriesAggregation.P50 => Quantile(0.5),
            SeriesAggregation.P95 => Quantile(0.95),
            SeriesAggregation.P99 => Quantile(0.99),
            _ => throw new InvalidOperationException($"{aggregation} is not known."),
        };
        return double.IsFinite(value) ? value : null;
    }

    private void Add(long count, double sum, double min, double max)
    {
        _count += count;
        _sum += sum;
        _min = Math.Min(_min, min);
        _max = Math.Max(_max, max);
    }

    /// <summary>Of values with linear interpolation between neighbours; of a distribution by nearest rank.</summary>
    private double Quantile(double q)
    {
        if (!isExact) return Math.Clamp(_values.Quantile(q) ?? double.NaN, _min, _max);
        _all.Sort();
        var place = q * (_all.Count - 1);
        var (below, above) = (_all[(int)place], _all[Math.Min((int)place + 1, _all.Count - 1)]);
        return below + (above - below) * (place - Math.Floor(place));
    }
}
