using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

internal static class TimeSeriesApi
{
    public static void MapTimeSeries(this RouteGroupBuilder analytics) => analytics.MapGet("/timeseries", GetAsync)
        .WithTags("Time series").WithName("GetTimeSeries").WithSummary("Values of a metric over time, by a tag if asked, narrowed by tags with tag.NAME=VALUE.");

    private static async Task<Results<Ok<TimeSeriesAnswer>, ProblemHttpResult>> GetAsync(
        [AsParameters] TimeSeriesParameters parameters, [FromServices] ISeriesFigures figures, CancellationToken cancel)
    {
        if (!new ParameterReader(parameters.Request, parameters.Clock).TryReadSeries(out var query, out var problem)) return problem;
        try
        {
            return TypedResults.Ok(new TimeSeriesAnswer(query, await figures.GetSeriesAsync(query, cancel)));
        }
        catch (TooManyValuesException)
        {
            return Problems.BadParameter(new BadParameterException("start", $"opens a range of more than {SeriesCalculator.MaximumValues:N0} values"));
        }
    }
}

internal sealed class TimeSeriesParameters
{
    public required HttpRequest Request { get; init; }

    [FromServices]
    public required TimeProvider Clock { get; init; }

    [FromQuery(Name = "metric"), Description("Name of the metric.")]
    public string? Metric { get; init; }

    [FromQuery(Name = "start"), Description("First instant, ISO 8601 with offset or Z. Default: 30 calendar days of the zone, today included.")]
    public string? Start { get; init; }

    [FromQuery(Name = "end"), Description("First instant after the range, ISO 8601 with offset or Z.")]
    public string? End { get; init; }

    [FromQuery(Name = "timezone"), Description("IANA zone that cuts the range into days and hours. Default: UTC.")]
    public string? Timezone { get; init; }

    [FromQuery(Name = "interval"), Description("1m, 5m, 15m, 1h or 1d. Default: 1m up to 6 hours, 1h up to 14 days, else 1d.")]
    public string? Interval { get; init; }

    [FromQuery(Name = "aggregation"), Description("sum, avg, min, max, count, p50, p95 or p99. Default: sum.")]
    public string? Aggregation { get; init; }

    [FromQuery(Name = "groupBy"), Description("Name of a tag: one series for each of its values.")]
    public string? GroupBy { get; init; }

    [FromQuery(Name = "fill"), Description("What stands in buckets without a value: none (they are left out), null, zero or previous. Default: none.")]
    public string? Fill { get; init; }
}

internal sealed class TimeSeriesAnswer(SeriesQuery query, SeriesFigures figures)
{
    public string Metric => query.Metric;
    public DateTimeOffset Start => query.Range.StartTime;
    public DateTimeOffset End => query.Range.EndTime;
    public string Interval => ParameterReader.NameOfInterval(query.Interval);
    public SeriesAggregation Aggregation => query.Aggregation;
    public IReadOnlyList<SeriesRow> Series => figures.Series;
    /// <summary>There are more points than one answer holds; series at the end are left out.</summary>
    public bool Truncated => figures.Truncated;
}
