using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics.Analysis;

namespace Observatory.Web.Api;

internal static class ExplainApi
{
    public static void MapExplain(this RouteGroupBuilder analytics) =>
        analytics.MapGet("/explain", GetAsync).WithTags("Statistics").WithName("Explain")
            .WithSummary("Why a metric is not what it was in the period of the same length before: who and what made the difference.");

    private static async Task<Results<Ok<ExplainAnswer>, ProblemHttpResult>> GetAsync(
        [AsParameters] ExplainParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        new ParameterReader(parameters.Request, parameters.Clock).TryReadAnalysis(null, out var query, out var problem)
            ? await AnalysisAnswers.AskAsync(async () => new ExplainAnswer(query, await analytics.ExplainAsync(query, cancel))) : problem;
}

internal sealed class ExplainParameters : RangeParameters
{
    [FromQuery(Name = "metric"), Description("Name of the metric, as GET /api/analytics/metrics lists them.")]
    public string? Metric { get; init; }
}

internal sealed class ExplainAnswer(AnalysisQuery query, ExplainFigures figures)
{
    public string Metric => query.Metric;
    /// <summary>Null where there is nothing that a rate could be told from.</summary>
    public double? Current => figures.Current;
    public double? Previous => figures.Previous;
    public double Delta => figures.Delta;
    /// <summary>Those of one dimension sum to the delta.</summary>
    public IReadOnlyList<ChangeContributionAnswer> Contributions { get; } = [.. figures.Contributions.Select(c => new ChangeContributionAnswer(c))];

    /// <summary>Of cost only: its factors, in order; they sum to the delta.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BridgeStep>? Bridge => figures.Bridge;

    /// <summary>Of rates and means only: what changed in itself, and what only weighs more or less.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RateSplit? Rate => figures.Rate;

    /// <summary>Of distinct counts only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PeopleMoves? People => figures.People;
}

internal sealed class ChangeContributionAnswer(Contribution contribution)
{
    public string Dimension => contribution.Dimension;
    public string? Name => contribution.Name;
    public double Value => contribution.Value;
    public double Previous => contribution.Usual;
    public double Delta => contribution.Delta;
}
