using Microsoft.AspNetCore.Http.HttpResults;
using Observatory.Core;
using Observatory.Core.Exports.Csv;
using Observatory.Core.Exports.Tables;
using Observatory.Web.Auditing;

namespace Observatory.Web.Api;

/// <summary>Lists as CSV, under their own addresses: the same file as <c>export/{dataset}?format=csv</c>.</summary>
internal static class CsvAnswers
{
    private const string ContentType = "text/csv; charset=utf-8";

    public static async Task<IResult> DownloadAsync(string dataset, RangeParameters parameters, AnalyticsEngine analytics, CancellationToken cancel) =>
        new ParameterReader(parameters.Request, parameters.Clock).TryReadTable(dataset, out var request, out var problem)
            ? await AnswerAsync(analytics, request, cancel) : problem;

    public static Task<IResult> AnswerAsync(AnalyticsEngine analytics, ExportRequest request, CancellationToken cancel) =>
        ExportApi.AnswerAsync(analytics, request, CsvFormat.Plain, $"{request.FileName}.{CsvFormat.Plain.Ending}", cancel);

    /// <param name="name">Of the file.</param>
    public static PushStreamHttpResult Stream(Func<Stream, Task> write, string name) => TypedResults.Stream(write, ContentType, name);

    public static RouteHandlerBuilder ProducesCsv(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(IsExport.Instance).Produces<string>(StatusCodes.Status200OK, ContentType);
}

internal static class Segments
{
    /// <summary>Routing leaves an escaped slash in a path segment as it is; ids may hold one.</summary>
    public static string Decode(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
