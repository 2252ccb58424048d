using System.Net;
using System.Text;
using Microsoft.OpenApi;
using Observatory.Web.Hosting;

namespace Observatory.Web.Api;

/// <summary>The API description for people: plain HTML made on the server, without script.</summary>
internal static class ApiReference
{
    private const int Depth = 4;

    public static string Render(OpenApiDocument document, string home)
    {
        var html = new StringBuilder();
        html.Append("<main>").Append(PlainPage.Brand).Append("<h1>API</h1><p>").Append(Text(document.Info.Description)).Append("</p>");
        html.Append("<p>Send a key: <code>curl -H \"Authorization: Bearer KEY\" …/api/analytics/dashboard</code>. For generators: <a href=\"")
            .Append(Text(home)).Append("/openapi/v1.json\">openapi/v1.json</a>.</p>");
        var operations = document.Paths.SelectMany(path => (path.Value.Operations ?? []).Select(o => (path.Key, Verb: o.Key.Method, Operation: o.Value)));
        foreach (var group in operations.GroupBy(o => o.Operation.Tags?.FirstOrDefault()?.Name ?? "Other"))
        {
            html.Append("<h2>").Append(Text(group.Key)).Append("</h2>");
            foreach (var (path, verb, operation) in group) Append(html, path, verb, operation);
        }
        return html.Append("</main>").ToString();
    }

    private static void Append(StringBuilder html, string path, string verb, OpenApiOperation operation)
    {
        html.Append("<details><summary><span class=\"verb\">").Append(Text(verb)).Append("</span><code>").Append(Text(path))
            .Append("</code><span class=\"what\">")
            .Append(Text(operation.Summary)).Append("</span></summary><div>");
        if (operation.Parameters is { Count: > 0 } parameters)
        {
            html.Append("<table><thead><tr><th scope=\"col\">Parameter</th><th scope=\"col\">In</th><th scope=\"col\">Meaning</th></tr></thead><tbody>");
            foreach (var parameter in parameters)
            {
                html.Append("<tr><td><code>").Append(Text(parameter.Name)).Append("</code></td><td>").Append(Text(parameter.In?.ToString().ToLowerInvariant()))
                    .Append("</td><td>").Append(Text(parameter.Description)).Append("</td></tr>");
            }
            html.Append("</tbody></table>");
        }
        if (operation.RequestBody is { } sent)
        {
            html.Append("<p>").Append(Text(sent.Description)).Append("</p>");
            foreach (var (type, body) in sent.Content ?? new Dictionary<string, OpenApiMediaType>())
            {
                html.Append("<p>Body: <code>").Append(Text(type)).Append("</code></p>");
                if (body.Example is { } example) html.Append("<pre tabindex=\"0\"><code>").Append(Text(RequestBodies.Show(example))).Append("</code></pre>");
            }
        }
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (status is not ("200" or "202")) continue;
            foreach (var (type, body) in response.Content ?? new Dictionary<string, OpenApiMediaType>())
            {
                html.Append("<p>Answer: <code>").Append(Text(type)).Append("</code></p>");
                if (body.Schema is { } schema && type.Contains("json", StringComparison.Ordinal))
                {
                    html.Append("<pre tabindex=\"0\"><code>").Append(Text(Shape(schema, 0))).Append("</code></pre>");
                }
            }
        }
        html.Append("</div></details>");
    }

    /// <summary>A schema as JSON with types for values, cut where it nests deeply or into itself.</summary>
    private static string Shape(IOpenApiSchema schema, int level)
    {
        if (schema.Properties is { Count: > 0 } properties)
        {
            if (level >= Depth) return "{…}";
            var indent = new string(' ', 2 * (level + 1));
            var lines = properties.Select(p => $"{indent}\"{p.Key}\": {Shape(p.Value, level + 1)}");
            return $"{{\n{string.Join(",\n", lines)}\n{new string(' ', 2 * level)}}}";
        }
        if (schema.Items is { } items) return $"[{Shape(items, level)}]";
        if (schema.AdditionalProperties is { } values) return $"{{\"…\": {Shape(values, level + 1)}}}";
        if (schema.OneOf is { Count: > 0 } choices) return string.Join(" | ", choices.Select(c => Shape(c, level)));
        if (schema.Enum is { Count: > 0 } names) return string.Join(" | ", names.Select(n => n?.ToJsonString()));
        return schema.Format == "date-time" ? "instant" : Type(schema.Type);
    }

    private static string Type(JsonSchemaType? type)
    {
        if (type is not { } known) return "any";
        // Numbers are also allowed as strings when read; what is written is a number.
        var plain = known.HasFlag(JsonSchemaType.Integer) ? "integer" : known.HasFlag(JsonSchemaType.Number) ? "number"
            : known.HasFlag(JsonSchemaType.Boolean) ? "boolean" : known.HasFlag(JsonSchemaType.String) ? "string" : "any";
        return known.HasFlag(JsonSchemaType.Null) ? plain + " | null" : plain;
    }

    private static string Text(string? value) => WebUtility.HtmlEncode(value) ?? "";
}
