using Microsoft.AspNetCore.Http.Features;

namespace Observatory.Web.Hosting;

/// <summary>
/// Browsers send cookies with WebSocket handshakes to any host, and CORS does not cover these: a page of another origin could open a
/// circuit or hub as the reader. Callers without an Origin are no browsers and need a key or cookie of their own.
/// </summary>
internal sealed class OriginCheck(PublicAddress address, ILogger<OriginCheck> logger)
{
    private readonly SaidOnce _said = new();

    /// <summary>Origins of our own pages, as this request sees it: the first by its Host header, the other by the setting.</summary>
    public IReadOnlyList<string> Own(HttpRequest request) =>
        address.Origin is { } origin && !origin.Equals(Here(request), StringComparison.OrdinalIgnoreCase) ? [Here(request), origin] : [Here(request)];

    /// <summary>The request comes from a page of ours, or from no page at all.</summary>
    public bool IsOwn(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        return origin.Count == 0 || (origin.Count == 1 && Own(request).Contains(origin[0], StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>
    /// A page of somebody else sends a form. Our own pages tell nobody where they are (no-referrer), and browsers then write the origin of
    /// their forms as <c>null</c>: that alone says nothing, and the antiforgery token decides.
    /// </summary>
    public bool IsForeignForm(HttpRequest request) =>
        (request.Headers.Origin != "null" && !IsOwn(request)) || request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";

    /// <summary>Answers 403 and says here and in the log what to set, because the reader of a proxied page sees nothing else.</summary>
    public Task RefuseAsync(HttpContext context)
    {
        var origin = SettingsReader.Shown(context.Request.Headers.Origin.ToString());
        var own = Here(context.Request);
        if (_said.IsNew(origin))
        {
            logger.LogWarning(
                "A page of {Origin} was refused, because this server takes itself for {Own}. If readers use that address, set Observatory:PublicUrl to it, "
                + "or let the proxy pass the Host header and X-Forwarded-Proto", origin, own);
        }
        return ErrorAnswers.WriteAsync(context, StatusCodes.Status403Forbidden,
            $"The page comes from {origin}, but this server takes itself for {own}. If readers use that address, set Observatory:PublicUrl to it, "
            + "or let the proxy pass the Host header and X-Forwarded-Proto.", context.RequestAborted);
    }

    private static string Here(HttpRequest request) => $"{request.Scheme}://{request.Host}";
}

internal static class OriginChecks
{
    public static void UseOriginCheck(this WebApplication app)
    {
        var check = app.Services.GetRequiredService<OriginCheck>();
        app.Use((context, next) =>
        {
            var refused = IsForm(context.Request) ? check.IsForeignForm(context.Request) : IsGuarded(context) && !check.IsOwn(context.Request);
            return refused ? check.RefuseAsync(context) : next(context);
        });
    }

    private static bool IsGuarded(HttpContext context) =>
        context.Request.Headers.Upgrade.Any(value => value?.Contains("websocket", StringComparison.OrdinalIgnoreCase) == true)
        || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true
        || context.Request.Path.StartsWithSegments("/_blazor")
        || context.Request.Path.StartsWithSegments("/hubs");

    /// <summary>Refused before anything is counted against whoever seems to send it.</summary>
    private static bool IsForm(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path.StartsWithSegments("/account");
}
