using System.Net.Mime;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Observatory.Core.Storage;

namespace Observatory.Web.Hosting;

/// <summary>Errors without a body get one: problem details (RFC 9457) for programs, a plain page for people.</summary>
internal static class ErrorAnswers
{
    /// <summary>Seconds.</summary>
    private const string RetryAfter = "5";

    public static void AddErrorAnswers(this IServiceCollection services) => services.AddProblemDetails();

    public static void UseErrorAnswers(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // What is wrong with the store is said once by what watches it, not with a trace a request.
            SuppressDiagnosticsCallback = failed => IsUnavailable(failed.HttpContext, failed.Exception),
            ExceptionHandler = context =>
            {
                // A full disk, a lock, a database that is damaged or gone: the caller did nothing wrong, and may come again.
                if (context.Features.Get<IExceptionHandlerFeature>()?.Error is { } fault && IsUnavailable(context, fault)) return RefuseAsync(context, fault);
                // A body over the limit or a malformed request is the caller's fault and says so with its own status.
                var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
                var status = error is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
                return WriteAsync(context, status, null, context.RequestAborted);
            },
        });
        app.UseStatusCodePages(page => WriteAsync(page.HttpContext, page.HttpContext.Response.StatusCode, null, page.HttpContext.RequestAborted));
    }

    private static bool IsUnavailable(HttpContext context, Exception error) => context.RequestServices.GetRequiredService<StoreErrors>().IsUnavailable(error);

    private static Task RefuseAsync(HttpContext context, Exception fault)
    {
        context.RequestServices.GetRequiredService<StoreHealth>().Meet(fault);
        context.Response.Headers.RetryAfter = RetryAfter;
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, null, context.RequestAborted);
    }

    /// <summary>The path belongs to programs, whatever the caller accepts.</summary>
    public static bool IsForPrograms(HttpRequest request) =>
        (request.Path.StartsWithSegments("/api", out var rest) && rest.HasValue && rest != "/")
        || request.Path.StartsWithSegments("/hubs") || request.Path.StartsWithSegments("/_blazor") || request.Path.StartsWithSegments("/openapi")
        || request.Path.StartsWithSegments("/v1") || request.Path.StartsWithSegments("/metrics");

    public static bool WantsPage(HttpRequest request) =>
        !IsForPrograms(request) && request.Headers.Accept.Any(a => a?.Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase) == true);

    public static async Task WriteAsync(HttpContext context, int status, string? detail, CancellationToken cancel)
    {
        context.Response.StatusCode = status;
        if (WantsPage(context.Request))
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            var phrase = ReasonPhrases.GetReasonPhrase(status);
            // "Not found": sentence case, as everywhere.
            var title = phrase.Length > 1 ? phrase[..1] + phrase[1..].ToLowerInvariant() : phrase;
            await context.Response.WriteAsync(PlainPage.Render(title, PlainPage.Message(context.Request.PathBase, title, detail ?? Advice(status))), cancel);
            return;
        }
        await TypedResults.Problem(detail ?? Advice(status), statusCode: status).ExecuteAsync(context);
    }

    private static string? Advice(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "Sign in, or send an API key as \"Authorization: Bearer KEY\" or \"x-api-key: KEY\".",
        StatusCodes.Status403Forbidden => "This identity may not do that.",
        StatusCodes.Status404NotFound => "There is nothing here.",
        StatusCodes.Status414UriTooLong =>
            "This address is longer than the server reads. Open the page without what stands behind the question mark and choose the filters there: "
            + "they get a short address.",
        StatusCodes.Status431RequestHeaderFieldsTooLarge =>
            "The browser sends more with this request than the server reads. Mostly these are cookies, which all servers under this name share, "
            + "whatever their port. Delete the cookies of this address, then sign in again.",
        StatusCodes.Status503ServiceUnavailable => "The store cannot be read or written now. The server's log and its pipeline page say why.",
        StatusCodes.Status500InternalServerError => "Something went wrong on the server. Its log says what.",
        _ => null,
    };
}
