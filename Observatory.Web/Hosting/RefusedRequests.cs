using System.Diagnostics;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Observatory.Web.Hosting;

/// <summary>
/// What the web server refuses itself, because it is no request at all (<c>/%00</c>, a line without a method, headers without an end), never reaches
/// the pipeline. The server tells of it just before it answers: that answer gets our headers, too, and begins at once, since the server would clear
/// them before it begins it itself.
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
        if (features.Get<IHttpResponseFeature>() is not { HasStarted: false } answer || features.Get<IHttpResponseBodyFeature>() is not { } body) return;
        SecurityHeaders.Set(answer.Headers, SecurityHeaders.NewNonce(), features.Get<ITlsHandshakeFeature>() is not null, isKept: false);
        // Whatever comes behind such a request cannot be told from it.
        answer.Headers.Connection = "close";
        var begin = body.StartAsync();
        // It waits for nobody: what is asked before an answer begins is asked in the pipeline, and it never came there.
        if (!begin.IsCompleted) begin.ContinueWith(static t => t.Exception, TaskScheduler.Default);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
