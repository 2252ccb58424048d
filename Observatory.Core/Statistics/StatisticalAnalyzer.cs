using Observatory.Core.Statistics.Anomalies;

namespace Observatory.Core.Statistics;

public enum TrendDirection
{
    Increasing,
    Decreasing,
    Stable,
}

/// <summary>All that is asked of one series.</summary>
public sealed record TrendQuestion
{
    /// <summary>Complete buckets until now, from eight weeks before the range on.</summary>
    public required SeriesToJudge Series { get; init; }

    /// <summary>Start of the range, Unix ms.</summary>
    public required long From { get; init; }

    /// <summary>Its end, exclusive.</summary>
    public required long To { get; init; }

    /// <summary>Complete days of the range with their values, on the scale of a bucket, in order; a day without a value is left out.</summary>
    public required IReadOnlyList<(DateOnly Date, double Value)> Days { get; init; }

    /// <summary>Buckets to forecast, in order; empty = no forecast.</summary>
    public IReadOnlyList<SeriesBucket> Future { get; init; } = [];

    /// <summary>False while the series is too young for a trend.</summary>
    public required bool IsOldEnough { get; init; }
}

/// <param name="Trend">Null = fewer days than it takes.</param>
/// <param name="Growth">Change a day as a share of the mean; 0 where there is no trend.</param>
/// <param name="ChangePoints">Days on which a new level begins, with the levels.</param>
public sealed record TrendAnalysis(
    TrendDirection Direction, MannKendall? Trend, double Growth, IReadOnlyList<SeasonalPeriod> Seasonality, IReadOnlyList<Episode> Anomalies,
    IReadOnlyList<(DateOnly Date, double Before, double After)> ChangePoints, IReadOnlyList<ForecastPoint> Forecast);

/// <summary>Numbers in, what can be said of them out. Pure: no clock, no chance, the same answer everywhere.</summary>
public static class StatisticalAnalyzer
{
    /// <summary>Complete days that a trend and a forecast want.</summary>
    public const int TrendDays = 21;
    private const double Level = 0.05;
    private const int Week = 7;

    /// <inheritdoc cref="Summary.Of"/>
    public static Summary? CalculateSummary(ReadOnlySpan<double> values) => Summary.Of(values);

    /// <inheritdoc cref="MovingAverages.Simple"/>
    public static IReadOnlyList<double?> CalculateMovingAverage(IReadOnlyList<double?> values, int window) => MovingAverages.Simple(values, window);

    /// <inheritdoc cref="MovingAverages.Exponential"/>
    public static IReadOnlyList<double?> CalculateExponentialAverage(IReadOnlyList<double?> values, double weight) =>
        MovingAverages.Exponential(values, weight);

    /// <inheritdoc cref="AnomalyLadder.Judge"/>
    public static IReadOnlyList<Episode> DetectAnomalies(SeriesToJudge series, long from, Thresholds? thresholds = null) =>
        AnomalyLadder.Judge(series, from, thresholds);

    public static TrendAnalysis AnalyzeTrend(TrendQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var series = question.Series;
        var inside = series.Buckets.Where(b => b.Range.Start >= question.From && b.Range.End <= question.To).ToList();
        var trend = question.IsOldEnough && question.Days.Count >= TrendDays ? TrendOf(question.Days) : null;
        var direction = trend is null || trend.PValue > Level ? TrendDirection.Stable : trend.Z > 0 ? TrendDirection.Increasing : TrendDirection.Decreasing;
        var changes = Statistics.ChangePoints.Of(question.Days);
        var growth = GrowthOf(question, direction, trend);
        return new TrendAnalysis(
            direction, trend, growth, Seasonality.Of(inside, series.Hourly), AnomalyLadder.Judge(series, question.From),
            [.. changes.Select(c => (question.Days[c.At].Date, c.Before, c.After))],
            question.IsOldEnough ? Forecast.Of(series, question.Future, growth) : []);
    }

    /// <summary>By weekday; a day without a value is a gap.</summary>
    public static MannKendall TrendOf(IReadOnlyList<(DateOnly Date, double Value)> days)
    {
        ArgumentNullException.ThrowIfNull(days);
        if (days.Count == 0) return MannKendall.Of([], Week, standsCorrelation: true);
        var values = new double[days[^1].Date.DayNumber - days[0].Date.DayNumber + 1];
        Array.Fill(values, double.NaN);
        foreach (var (date, value) in days) values[date.DayNumber - days[0].Date.DayNumber] = value;
        return MannKendall.Of(values, Week, standsCorrelation: true);
    }

    private static double GrowthOf(TrendQuestion question, TrendDirection direction, MannKendall? trend)
    {
        if (direction == TrendDirection.Stable || trend?.Slope is not { } slope) return 0;
        var mean = question.Days.TakeLast(UsualProfile.LongestHistory).Average(d => d.Value);
        return mean <= 0 ? 0 : slope / mean;
    }
}
