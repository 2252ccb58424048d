using Microsoft.AspNetCore.Http.Features;

namespace Observatory.Web.Hosting;

/// <summary>How long the address and the headers of a request may be. Answered here, because the web server itself would send an empty page.</summary>
internal static class RequestLimits
{
    /// <summary>Characters of the address: the longest path of a project, escaped, fits.</summary>
    public const int LongestAddress = 16 * 1024;

    /// <summary>Bytes of all headers, roughly.</summary>
    public const int LargestHeaders = 32 * 1024;

    public static void UseRequestLimits(this WebApplication app) => app.Use((context, next) =>
    {
        if (Refuse(context) is not { } status) return next(context);
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    private static int? Refuse(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw ? raw.Length
            : (context.Request.Path.Value?.Length ?? 0) + (context.Request.QueryString.Value?.Length ?? 0);
        if (target > LongestAddress) return StatusCodes.Status414UriTooLong;
        var size = 0;
        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values) size += name.Length + (value?.Length ?? 0) + 4;
        }
        return size > LargestHeaders ? StatusCodes.Status431RequestHeaderFieldsTooLarge : null;
    }
}
