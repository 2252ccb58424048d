using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Tables;

namespace Observatory.Web.Api;

/// <summary>A body that asks for a file: the same fields as the parameters of the streaming route, and read by the same reader.</summary>
internal static class ExportBody
{
    private const int LongestBody = 1_048_576;

    private static readonly string[] s_fields =
        ["dataset", "format", "start", "end", "timezone", "locale", "metric", "interval", "aggregation", "groupBy", "search", "sort"];

    private static readonly string[] s_filters = ["user", "project", "model", "source"];

    /// <summary>Either what is asked, or what is wrong with it.</summary>
    public static async Task<(ExportRequest? Request, ExportFormat? Format, ProblemHttpResult? Problem)> ReadAsync(
        HttpContext context, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            if (context.Request.ContentLength > LongestBody) throw new BadParameterException("body", $"is longer than {LongestBody:N0} bytes");
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: cancel);
            var fields = FieldsOf(body.RootElement);
            if (!fields.Remove("dataset", out var dataset)) throw new BadParameterException("dataset", "is missing");
            if (!fields.ContainsKey("format")) throw new BadParameterException("format", "is missing");
            var asked = new DefaultHttpContext { RequestServices = context.RequestServices };
            asked.Request.Query = new QueryCollection(fields);
            return new ParameterReader(asked.Request, clock).TryReadExport(dataset.ToString(), out var request, out var format, out var problem)
                ? (request, format, null) : (null, null, Problem(problem));
        }
        catch (JsonException e)
        {
            return (null, null, Problem(new BadParameterException("body", $"is no JSON object: {e.Message}")));
        }
        catch (BadParameterException bad)
        {
            return (null, null, Problem(bad));
        }
    }

    /// <summary>Names the field.</summary>
    public static ProblemHttpResult Problem(BadParameterException bad) => Problem(FieldOf(bad.Name), bad.Message);

    private static ProblemHttpResult Problem(ProblemHttpResult problem) => Problem(
        FieldOf(problem.ProblemDetails.Extensions.TryGetValue("parameter", out var name) ? (string)name! : "body"), problem.ProblemDetails.Detail ?? "");

    private static ProblemHttpResult Problem(string field, string message) => TypedResults.Problem(
        new HttpValidationProblemDetails(new Dictionary<string, string[]> { [field] = [message] })
        {
            Status = StatusCodes.Status400BadRequest, Title = $"Bad field: {field}", Detail = message,
        });

    private static string FieldOf(string parameter) => s_filters.Contains(parameter) ? $"filters.{parameter}" : parameter;

    private static Dictionary<string, StringValues> FieldsOf(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) throw new BadParameterException("body", "is no JSON object");
        var fields = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var field in body.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Null) continue;
            if (field.Name == "filters") AddFilters(fields, field.Value);
            else if (!s_fields.Contains(field.Name)) throw new BadParameterException(field.Name, "is not known here");
            else if (field.Value.ValueKind != JsonValueKind.String) throw new BadParameterException(field.Name, "is not a text");
            else fields[field.Name] = field.Value.GetString();
        }
        return fields;
    }

    private static void AddFilters(Dictionary<string, StringValues> fields, JsonElement filters)
    {
        if (filters.ValueKind != JsonValueKind.Object) throw new BadParameterException("filters", "is no object");
        foreach (var filter in filters.EnumerateObject())
        {
            if (!s_filters.Contains(filter.Name)) throw new BadParameterException($"filters.{filter.Name}", "is not known here");
            if (filter.Value.ValueKind == JsonValueKind.Null) continue;
            if (filter.Value.ValueKind != JsonValueKind.Array || filter.Value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String))
                throw new BadParameterException($"filters.{filter.Name}", "is no list of texts");
            var values = filter.Value.EnumerateArray().Select(v => v.GetString()).ToArray();
            if (values.Length > 0) fields[filter.Name] = values;
        }
    }
}
