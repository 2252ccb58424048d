using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Web.Hosting;

namespace Observatory.Web.Api;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c> and its readable form at <c>/api</c>. Both want an identity, as all else does.</summary>
internal static class ApiDocument
{
    public const string Name = "v1";
    private const string KeyScheme = "key";

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Claude Code Observatory", Version = Name,
                Description = "Figures of Claude Code's use. Instants are ISO 8601 UTC, ranges are half-open, costs are USD at list prices.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer",
                    Description = "An API key with the scope read (figures), ingest (what takes events) or admin (both). x-api-key: KEY works too.",
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // The converter that writes instants hides their type from the generator.
            var type = context.JsonTypeInfo.Type;
            if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
            {
                schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
                schema.Format = "date-time";
            }
            // What a figure means stands in one place.
            if (context.JsonPropertyInfo is { } property && schema.Description is null && (schema.Type & (JsonSchemaType.Integer | JsonSchemaType.Number)) != 0
                && context.ApplicationServices.GetRequiredService<MetricCatalogue>().Explain(property.Name) is { } figure)
            {
                schema.Description = $"{figure.Definition} Unit: {figure.Unit}.";
            }
            return Task.CompletedTask;
        });
    });

    public static void MapApiDocument(this WebApplication app)
    {
        app.MapOpenApi();
        app.MapGet("/api", ShowAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, [FromKeyedServices(Name)] IOpenApiDocumentProvider documents, CancellationToken cancel) =>
        TypedResults.Content(
            PlainPage.Render("API", ApiReference.Render(await documents.GetOpenApiDocumentAsync(cancel), context.Request.PathBase.ToUriComponent()),
                wide: true), "text/html; charset=utf-8");
}
