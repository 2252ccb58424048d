using Observatory.Core.Hosting;

namespace Observatory.Web.Hosting;

/// <summary>Notes how long answers of figures took, by their route.</summary>
internal static class AnswerTimes
{
    /// <summary>Behind authorization: only answers are timed.</summary>
    public static void UseAnswerTimes(this WebApplication app)
    {
        var (times, clock) = (app.Services.GetRequiredService<QueryTimes>(), app.Services.GetRequiredService<TimeProvider>());
        app.Use(async (context, next) =>
        {
            if (!HttpMethods.IsGet(context.Request.Method) || !context.Request.Path.StartsWithSegments("/api/analytics")
                || context.Request.Path == LiveConnections.StreamPath || context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } route })
            {
                await next(context);
                return;
            }
            var began = clock.GetTimestamp();
            await next(context);
            if (context.Response.StatusCode == StatusCodes.Status200OK) times.Took(route["/api/analytics/".Length..], clock.GetElapsedTime(began));
        });
    }
}
