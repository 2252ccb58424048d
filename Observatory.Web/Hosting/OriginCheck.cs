using Microsoft.AspNetCore.Http.Features;

namespace Observatory.Web.Hosting;

/// <summary>
/// Browsers send cookies with WebSocket handshakes to any host, and CORS does not cover these: a page of another origin could open a
/// circuit or hub as the reader. Callers without an Origin are no browsers and need a key or cookie of their own.
/// </summary>
internal static class OriginCheck
{
    public static void UseOriginCheck(this WebApplication app) => app.Use((context, next) =>
    {
        if (!IsGuarded(context) || IsOwn(context.Request)) return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    private static bool IsGuarded(HttpContext context) =>
        context.Request.Headers.Upgrade.Any(value => value?.Contains("websocket", StringComparison.OrdinalIgnoreCase) == true)
        || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true
        || context.Request.Path.StartsWithSegments("/_blazor")
        || context.Request.Path.StartsWithSegments("/hubs");

    private static bool IsOwn(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        if (origin.Count == 0) return true;
        return origin.Count == 1 && string.Equals(origin[0], $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
