using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;

namespace Observatory.Core.Metrics.Analysis;

/// <param name="Summary">Null = there is no complete bucket with a value.</param>
/// <param name="Outliers">In order of time.</param>
public sealed record StatisticsFigures(MetricDefinition Metric, Summary? Summary, IReadOnlyList<(DateTimeOffset Timestamp, double Value)> Outliers);

public enum SeriesStatus
{
    /// <summary>No value in the range.</summary>
    Empty,

    /// <summary>Too young for any verdict.</summary>
    Learning,

    Ok,
}

/// <param name="CompleteDays">Since the first value of all.</param>
/// <param name="NeededDays">For the next thing that the series is too young for; the last of them once it is old enough.</param>
/// <param name="Trend">Null = too young, or the range is too short.</param>
public sealed record TrendFigures(
    MetricDefinition Metric, SeriesStatus Status, int CompleteDays, int NeededDays, TrendDirection Direction, MannKendall? Trend,
    IReadOnlyList<SeasonalPeriod> Seasonality, IReadOnlyList<AnomalyFigures> Anomalies, IReadOnlyList<ChangeFigures> ChangePoints,
    IReadOnlyList<ForecastFigures> Forecast);

/// <param name="Timestamp">Start of the first day of the new level.</param>
public sealed record ChangeFigures(DateTimeOffset Timestamp, double Before, double After);

public sealed record ForecastFigures(DateTimeOffset Timestamp, double Value, double Low, double High);

/// <param name="Id">The same in every answer and on every store.</param>
/// <param name="Metric">Name.</param>
/// <param name="Filter">Of the series that it is in.</param>
/// <param name="End">Exclusive.</param>
/// <param name="Value">Sum over the episode; of means and rates that of its wildest bucket.</param>
/// <param name="Usual">The same, as expected.</param>
/// <param name="Reason">A sentence with numbers.</param>
/// <param name="Contributions">Of each dimension they sum to <c>Value − Usual</c>.</param>
/// <param name="IsExpected">A reader said so.</param>
public sealed record AnomalyFigures(
    string Id, string Metric, MetricsFilter Filter, DateTimeOffset Start, DateTimeOffset End, AnomalyKind Kind, AnomalySeverity Severity, double Value,
    double Usual, double Low, double High, double Probability, string Reason, IReadOnlyList<Contribution> Contributions, bool IsExpected);

/// <summary>What one value of a dimension has to do with a difference.</summary>
/// <param name="Name">Null for what has no value; <c>others</c> for the small ones together.</param>
/// <param name="Usual">Before, or as expected.</param>
public sealed record Contribution(string Dimension, string? Name, double Value, double Usual)
{
    public double Delta => Value - Usual;
}

/// <param name="Pearson">By row and column; null where one of the two does not move.</param>
/// <param name="Count">Buckets.</param>
public sealed record CorrelationFigures(IReadOnlyList<string> Metrics, double?[][] Pearson, double?[][] Spearman, int Count);
