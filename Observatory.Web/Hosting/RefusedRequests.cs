using System.Diagnostics;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Observatory.Web.Hosting;

/// <summary>
/// What the web server refuses itself, because it is no request at all (<c>/%00</c>, a line without a method, headers without an end), never reaches
/// the pipeline. The server tells of it just before it answers: that answer gets our headers, too.
/// </summary>
internal sealed class RefusedRequests : IObserver<KeyValuePair<string, object?>>
{
    private const string Refused = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Until the program ends.</summary>
    public static void Watch(IServiceProvider services) =>
        services.GetRequiredService<DiagnosticListener>().Subscribe(new RefusedRequests(), static name => name == Refused);

    public void OnNext(KeyValuePair<string, object?> told)
    {
        if (told.Key != Refused || told.Value is not IFeatureCollection features) return;
        if (features.Get<IHttpResponseFeature>() is not { HasStarted: false } answer) return;
        SecurityHeaders.Set(answer.Headers, SecurityHeaders.NewNonce(), features.Get<ITlsHandshakeFeature>() is not null, isKept: false);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
