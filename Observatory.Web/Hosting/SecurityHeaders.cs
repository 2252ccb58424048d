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
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        context.Items[NonceKey] = nonce;
        // At the last moment, because the exception handler clears headers and components set their own.
        context.Response.OnStarting(static state => Set(((HttpContext, string))state), (context, nonce));
        return next(context);
    }

    private static Task Set((HttpContext Context, string Nonce) state)
    {
        var (context, nonce) = state;
        var headers = context.Response.Headers;
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
        if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        // Static assets bring their own; everything else may hold someone's figures.
        var asset = context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;
        if (!asset || context.Response.StatusCode >= 400) headers.CacheControl = "no-store";
        return Task.CompletedTask;
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
