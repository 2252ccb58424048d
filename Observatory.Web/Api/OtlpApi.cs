using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Web.Hosting;
using Observatory.Web.Ingest;

namespace Observatory.Web.Api;

/// <summary>
/// Receives OpenTelemetry: <c>POST /v1/logs</c>, <c>/v1/metrics</c> and <c>/v1/traces</c> as http/protobuf and http/json, and the three gRPC
/// services. Answers are those of the protocol, errors too, in the encoding of the request. Senders try again after 429 and 503 only.
/// </summary>
internal static class OtlpApi
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    public static void AddOtlp(this IServiceCollection services)
    {
        services.AddSingleton<OtlpIntake>();
        services.AddOtlpGrpc();
    }

    public static void MapOtlp(this WebApplication app)
    {
        var otlp = app.MapGroup("/v1").TakesEvents().On(Listener.Web | Listener.OtlpHttp).ExcludeFromDescription().WithMetadata(new OwnErrors());
        foreach (var (path, signal) in new[] { ("/logs", OtlpSignal.Logs), ("/metrics", OtlpSignal.Metrics), ("/traces", OtlpSignal.Traces) })
        {
            otlp.MapPost(path, (HttpContext context, BodyReader bodies, OtlpIntake intake) => ReceiveAsync(context, signal, bodies, intake));
        }
        app.MapOtlpGrpc().TakesEvents().On(Listener.Web | Listener.OtlpGrpc).WithMetadata(new OwnErrors());
    }

    private static async Task ReceiveAsync(HttpContext context, OtlpSignal signal, BodyReader bodies, OtlpIntake intake)
    {
        var cancel = context.RequestAborted;
        if (EncodingOf(context.Request) is not { } encoding)
        {
            await RefuseAsync(context, OtlpEncoding.Json, IngestAnswers.WrongType($"{Protobuf} or {Json}"));
            return;
        }
        if (!(await bodies.ReadAsync(context.Request, BodyEncodings.Gzip, cancel)).TryGet(out var body, out var refusal))
        {
            await RefuseAsync(context, encoding, refusal);
            return;
        }
        using var share = body;
        var outcome = await intake.TakeAsync(signal, encoding, body, context.User, cancel);
        if (outcome.Refusal is not null) await RefuseAsync(context, encoding, outcome.Refusal);
        else await AnswerAsync(context, encoding, StatusCodes.Status200OK, OtlpAnswers.Success(signal, encoding, outcome.Rejected, outcome.Message));
    }

    private static OtlpEncoding? EncodingOf(HttpRequest request) =>
        IngestAnswers.HasType(request, Json) ? OtlpEncoding.Json : IngestAnswers.HasType(request, Protobuf) ? OtlpEncoding.Protobuf : null;

    private static Task RefuseAsync(HttpContext context, OtlpEncoding encoding, IngestRefusal refusal)
    {
        if (refusal.RetryAfter is { } seconds) context.Response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        return AnswerAsync(context, encoding, refusal.Status, OtlpAnswers.Status(encoding, (int)CodeOf(refusal), refusal.Detail));
    }

    private static async Task AnswerAsync(HttpContext context, OtlpEncoding encoding, int status, byte[] answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = encoding == OtlpEncoding.Json ? Json : Protobuf;
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    /// <summary>The refusal in the codes of gRPC. Of those only Unavailable is tried again by every sender.</summary>
    public static StatusCode CodeOf(IngestRefusal refusal) => refusal switch
    {
        { RetryAfter: not null } => StatusCode.Unavailable,
        { Status: StatusCodes.Status413PayloadTooLarge } => StatusCode.ResourceExhausted,
        _ => StatusCode.InvalidArgument,
    };

    /// <summary>No page and no problem details for what has no body: senders read neither.</summary>
    private sealed class OwnErrors : ISkipStatusCodePagesMetadata;
}
