using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticAssets;

namespace Observatory.Web.Hosting;

/// <summary>The headers of every answer, errors and static files included. Scripts need the nonce of <see cref="NonceKey"/>.</summary>
internal static class SecurityHeaders
{
    /// <summary>Key of <see cref="HttpContext.Items"/> under which the nonce of the response (a string) stands.</summary>
    public const string NonceKey = "csp-nonce";

    private const string Permissions =
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(self), geolocation=(), gyroscope=(), magnetometer=(), " +
        "microphone=(), midi=(), payment=(), usb=()";

    public static void AddSecurityHeaders(this IServiceCollection services) =>
        // First of all start-up filters: the framework's host filter, which is one too, then answers with our headers as well.
        services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, Outermost>());

    private static Task Handle(HttpContext context, RequestDelegate next)
    {
        var nonce = NewNonce();
        context.Items[NonceKey] = nonce;
        // At the last moment, because the exception handler clears headers and components set their own.
        context.Response.OnStarting(static state => Set(((HttpContext, string))state), (context, nonce));
        return next(context);
    }

    internal static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    private static Task Set((HttpContext Context, string Nonce) state)
    {
        var (context, nonce) = state;
        // Static assets bring their own; everything else may hold someone's figures.
        var asset = context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;
        Set(context.Response.Headers, nonce, context.Request.IsHttps, isKept: asset && context.Response.StatusCode < 400);
        return Task.CompletedTask;
    }

    /// <summary>Those of an answer, whoever makes it.</summary>
    /// <param name="isKept">The answer may be kept by browsers and says itself how long.</param>
    internal static void Set(IHeaderDictionary headers, string nonce, bool isHttps, bool isKept)
    {
        // 'unsafe-inline' for styles: MudBlazor writes style elements and attributes.
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
            "connect-src 'self'; form-action 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Permissions;
        headers.Remove("X-Frame-Options");
        if (isHttps) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        if (!isKept) headers.CacheControl = "no-store";
    }

    private sealed class Outermost : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(inner => context => Handle(context, inner));
            next(app);
        };
    }
}
