using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Web.Api;

internal static class TrendsApi
{
    public static void MapTrends(this RouteGroupBuilder analytics) =>
        analytics.MapGet("/trends", GetAsync).WithTags("Statistics").WithName("GetTrends")
            .WithSummary("Where a metric goes, what it repeats, what was unusual, and what comes next.");

    private static async Task<Results<Ok<TrendsAnswer>, ProblemHttpResult>> GetAsync(
        [AsParameters] AnalysisParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        new ParameterReader(parameters.Request, parameters.Clock).TryReadAnalysis(null, out var query, out var problem)
            ? await AnalysisAnswers.AskAsync(async () => new TrendsAnswer(query, await analytics.GetTrendsAsync(query, cancel))) : problem;
}

internal sealed class TrendsAnswer(AnalysisQuery query, TrendFigures figures)
{
    public string Metric => query.Metric;
    public string Interval => Intervals.NameOf(query.Interval);
    public SeriesStatus Status => figures.Status;
    public int CompleteDays => figures.CompleteDays;
    public int NeededDays => figures.NeededDays;
    public TrendDirection Direction => figures.Direction;
    /// <summary>Change of a bucket's value a day; null below 21 complete days.</summary>
    public double? SlopePerDay => figures.Trend?.Slope;
    /// <summary>Of 95 %.</summary>
    public IReadOnlyList<double>? SlopeInterval => figures.Trend is { Low: { } low, High: { } high } ? [low, high] : null;
    public double? PValue => figures.Trend?.PValue;
    public double? Confidence => 1 - figures.Trend?.PValue;
    public SeasonalityAnswer Seasonality { get; } = new(figures.Seasonality);
    public IReadOnlyList<AnomalyAnswer> Anomalies { get; } = [.. figures.Anomalies.Select(a => new AnomalyAnswer(a))];
    public IReadOnlyList<ChangeFigures> ChangePoints => figures.ChangePoints;
    public IReadOnlyList<ForecastFigures> Forecast => figures.Forecast;
}

internal sealed record SeasonalityAnswer(IReadOnlyList<SeasonalPeriod> Periods)
{
    public bool Detected => Periods.Count > 0;
}

internal sealed class AnomalyAnswer(AnomalyFigures figures)
{
    public string Id => figures.Id;
    public string Metric => figures.Metric;
    public DateTimeOffset Start => figures.Start;
    public DateTimeOffset End => figures.End;
    /// <summary><c>spike|dip|run|dead|level_shift|new_value</c>.</summary>
    public string Kind => NameOf(figures.Kind);
    public AnomalySeverity Severity => figures.Severity;
    public double Value => figures.Value;
    public double Usual => figures.Usual;
    public double Low => figures.Low;
    public double High => figures.High;
    public double Probability => figures.Probability;
    public string Reason => figures.Reason;
    public IReadOnlyList<ContributionAnswer> Contributions { get; } = [.. figures.Contributions.Select(c => new ContributionAnswer(c))];
    /// <summary><c>new</c>, or <c>expected</c>: a reader said so.</summary>
    public string State => figures.IsExpected ? "expected" : "new";

    private static string NameOf(AnomalyKind kind) => kind switch
    {
        AnomalyKind.LevelShift => "level_shift",
        AnomalyKind.NewValue => "new_value",
        _ => kind.ToString().ToLowerInvariant(),
    };
}

internal sealed class ContributionAnswer(Contribution contribution)
{
    public string Dimension => contribution.Dimension;
    public string? Name => contribution.Name;
    public double Value => contribution.Value;
    public double Usual => contribution.Usual;
    public double Delta => contribution.Delta;
}
