using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Statistics;
using Observatory.Core.Time;

namespace Observatory.Web.Api;

internal static class StatisticsApi
{
    public static void MapStatistics(this RouteGroupBuilder analytics)
    {
        analytics.MapGet("/statistics", GetStatisticsAsync).WithTags("Statistics").WithName("GetStatistics")
            .WithSummary("Mean, median, spread, percentiles and outliers of a metric's complete buckets.");
        analytics.MapGet("/correlations", GetCorrelationsAsync).WithTags("Statistics").WithName("GetCorrelations")
            .WithSummary("How metrics go together, each with each, over the complete buckets of the range.");
    }

    private static async Task<Results<Ok<StatisticsAnswer>, ProblemHttpResult>> GetStatisticsAsync(
        [AsParameters] AnalysisParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        new ParameterReader(parameters.Request, parameters.Clock).TryReadAnalysis(null, out var query, out var problem)
            ? await AnalysisAnswers.AskAsync(async () => new StatisticsAnswer(query, await analytics.GetStatisticsAsync(query, cancel))) : problem;

    private static async Task<Results<Ok<CorrelationsAnswer>, ProblemHttpResult>> GetCorrelationsAsync(
        [AsParameters] CorrelationParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        new ParameterReader(parameters.Request, parameters.Clock).TryReadCorrelations(out var metrics, out var query, out var problem)
            ? await AnalysisAnswers.AskAsync(async () => new CorrelationsAnswer(await analytics.GetCorrelationsAsync(metrics, query, cancel)), "metrics")
            : problem;
}

internal sealed class CorrelationParameters : RangeParameters
{
    [FromQuery(Name = "metrics"), Description("2 to 12 names of metrics, parted by commas.")]
    public string? Metrics { get; init; }

    [FromQuery(Name = "interval"), Description("1h or 1d, of the zone. Default: 1h up to 48 hours, else 1d. Only complete buckets count.")]
    public string? Interval { get; init; }
}

internal sealed class StatisticsAnswer(AnalysisQuery query, StatisticsFigures figures)
{
    private readonly Summary? _summary = figures.Summary;

    public string Metric => query.Metric;
    public string Unit => figures.Metric.Unit;
    public string Interval => Intervals.NameOf(query.Interval);
    /// <summary>Buckets used.</summary>
    public long Count => _summary?.Count ?? 0;
    public double? Sum => _summary?.Sum;
    public double? Mean => _summary?.Mean;
    public double? Median => _summary?.Median;
    /// <summary>Every value of the highest frequency, ascending; empty where all differ.</summary>
    public IReadOnlyList<double> Mode => _summary?.Mode ?? [];
    /// <summary>Over n − 1; null below two values.</summary>
    public double? Variance => _summary?.Variance;
    public double? StandardDeviation => _summary?.StandardDeviation;
    public double? Min => _summary?.Min;
    public double? Max => _summary?.Max;
    public double? Range => _summary?.Range;
    /// <summary>By linear interpolation.</summary>
    public IReadOnlyDictionary<string, double?> Percentiles { get; } = Summary.Ranks.Select((rank, i) => (Rank: rank, Value: figures.Summary?.Percentiles[i]))
        .ToDictionary(p => p.Rank.ToString(CultureInfo.InvariantCulture), p => p.Value);
    /// <summary>More than 1.5 interquartile ranges outside the quartiles, in order of time.</summary>
    public IReadOnlyList<TimeSeriesPoint> Outliers { get; } = [.. figures.Outliers.Select(o => new TimeSeriesPoint(o.Timestamp, o.Value))];
}

internal sealed class CorrelationsAnswer(CorrelationFigures figures)
{
    public IReadOnlyList<string> Metrics => figures.Metrics;
    /// <summary>By row and column; null where one of the two does not move.</summary>
    public IReadOnlyList<IReadOnlyList<double?>> Pearson => figures.Pearson;
    public IReadOnlyList<IReadOnlyList<double?>> Spearman => figures.Spearman;
    /// <summary>Buckets used.</summary>
    public int N => figures.Count;
}
