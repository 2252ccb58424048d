using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Observatory.Web.Api;

/// <summary>Describes bodies that an endpoint reads by itself, so that the document can show them.</summary>
internal static class RequestBodies
{
    private static readonly JsonSerializerOptions s_shown = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="description">What it is, and what else may be sent.</param>
    /// <param name="example">JSON; null where it is none.</param>
    /// <param name="types">Content types.</param>
    public static TBuilder ReadsBody<TBuilder>(this TBuilder endpoint, string description, string? example, params string[] types) where TBuilder
        : IEndpointConventionBuilder =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Description = description, Required = true,
                Content = types.ToDictionary(type => type, _ => new OpenApiMediaType { Example = example is null ? null : JsonNode.Parse(example) }),
            };
            return Task.CompletedTask;
        });

    public static string Show(JsonNode example) => example.ToJsonString(s_shown);
}
