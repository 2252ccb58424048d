using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>
/// One question: metrics × group by × filters × range × interval × comparison. What is asked together is answered from one snapshot
/// (<see cref="IMetricQueries"/>).
/// </summary>
public sealed record MetricRequest
{
    /// <summary>Names of the catalogue, or of metrics that were sent. The first decides which groups are the largest.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    public required TimeRange Range { get; init; }

    /// <summary>Cuts the range into hours, days, weeks and months.</summary>
    public required TimeZoneInfo Zone { get; init; }

    public MetricsFilter Filter { get; init; } = MetricsFilter.None;

    /// <summary>
    /// Values that a dimension or a tag must have; those of one name are alternatives. A metric that does not have it lets nothing through.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Tags { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>A dimension or a tag; null = all together.</summary>
    public string? GroupBy { get; init; }

    /// <summary>Length of the buckets; null = one for the whole range.</summary>
    public Interval? Interval { get; init; }

    /// <summary>Groups that stand for themselves; the others become one.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>
    /// How values of a bucket become one, of metrics that were sent. Those of the catalogue have their own; of a mean, percentiles can be asked for.
    /// </summary>
    public SeriesAggregation Aggregation { get; init; }

    /// <summary>Answer for the period before as well (<see cref="TimeRange.Before"/>).</summary>
    public bool Compare { get; init; }
}

/// <param name="Metrics">As they were asked for.</param>
/// <param name="Buckets">In order; the first may begin before the range and the last end behind it. One, the range itself, without an interval.</param>
/// <param name="Groups">The largest first, then the others together, then those without a value. Only such as have any.</param>
/// <param name="IsTruncated">Groups were put together as others.</param>
/// <param name="Before">Of the period before, where it was asked for.</param>
public sealed record MetricAnswer(
    IReadOnlyList<Catalogue.MetricDefinition> Metrics, IReadOnlyList<TimeRange> Buckets, IReadOnlyList<MetricGroup> Groups, bool IsTruncated,
    MetricAnswer? Before)
{
    /// <summary>Of the whole range without grouping; null where there is nothing.</summary>
    public double? Value(int metric) => Groups.Count == 0 ? null : Groups[0].Totals[metric];
}

public enum GroupKind
{
    /// <summary>It was not grouped.</summary>
    All,

    Named,

    /// <summary>Those beyond the limit together.</summary>
    Others,

    /// <summary>Without a value of the dimension.</summary>
    None,
}

/// <param name="Name">Of a named group.</param>
/// <param name="Totals">Over the range, one a metric.</param>
/// <param name="Values">One a metric and bucket; null = nothing there.</param>
public sealed record MetricGroup(GroupKind Kind, string? Name, IReadOnlyList<double?> Totals, IReadOnlyList<IReadOnlyList<double?>> Values)
{
    /// <summary>By bucket: there are rows, of too few people. Null = nothing is withheld from the asker.</summary>
    public IReadOnlyList<bool>? Withheld { get; init; }
}
