using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Query;

namespace Observatory.Web.Api;

/// <summary>What the routes that analyse a metric share.</summary>
internal class AnalysisParameters : RangeParameters
{
    [FromQuery(Name = "metric"), Description("Name of the metric, as GET /api/analytics/metrics lists them.")]
    public string? Metric { get; init; }

    [FromQuery(Name = "interval"), Description("1h or 1d, of the zone. Default: 1h up to 48 hours, else 1d. Only complete buckets count.")]
    public string? Interval { get; init; }
}

internal static class AnalysisAnswers
{
    /// <summary>The answer, or what was wrong with the question.</summary>
    /// <param name="parameter">That names the metric.</param>
    public static async Task<Results<Ok<T>, ProblemHttpResult>> AskAsync<T>(Func<Task<T>> ask, string parameter = "metric")
    {
        try
        {
            return TypedResults.Ok(await ask());
        }
        catch (UnknownMetricException unknown)
        {
            var which = parameter == "metric" ? "is no metric that is known here" : $"names {unknown.Name}, which is no metric that is known here";
            return Problems.BadParameter(new BadParameterException(parameter, $"{which}: GET /api/analytics/metrics lists them"));
        }
        catch (TooManyValuesException)
        {
            return Problems.BadParameter(new BadParameterException("start", $"opens a range of more than {SeriesCalculator.MaximumValues:N0} values"));
        }
    }
}
