using System.Reflection;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Observatory.Web.Api;

/// <summary>
/// A query parameter that a route does not know is refused by name: a typing mistake in a filter would else answer for everybody. Which
/// ones it knows is what the API document says.
/// </summary>
internal sealed class KnownParameters(IApiDescriptionGroupCollectionProvider descriptions)
{
    /// <summary>Taken by every GET of analytics, whether its answer depends on them or not.</summary>
    private static readonly string[] s_everywhere = ["start", "end", "timezone", "user", "project", "model", "source"];

    private readonly Lazy<Dictionary<MethodInfo, HashSet<string>>> _known = new(() => descriptions.ApiDescriptionGroups.Items.SelectMany(group => group.Items)
        .Select(route => (Method: route.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().FirstOrDefault(), Route: route))
        .Where(pair => pair.Method is not null).GroupBy(pair => pair.Method!, pair => pair.Route)
        .ToDictionary(routes => routes.Key, routes => routes.SelectMany(NamesOf).ToHashSet(StringComparer.OrdinalIgnoreCase)));

    /// <summary>Null = all are known, or the route is none of the document.</summary>
    public string? FirstUnknown(HttpContext context)
    {
        if (context.Request.Query.Count == 0 || context.GetEndpoint()?.Metadata is not { } metadata) return null;
        // Claude Code's own clients are never told anything.
        if (metadata.GetMetadata<IgnoresUnknownParameters>() is not null) return null;
        if (metadata.GetMetadata<MethodInfo>() is not { } method || !_known.Value.TryGetValue(method, out var known)) return null;
        var analytics = HttpMethods.IsGet(context.Request.Method) && context.Request.Path.StartsWithSegments("/api/analytics");
        return context.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name)
            && !(analytics && s_everywhere.Contains(name, StringComparer.OrdinalIgnoreCase))
            && !(known.Contains("groupBy") && name.StartsWith(ParameterReader.TagPrefix, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> NamesOf(ApiDescription route) =>
        route.ParameterDescriptions.Where(p => p.Source == BindingSource.Query).Select(p => p.Name);
}

/// <summary>Takes any query parameter.</summary>
internal sealed class IgnoresUnknownParameters;

internal static class KnownParametersCheck
{
    /// <summary>Behind authorization: who may not ask learns nothing.</summary>
    public static void UseKnownParameters(this WebApplication app)
    {
        var parameters = app.Services.GetRequiredService<KnownParameters>();
        app.Use((context, next) => context.Request.Path.StartsWithSegments("/api") && parameters.FirstUnknown(context) is { } name
            ? Problems.BadParameter(new BadParameterException(name, "is not known here")).ExecuteAsync(context) : next(context));
    }
}
