using System.Buffers;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Realtime;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;
using Observatory.Web.Live;

namespace Observatory.Web.Api;

/// <summary>What happens, as server-sent events: for programs that are no hub clients.</summary>
internal static class StreamApi
{
    private const string Type = "text/event-stream";

    public static void MapStream(this RouteGroupBuilder analytics) => analytics.MapGet("/stream", Get).WithTags("Live").WithName("GetStream")
        .Produces<string>(StatusCodes.Status200OK, Type)
        .WithSummary("Server-sent events: initial_data first, then batch_update for what changes. With Last-Event-ID (or after) what was missed comes "
            + "instead.");

    private static IResult Get(
        HttpContext context, [FromServices] AnalyticsEngine analytics, [FromServices] LiveFeeds feeds, [FromServices] SessionCheck check,
        [FromServices] TimeProvider clock, [FromServices] IHostApplicationLifetime lifetime,
        [Description("Sequence of the last message that was seen. The header Last-Event-ID says the same, and counts first.")] string? after = null)
    {
        if (after is not null && Number(after) is null) return Problems.BadParameter(new BadParameterException("after", "is no sequence of a message"));
        // A header that a client keeps for us and that is none of ours is as good as none.
        var last = Number(context.Request.Headers["Last-Event-ID"].ToString()) ?? (after is null ? null : Number(after));
        return new Stream(feeds.Open(analytics.Asker, last), new FeedGuard(check, clock, context.User), clock, lifetime.ApplicationStopping);
    }

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Goes on until the client leaves, may hear no more, or the program ends.</summary>
    private sealed class Stream(FeedClient feed, FeedGuard guard, TimeProvider clock, CancellationToken stopping) : IResult
    {
        /// <summary>Keeps proxies from closing what is quiet.</summary>
        private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(15);

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            using var client = feed;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
            var response = httpContext.Response;
            response.ContentType = Type;
            response.Headers["X-Accel-Buffering"] = "no";
            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            try
            {
                await response.StartAsync(end.Token);
                if (!HeadRequests.IsHead(httpContext)) await SendAsync(response, client.Reader, end.Token);
            }
            catch (OperationCanceledException)
            {
                // The client is gone, or this program ends.
            }
        }

        private async Task SendAsync(HttpResponse response, FeedReader reader, CancellationToken cancel)
        {
            await response.Body.FlushAsync(cancel);
            var next = reader.NextAsync(cancel);
            while (true)
            {
                using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                var isNews = await Task.WhenAny(next, Task.Delay(s_quiet, clock, rest.Token)) == next;
                await rest.CancelAsync();
                if (!await guard.MayHearAsync(cancel)) return;
                if (isNews)
                {
                    await WriteAsync(response, await next, cancel);
                    next = reader.NextAsync(cancel);
                }
                else
                {
                    await response.WriteAsync(": still here\n\n", cancel);
                }
                await response.Body.FlushAsync(cancel);
            }
        }

        private static async Task WriteAsync(HttpResponse response, FeedMessage message, CancellationToken cancel)
        {
            await response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"event: {message.Type}\nid: {message.Sequence}\ndata: "), cancel);
            // JSON has no line breaks as we write it.
            response.BodyWriter.Write(JsonMarshal.GetRawUtf8Value(message.Body));
            await response.WriteAsync("\n\n", cancel);
        }
    }
}
