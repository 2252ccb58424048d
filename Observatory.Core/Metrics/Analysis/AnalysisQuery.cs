using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>A question to the values of one metric in a range.</summary>
public sealed record AnalysisQuery
{
    /// <summary>Of the catalogue, or one that was sent.</summary>
    public required string Metric { get; init; }

    public required TimeRange Range { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Hours or days.</summary>
    public required Interval Interval { get; init; }

    public MetricsFilter Filter { get; init; } = MetricsFilter.None;
}

/// <summary>What a series says beyond its values. Only complete buckets are looked at. Thread-safe.</summary>
public interface IAnalysis
{
    /// <exception cref="Query.UnknownMetricException">No metric of the catalogue, and none that was sent.</exception>
    /// <exception cref="TooManyValuesException">More values than one answer may look at.</exception>
    Task<StatisticsFigures> GetStatisticsAsync(AnalysisQuery query, CancellationToken cancel = default);

    /// <inheritdoc cref="GetStatisticsAsync"/>
    Task<TrendFigures> GetTrendsAsync(AnalysisQuery query, CancellationToken cancel = default);

    /// <summary>Every metric with every other; 2 to 12 of them, in the order that they are given.</summary>
    /// <inheritdoc cref="GetStatisticsAsync"/>
    Task<CorrelationFigures> GetCorrelationsAsync(IReadOnlyList<string> metrics, AnalysisQuery query, CancellationToken cancel = default);

    /// <summary>Why the metric is not what it was in the period of the same length before.</summary>
    /// <inheritdoc cref="GetStatisticsAsync"/>
    Task<ExplainFigures> ExplainAsync(AnalysisQuery query, CancellationToken cancel = default);

    /// <summary>What was unusual in many series, newest first.</summary>
    /// <inheritdoc cref="GetStatisticsAsync"/>
    Task<IReadOnlyList<AnomalyFigures>> GetAnomaliesAsync(AnomaliesQuery query, CancellationToken cancel = default);

    /// <summary>Every bucket of the range with what is usual for it, the one that is not over included.</summary>
    /// <inheritdoc cref="GetStatisticsAsync"/>
    Task<SeriesPicture> GetPictureAsync(AnalysisQuery query, CancellationToken cancel = default);

    /// <summary>The few differences to the period before that are unlikely and large, and cost most.</summary>
    /// <inheritdoc cref="GetStatisticsAsync"/>
    Task<ChangeReport> GetChangesAsync(MetricsQuery query, CancellationToken cancel = default);
}
