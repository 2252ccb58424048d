using Microsoft.AspNetCore.Http.HttpResults;
using Observatory.Core.Exports.Csv;

namespace Observatory.Web.Api;

internal static class CsvAnswers
{
    private const string ContentType = "text/csv; charset=utf-8";

    /// <param name="name">Of the file, without ending.</param>
    public static PushStreamHttpResult Stream<T>(CsvTable<T> table, IAsyncEnumerable<T> rows, string name) =>
        TypedResults.Stream(body => table.WriteAsync(body, rows), ContentType, $"{name}.csv");

    public static PushStreamHttpResult Stream<T>(CsvTable<T> table, IEnumerable<T> rows, string name) => Stream(table, rows.ToAsyncEnumerable(), name);

    public static RouteHandlerBuilder ProducesCsv(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<string>(StatusCodes.Status200OK, ContentType);
}

internal static class Segments
{
    /// <summary>Routing leaves an escaped slash in a path segment as it is; ids may hold one.</summary>
    public static string Decode(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
