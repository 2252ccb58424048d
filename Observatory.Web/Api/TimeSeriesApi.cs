using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Time;

namespace Observatory.Web.Api;

internal static class TimeSeriesApi
{
    public static void MapTimeSeries(this RouteGroupBuilder analytics)
    {
        analytics.MapGet("/timeseries", GetAsync).WithTags("Time series").WithName("GetTimeSeries")
            .WithSummary("A metric over time, by a dimension or tag if asked, narrowed by filters and by tags with tag.NAME=VALUE.");
        analytics.MapGet("/timeseries.csv", DownloadAsync).WithTags("Time series").WithName("DownloadTimeSeries").ProducesCsv()
            .WithSummary("The same points as CSV.");
        analytics.MapGet("/metrics", ListAsync).WithTags("Time series").WithName("ListMetrics")
            .WithSummary("Every metric that can be asked for: those of the program, then those that were sent.");
    }

    private static async Task<Results<Ok<TimeSeriesAnswer>, ProblemHttpResult>> GetAsync(
        [AsParameters] TimeSeriesParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel)
    {
        var (query, answer, problem) = await AskAsync(parameters, analytics, cancel);
        return problem is null ? TypedResults.Ok(new TimeSeriesAnswer(query!, answer!)) : problem;
    }

    private static async Task<IResult> DownloadAsync(
        [AsParameters] TimeSeriesParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel)
    {
        var reader = new ParameterReader(parameters.Request, parameters.Clock);
        if (!reader.TryReadSeries(out var series, out var problem) || !reader.TryReadTable(Datasets.TimeSeries, out var request, out problem)) return problem;
        return await CsvAnswers.AnswerAsync(analytics, request with { Series = series }, cancel);
    }

    /// <summary>Either the question with its answer, or what is wrong with it.</summary>
    private static async Task<(SeriesQuery? Query, SeriesFigures? Answer, ProblemHttpResult? Problem)> AskAsync(
        TimeSeriesParameters parameters, AnalyticsEngine analytics, CancellationToken cancel)
    {
        if (!new ParameterReader(parameters.Request, parameters.Clock).TryReadSeries(out var query, out var problem)) return (null, null, problem);
        try
        {
            var answer = await analytics.GetSeriesAsync(query, cancel);
            return (query with { Range = analytics.Notes.Range ?? query.Range }, answer, null);
        }
        catch (Exception e) when (ExportApi.SeriesProblem(e) is { } bad)
        {
            return (null, null, Problems.BadParameter(bad));
        }
    }

    private static async Task<Ok<ListAnswer<MetricRow>>> ListAsync(
        [FromServices] AnalyticsEngine analytics, [FromServices] MetricCatalogue catalogue, CancellationToken cancel)
    {
        var metrics = await analytics.GetMetricsAsync(cancel);
        return TypedResults.Ok(new ListAnswer<MetricRow>([.. metrics.Select(m => new MetricRow(m, catalogue.Find(m.Name) is not null))]));
    }
}

internal sealed class TimeSeriesParameters : RangeParameters
{
    [FromQuery(Name = "metric"), Description("Name of the metric, as GET /api/analytics/metrics lists them.")]
    public string? Metric { get; init; }

    [FromQuery(Name = "interval"), Description("1m, 5m, 15m, 1h, 1d, 1w (weeks from Monday) or 1M, of the zone. Default: 1h up to 48 hours, else 1d.")]
    public string? Interval { get; init; }

    [FromQuery(Name = "aggregation"),
        Description("sum, avg, min, max, count, p50, p95 or p99 of a metric that was sent; the others have their own, means of spans p50, p95 and p99 too.")]
    public string? Aggregation { get; init; }

    [FromQuery(Name = "groupBy"), 
        Description("user, project, model, source, tool, type, another dimension of the metric, or the name of a tag: one series for each of its values.")]
    public string? GroupBy { get; init; }

    [FromQuery(Name = "limit"), Description("Series that stand for themselves, 1 to 500; the smaller ones are one, named others. Default: 25.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "fill"), Description("What stands in buckets without a value: none (they are left out), null, zero or previous. Default: none.")]
    public string? Fill { get; init; }

    [FromQuery(Name = "smooth"), Description("maN, the mean of the last N buckets, or emaX, an exponential mean with the weight X; of the filled series.")]
    public string? Smooth { get; init; }
}

internal sealed class TimeSeriesAnswer(SeriesQuery query, SeriesFigures figures)
{
    public string Metric => query.Metric;
    public string Unit => figures.Unit;
    public DateTimeOffset Start => query.Range.StartTime;
    public DateTimeOffset End => query.Range.EndTime;
    public string Interval => Intervals.NameOf(query.Interval);
    public SeriesAggregation Aggregation => figures.Aggregation;
    /// <summary>Groups beyond the limit are one series, named others.</summary>
    public bool Truncated => figures.Truncated;
    public IReadOnlyList<TimeSeriesRow> Series { get; } = [.. figures.Series.Select(row => new TimeSeriesRow(row))];
}

internal sealed class TimeSeriesRow(SeriesRow row)
{
    public IReadOnlyDictionary<string, string?> Tags => row.Tags;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name => row.Name;

    public IReadOnlyList<TimeSeriesPoint> Points => row.Points;
}

internal sealed record ListAnswer<T>(IReadOnlyList<T> Items);

internal sealed class MetricRow(MetricDefinition metric, bool isBuiltIn)
{
    public string Name => metric.Name;
    public string Title => metric.Title;
    public string Unit => metric.Unit;
    /// <summary><c>builtIn</c>, or <c>custom</c>: it was sent.</summary>
    public string Kind => isBuiltIn ? "builtIn" : "custom";
    public IReadOnlyList<string> Dimensions => metric.Dimensions;
}
