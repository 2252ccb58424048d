using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Query;
using Observatory.Web.Auditing;
using Observatory.Web.Exports;

namespace Observatory.Web.Api;

/// <summary>Every dataset as a file that streams at once.</summary>
internal static class ExportApi
{
    public static void MapExport(this RouteGroupBuilder analytics) =>
        analytics.MapGet("/export/{dataset}", DownloadAsync).WithTags("Exports").WithName("Export").ProducesFile()
            .WithSummary("A dataset as a file: conversations, messages, calls, tools, events, days, hours, users, projects, models or timeseries.");

    private static async Task<IResult> DownloadAsync(
        string dataset, [AsParameters] ExportParameters parameters, [FromServices] AnalyticsEngine analytics, CancellationToken cancel)
    {
        if (!new ParameterReader(parameters.Request, parameters.Clock).TryReadExport(dataset, out var request, out var format, out var problem)) return problem;
        return await AnswerAsync(analytics, request, format, $"{request.FileName}.{format.Ending}", cancel);
    }

    /// <summary>The file, or what is wrong with the question.</summary>
    public static async Task<IResult> AnswerAsync(
        AnalyticsEngine analytics, ExportRequest request, ExportFormat format, string fileName, CancellationToken cancel)
    {
        try
        {
            return new ExportAnswer(await Exporter.OpenAsync(analytics, request, format, cancel), format, fileName);
        }
        catch (Exception e) when (SeriesProblem(e) is { } bad)
        {
            return Problems.BadParameter(bad);
        }
    }

    /// <summary>What is wrong with the question of a time series; null = something else.</summary>
    public static BadParameterException? SeriesProblem(Exception error) => error switch
    {
        UnknownMetricException => new BadParameterException("metric", "is no metric that is known here: GET /api/analytics/metrics lists them"),
        WrongAggregationException wrong => new BadParameterException("aggregation", $"does not fit: {wrong.Message}"),
        IntervalTooFineException fine => new BadParameterException(
            "interval", $"is finer than what is kept of the whole range: {Core.Time.Intervals.NameOf(fine.Finest)} is the finest"),
        TooManyValuesException => new BadParameterException("start", $"opens a range of more than {SeriesCalculator.MaximumValues:N0} values"),
        _ => null,
    };

    public static RouteHandlerBuilder ProducesFile(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(IsExport.Instance).Produces<string>(
        StatusCodes.Status200OK, "text/csv", ["application/json", "application/x-ndjson", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/pdf"]);
}

internal sealed class ConversationFileParameters : RangeParameters
{
    [FromQuery(Name = "format"), Description("md (to read) or jsonl (a line of JSON for each turn and step). Default: md.")]
    public string? Format { get; init; }
}

internal sealed class ExportParameters : RangeParameters
{
    [FromQuery(Name = "format"), Description("csv, csv-excel (for spreadsheets of the locale), json, ndjson, xlsx or pdf. Default: csv.")]
    public string? Format { get; init; }

    [FromQuery(Name = "locale"), Description("Language and region, such as de-DE, whose marks csv-excel, xlsx and pdf are written with. Default: en-US.")]
    public string? Locale { get; init; }

    [FromQuery(Name = "metric"), Description("Of timeseries: name of the metric. Default: tokens.")]
    public string? Metric { get; init; }

    [FromQuery(Name = "interval"), Description("Of timeseries: 1m, 5m, 15m, 1h, 1d, 1w or 1M, of the zone. Default: 1d.")]
    public string? Interval { get; init; }

    [FromQuery(Name = "aggregation"), Description("Of timeseries: sum, avg, min, max, count, p50, p95 or p99 of a metric that was sent.")]
    public string? Aggregation { get; init; }

    [FromQuery(Name = "groupBy"), Description("Of timeseries: user, project, model, source, tool, type or the name of a tag, as a column.")]
    public string? GroupBy { get; init; }

    [FromQuery(Name = "limit"), Description("Of timeseries: series that stand for themselves, 1 to 500; the others are one. Default: 25.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "fill"), Description("Of timeseries: what stands in buckets without a value: none, null, zero or previous. Default: none.")]
    public string? Fill { get; init; }

    [FromQuery(Name = "smooth"), Description("Of timeseries: maN or emaX, of the filled series.")]
    public string? Smooth { get; init; }

    [FromQuery(Name = "search"), Description("Of conversations: part of a title, an id or a project path.")]
    public string? Search { get; init; }

    [FromQuery(Name = "sort"), Description("Of conversations: a field, with - in front for descending. Default: -lastActivity.")]
    public string? Sort { get; init; }
}
