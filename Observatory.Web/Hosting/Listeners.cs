namespace Observatory.Web.Hosting;

/// <summary>The ports that the program listens on, by what they are for.</summary>
[Flags]
internal enum Listener
{
    /// <summary>Pages, API and all else.</summary>
    Web = 1,

    /// <summary>OTLP over HTTP and nothing else.</summary>
    OtlpHttp = 2,

    /// <summary>OTLP over gRPC and nothing else.</summary>
    OtlpGrpc = 4,
}

/// <summary>Tells a connection's listener; one without it came in at the web port. The Host header says nothing: anybody may write it.</summary>
internal sealed record ListenerTag(Listener Listener);

/// <summary>Where an endpoint answers; one without it answers at the web port.</summary>
internal sealed record AnswersOn(Listener Listeners);

internal static class Listeners
{
    public static TBuilder On<TBuilder>(this TBuilder endpoint, Listener listeners) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AnswersOn(listeners));

    /// <summary>What an endpoint does not answer on is not there, for friend and stranger alike. Behind routing, before everything that asks who it
    /// is.</summary>
    public static void UseListeners(this WebApplication app) => app.Use((context, next) =>
    {
        var here = context.Features.Get<ListenerTag>()?.Listener ?? Listener.Web;
        var there = context.GetEndpoint()?.Metadata.GetMetadata<AnswersOn>()?.Listeners ?? Listener.Web;
        if (there.HasFlag(here)) return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });
}
