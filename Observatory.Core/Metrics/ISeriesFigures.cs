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

/// <summary>A question to the values of one metric.</summary>
public sealed record SeriesQuery
{
    public required string Metric { get; init; }

    public required TimeRange Range { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Milliseconds of a bucket: 1, 5, 15 minutes, an hour; a whole day is one of the zone.</summary>
    public required long Interval { get; init; }

    public SeriesAggregation Aggregation { get; init; }

    public SeriesFill Fill { get; init; }

    /// <summary>Name of a tag: one series for each of its values; null = one series of all.</summary>
    public string? GroupBy { get; init; }

    /// <summary>Tags that a series must have; values of one name are alternatives.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Tags { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <param name="Series">By tag value; empty for a metric that nobody sent.</param>
/// <param name="Truncated">There are more points than one answer holds; whole series are left out at the end.</param>
public sealed record SeriesFigures(IReadOnlyList<SeriesRow> Series, bool Truncated);

/// <param name="Tags">The tag that it was grouped by; empty without grouping.</param>
public sealed record SeriesRow(IReadOnlyDictionary<string, string> Tags, IReadOnlyList<TimeSeriesPoint> Points);

public sealed record TimeSeriesPoint(DateTimeOffset Timestamp, double? Value);

/// <summary>Values of metrics, over time.</summary>
public interface ISeriesFigures
{
    /// <exception cref="TooManyValuesException">More values than one answer may look at.</exception>
    Task<SeriesFigures> GetSeriesAsync(SeriesQuery query, CancellationToken cancel = default);
}

public sealed class TooManyValuesException() : Exception("The range holds more values than one answer may look at.");
