using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Web.Ingest;

namespace Observatory.Tests.Benchmarks;

/// <summary>
/// The road of the events API up to the store and not into it: the same server, the same reading of bodies and of events, and an answer. What it
/// reaches is the bound of the real one. Prints its address and lives until its standard input ends.
/// </summary>
internal static class ParseServer
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http1);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<BodyBudget>();
        builder.Services.AddSingleton<BodyReader>();
        await using var app = builder.Build();
        var bodies = app.Services.GetRequiredService<BodyReader>();
        var readers = new DefaultObjectPool<EventReader>(new DefaultPooledObjectPolicy<EventReader>());
        app.MapPost("/api/analytics/events", async context =>
        {
            var read = await bodies.ReadAsync(context.Request, BodyEncodings.Gzip | BodyEncodings.Brotli, context.RequestAborted);
            if (!read.TryGet(out var body, out _))
            {
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                return;
            }
            var reader = readers.Get();
            var taken = reader.Read(body.Memory.Span, false, new EventBatch { Source = EventSource.Api }, TimeProvider.System.GetUtcNow()
                .ToUnixTimeMilliseconds()).Taken;
            readers.Return(reader);
            body.Dispose();
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await context.Response.WriteAsJsonAsync(new ItemsAnswer(taken, 0, []), context.RequestAborted);
        });
        await app.StartAsync();
        await Console.Out.WriteLineAsync(app.Urls.First());
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
