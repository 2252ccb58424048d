using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Storage.Readers;
using Observatory.Core.Time;

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
/// <param name="Mark">The word of a reader that it is expected; null = nobody said so.</param>
public sealed record AnomalyFigures(
    string Id, string Metric, MetricsFilter Filter, DateTimeOffset Start, DateTimeOffset End, AnomalyKind Kind, AnomalySeverity Severity, double Value,
    double Usual, double Low, double High, double Probability, string Reason, IReadOnlyList<Contribution> Contributions, AnomalyMark? Mark)
{
    public bool IsExpected => Mark is not null;
}

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

/// <summary>A bucket as a picture of the series shows it.</summary>
/// <param name="Value">Null = there is none. What is not over shows what came until now.</param>
/// <param name="IsComplete">Only such are judged.</param>
/// <param name="Usual">Null = too young to say.</param>
/// <param name="Low">Lower end of what 19 of 20 would be.</param>
public sealed record PictureBucket(TimeRange Range, double? Value, bool IsComplete, double? Usual, double? Low, double? High);

/// <param name="IsAdditive">Values of buckets add up.</param>
public sealed record SeriesPicture(MetricDefinition Metric, bool IsAdditive, IReadOnlyList<PictureBucket> Buckets);

/// <summary>A difference between two periods that is worth a word.</summary>
/// <param name="Dimension">That the name belongs to; null = of all together.</param>
/// <param name="Name">Null together with a dimension = what has no name.</param>
/// <param name="Current">Null = there is no value: a rate of nothing.</param>
/// <param name="Money">What it has to do with cost, USD; null where nobody knows.</param>
/// <param name="Probability">Of a difference at least as large, counting how many were looked at.</param>
/// <param name="Reason">A sentence with numbers.</param>
/// <param name="Contributions">Of each dimension they sum to the difference.</param>
/// <param name="Before">Values of the days before, in order.</param>
/// <param name="Now">Values of the days of the range.</param>
/// <param name="Filter">Leads to it: that of the question, and the name.</param>
public sealed record Finding(
    MetricDefinition Metric, string? Dimension, string? Name, double? Current, double? Previous, double? Money, double Probability, string Reason,
    IReadOnlyList<Contribution> Contributions, IReadOnlyList<double?> Before, IReadOnlyList<double?> Now, MetricsFilter Filter)
{
    public double Delta => (Current ?? 0) - (Previous ?? 0);

    public bool IsNew => Previous is null or 0;

    public bool IsGone => Current is null or 0;
}

/// <param name="Looked">Differences that were looked at.</param>
/// <param name="HistoryDays">Complete days before the range with something in them; fewer than it takes = nothing is said.</param>
/// <param name="Findings">What deserves it first, at most seven.</param>
/// <param name="Compared">The period before, cut as the range is.</param>
public sealed record ChangeReport(int Looked, int HistoryDays, IReadOnlyList<Finding> Findings, TimeRange Compared)
{
    public const int Most = 7;

    /// <summary>Days that a comparison wants.</summary>
    public const int FewestDays = 14;

    public bool IsTooShort => HistoryDays < FewestDays;
}
