using System.Text.Json.Serialization;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>How the values of a bucket become one.</summary>
public enum SeriesAggregation
{
    Sum,
    Avg,
    Min,
    Max,
    Count,
    P50,
    P95,
    P99,
}

/// <summary>What stands where a bucket has no value.</summary>
public enum SeriesFill
{
    /// <summary>Nothing: the bucket is left out.</summary>
    None,
    Null,
    Zero,
    /// <summary>The value before.</summary>
    Previous,
}

/// <summary>A question to one metric, over time.</summary>
public sealed record SeriesQuery
{
    /// <summary>Of the catalogue, or one that was sent.</summary>
    public required string Metric { get; init; }

    public required TimeRange Range { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    public required Interval Interval { get; init; }

    public MetricsFilter Filter { get; init; } = MetricsFilter.None;

    /// <summary>Null = the metric's own. A metric of the catalogue has no other.</summary>
    public SeriesAggregation? Aggregation { get; init; }

    public SeriesFill Fill { get; init; }

    /// <summary>Null = as they are.</summary>
    public Smoothing? Smooth { get; init; }

    /// <summary>Name of a dimension or a tag: one series for each of its values; null = one series of all.</summary>
    public string? GroupBy { get; init; }

    /// <summary>Series that stand for themselves; the others are one. At least 1.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Dimensions or tags that values must have; values of one name are alternatives.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Tags { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public const int DefaultLimit = 25;
}

/// <param name="Unit">Of the values; empty where nobody said.</param>
/// <param name="Aggregation">How the values of a bucket became one.</param>
/// <param name="Series">The largest by name, then the others and those without a value of what was grouped by; empty where there is nothing.</param>
/// <param name="Truncated">Series were put together as others.</param>
public sealed record SeriesFigures(string Unit, SeriesAggregation Aggregation, IReadOnlyList<SeriesRow> Series, bool Truncated);

/// <param name="Tags">What it was grouped by, null for values without; empty without grouping, and for the others.</param>
/// <param name="Name"><c>others</c> or <c>(none)</c>; null for all that have a name of their own.</param>
public sealed record SeriesRow(IReadOnlyDictionary<string, string?> Tags, string? Name, IReadOnlyList<TimeSeriesPoint> Points)
{
    public const string Others = "others";
    public const string None = "(none)";
}

/// <param name="Withheld">True = there is something, of too few people; else null.</param>
public sealed record TimeSeriesPoint(
    DateTimeOffset Timestamp, double? Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Withheld = null);

/// <summary>Values of metrics, over time.</summary>
public interface ISeriesFigures
{
    /// <exception cref="Query.UnknownMetricException">No metric of the catalogue, and none that was sent.</exception>
    /// <exception cref="WrongAggregationException">The metric has another of its own.</exception>
    /// <exception cref="TooManyValuesException">More values than one answer may look at.</exception>
    /// <exception cref="IntervalTooFineException">Sums of the range are of longer buckets.</exception>
    Task<SeriesFigures> GetSeriesAsync(SeriesQuery query, CancellationToken cancel = default);
}

public sealed class TooManyValuesException() : Exception("The range holds more values than one answer may look at.");

/// <param name="metric">Name.</param>
/// <param name="own">What it takes.</param>
public sealed class WrongAggregationException(string metric, IReadOnlyList<SeriesAggregation> own) : Exception(
    $"{metric} takes {string.Join(" or ", own.Select(a => a.ToString().ToLowerInvariant()))} only");

/// <summary>The range has days whose rows are gone, and their sums are of longer buckets.</summary>
/// <param name="finest">That the whole range has.</param>
public sealed class IntervalTooFineException(Time.Interval finest) : Exception(
    $"Some of the range is kept by {Time.Intervals.NameOf(finest)} only")
{
    public Time.Interval Finest => finest;
}
