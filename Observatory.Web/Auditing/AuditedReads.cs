using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Observatory.Core.Auditing;
using Observatory.Web.Mcp;

namespace Observatory.Web.Auditing;

/// <summary>Stands at endpoints whose answer is a file to take away.</summary>
internal sealed class IsExport
{
    public static IsExport Instance { get; } = new();
}

/// <summary>Stands at endpoints that change something, where its address says enough.</summary>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
internal sealed record IsChange(string Action);

/// <summary>Takes down who reads which route, and who takes files away.</summary>
internal static class AuditedReads
{
    private static readonly PathString s_api = "/api";
    private static readonly PathString s_hubs = "/hubs";

    /// <summary>What is somebody's own, and what says nothing of anybody.</summary>
    private static readonly PathString[] s_other = ["/api/account", "/api/glossary"];

    /// <summary>Behind authorization: who was let in is known.</summary>
    public static void UseAudit(this WebApplication app) => app.Use((context, next) =>
    {
        var auditor = context.RequestServices.GetRequiredService<Auditor>();
        auditor.Become(context.User, Auditor.AddressOf(context));
        if (context.User.Identity?.IsAuthenticated == true && TargetOf(context) is { } target)
        {
            var isExport = context.GetEndpoint()?.Metadata.GetMetadata<IsExport>() is not null;
            // Before the first byte goes out: who has the answer finds the row. What is refused, or not there, was not read.
            context.Response.OnStarting(() =>
            {
                if (context.Response.StatusCode is StatusCodes.Status304NotModified or < StatusCodes.Status300MultipleChoices)
                    auditor.Record(isExport ? AuditActions.Export : AuditActions.Read, target, isExport ? FormatOf(context.Request) : null);
                return Task.CompletedTask;
            });
        }
        else if (!HttpMethods.IsGet(context.Request.Method) && context.GetEndpoint()?.Metadata.GetMetadata<IsChange>() is { } change)
        {
            context.Response.OnStarting(() =>
            {
                if (context.Response.StatusCode < StatusCodes.Status300MultipleChoices)
                    auditor.Record(change.Action, context.Request.Path, context.Request.Method);
                return Task.CompletedTask;
            });
        }
        return next(context);
    });

    /// <summary>Address of a page, as its routes are written.</summary>
    public static string? RouteOf(Type page) =>
        page.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>().Select(r => r.Template).FirstOrDefault();

    /// <summary>Null = it is no read of anything.</summary>
    private static string? TargetOf(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint) return null;
        // Its tools only read, and are asked by POST.
        if (context.Request.Path.StartsWithSegments(McpRegistration.Path)) return McpRegistration.Path;
        if (!HttpMethods.IsGet(context.Request.Method)) return null;
        if (endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is { } page) return RouteOf(page.Type);
        var path = context.Request.Path;
        if (!path.StartsWithSegments(s_api) && !path.StartsWithSegments(s_hubs)) return null;
        if (Array.Exists(s_other, other => path.StartsWithSegments(other))) return null;
        var route = "/" + endpoint.RoutePattern.RawText?.Trim('/');
        // Names of datasets are ours; ids and names of others stay out.
        return context.GetRouteValue("dataset") is string dataset ? route.Replace("{dataset}", dataset, StringComparison.Ordinal) : route;
    }

    private static string? FormatOf(HttpRequest request) =>
        request.Query["format"].ToString() is { Length: > 0 and <= 16 } format && format.All(c => char.IsAsciiLetter(c) || c == '-') ? format : null;
}
