using System.Globalization;
using Observatory.Core;

namespace Observatory.Web.Api;

/// <summary>
/// What answers say to somebody who does not see everything: which range was answered, which weeks were left out, and that all of it is withheld.
/// </summary>
internal static class SightAnswers
{
    public const string RangeHeader = "X-Range", WithheldHeader = "X-Withheld";

    public static RouteGroupBuilder WithSight(this RouteGroupBuilder routes)
    {
        routes.AddEndpointFilter(AnswerAsync);
        return routes;
    }

    private static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var (context, notes) = (call.HttpContext, call.HttpContext.RequestServices.GetRequiredService<AnalyticsEngine>().Notes);
        // Files are asked for while they are written: their headers go out with the first byte.
        context.Response.OnStarting(() =>
        {
            if (notes.Range is { } range && !context.Response.Headers.ContainsKey(RangeHeader))
                context.Response.Headers[RangeHeader] = $"{Instant(range.StartTime)}/{Instant(range.EndTime)}";
            if (notes.Withheld is { Count: > 0 } weeks)
                context.Response.Headers[WithheldHeader] = string.Join(", ", weeks.Select(w => w.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
            return Task.CompletedTask;
        });
        try
        {
            return await next(call);
        }
        catch (WithheldException)
        {
            return TypedResults.Ok(new WithheldAnswer());
        }
        catch (UnknownUserException)
        {
            return Problems.NotFound("user");
        }
    }

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>In place of what too few people have a part in.</summary>
internal sealed record WithheldAnswer
{
    public bool Withheld { get; } = true;
}
