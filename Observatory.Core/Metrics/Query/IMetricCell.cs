using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Statistics;

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

/// <summary>Times to the first answer.</summary>
internal sealed class AnswerCell : IMetricCell
{
    private const double Rank = 0.95;

    public QuantileSketch Times { get; } = new();

    public IMetricCell New() => new AnswerCell();

    public void Merge(IMetricCell other) => Times.Add(((AnswerCell)other).Times);

    /// <summary>Seconds.</summary>
    public double? ValueOf(MetricDefinition metric) => Times.Quantile(Rank) / 1000;
}

/// <summary>Values that were sent.</summary>
internal sealed class SeriesCell(SeriesAggregation aggregation) : IMetricCell
{
    private readonly List<double> _all = [];
    private long _count;
    private double _sum;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;

    private bool KeepsAll => aggregation is SeriesAggregation.P50 or SeriesAggregation.P95 or SeriesAggregation.P99;

    public void Add(double value)
    {
        _count++;
        _sum += value;
        _min = Math.Min(_min, value);
        _max = Math.Max(_max, value);
        if (KeepsAll) _all.Add(value);
    }

    public IMetricCell New() => new SeriesCell(aggregation);

    public void Merge(IMetricCell other)
    {
        var more = (SeriesCell)other;
        _count += more._count;
        _sum += more._sum;
        _min = Math.Min(_min, more._min);
        _max = Math.Max(_max, more._max);
        _all.AddRange(more._all);
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

    /// <summary>With linear interpolation between neighbours.</summary>
    private double Quantile(double q)
    {
        _all.Sort();
        var place = q * (_all.Count - 1);
        var (below, above) = (_all[(int)place], _all[Math.Min((int)place + 1, _all.Count - 1)]);
        return below + (above - below) * (place - Math.Floor(place));
    }
}
