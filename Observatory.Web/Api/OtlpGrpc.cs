using System.Buffers;
using System.IO.Compression;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Http.Features;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Web.Ingest;

namespace Observatory.Web.Api;

/// <summary>The three gRPC services of the protocol, without generated code: a call's bytes go to the reader as they are.</summary>
internal sealed class OtlpGrpc(OtlpIntake intake)
{
    private const string Details = "grpc-status-details-bin";

    public async Task<byte[]> ExportAsync(OtlpSignal signal, OtlpCall call, ServerCallContext context)
    {
        var outcome = call.Request is null
            ? new OtlpOutcome(0, null, call.Refusal)
            : await intake.WriteAsync(call.Request, context.GetHttpContext().User, context.CancellationToken);
        return outcome.Refusal is { } refusal ? throw Refuse(refusal) : OtlpAnswers.Success(signal, OtlpEncoding.Protobuf, outcome.Rejected, outcome.Message);
    }

    public static RpcException Refuse(IngestRefusal refusal)
    {
        var code = OtlpApi.CodeOf(refusal);
        var trailers = new Metadata();
        // When to come again stands in the details: without it some senders give up.
        if (refusal.RetryAfter is not null) trailers.Add(Details, OtlpAnswers.Status(OtlpEncoding.Protobuf, (int)code, refusal.Detail, refusal.RetryAfter));
        return new RpcException(new Status(code, refusal.Detail), trailers);
    }
}

/// <summary>A call's message, read while its bytes are there.</summary>
internal sealed record OtlpCall(OtlpRequest? Request, IngestRefusal? Refusal);

/// <summary>Says which methods there are.</summary>
internal sealed class OtlpGrpcMethods : IServiceMethodProvider<OtlpGrpc>
{
    private static readonly Marshaller<byte[]> s_answer =
        Marshallers.Create<byte[]>(static (bytes, context) => context.Complete(bytes), static context => context.PayloadAsNewBuffer());

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<OtlpGrpc> context)
    {
        Add(context, OtlpSignal.Logs, "opentelemetry.proto.collector.logs.v1.LogsService");
        Add(context, OtlpSignal.Metrics, "opentelemetry.proto.collector.metrics.v1.MetricsService");
        Add(context, OtlpSignal.Traces, "opentelemetry.proto.collector.trace.v1.TraceService");
    }

    private static void Add(ServiceMethodProviderContext<OtlpGrpc> context, OtlpSignal signal, string service)
    {
        var call = Marshallers.Create<OtlpCall>(static (_, _) => throw new NotSupportedException(), bytes => Read(signal, bytes.PayloadAsReadOnlySequence()));
        context.AddUnaryMethod(new Method<OtlpCall, byte[]>(MethodType.Unary, service, "Export", call, s_answer), [], (grpc, message, server) =>
            grpc.ExportAsync(signal, message, server));
    }

    private static OtlpCall Read(OtlpSignal signal, in ReadOnlySequence<byte> bytes)
    {
        var (request, refusal) = OtlpIntake.Read(signal, OtlpEncoding.Protobuf, bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray());
        return new OtlpCall(request, refusal);
    }
}

internal static class OtlpGrpcRegistration
{
    public static void AddOtlpGrpc(this IServiceCollection services)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = BodyReader.Limit;
            // Unknown services are answered like any other unknown path.
            grpc.IgnoreUnknownServices = true;
            grpc.CompressionProviders.Clear();
            grpc.CompressionProviders.Add(new LimitedGzip());
        });
        services.AddSingleton<OtlpGrpc>();
        services.AddSingleton<IServiceMethodProvider<OtlpGrpc>, OtlpGrpcMethods>();
    }

    public static GrpcServiceEndpointConventionBuilder MapOtlpGrpc(this WebApplication app)
    {
        var budget = app.Services.GetRequiredService<BodyBudget>();
        var endpoints = app.MapGrpcService<OtlpGrpc>();
        endpoints.Add(endpoint =>
        {
            var inner = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = async context =>
            {
                // The server's own limit is lower. The frame of a message has five bytes.
                if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = BodyReader.Limit + 5;
                using var body = new BudgetedPipe(context.Request.BodyReader, budget.Of(context.User), () => OtlpGrpc.Refuse(BodyReader.NoRoom));
                context.Features.Set<IRequestBodyPipeFeature>(body);
                await inner(context);
            };
        });
        return endpoints;
    }

    /// <summary>The framework's limit is on what comes in; this one is on what it becomes.</summary>
    private sealed class LimitedGzip : ICompressionProvider
    {
        public string EncodingName => "gzip";

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
            new GZipStream(stream, compressionLevel ?? CompressionLevel.Fastest, leaveOpen: true);

        public Stream CreateDecompressionStream(Stream stream) => new Limited(new GZipStream(stream, CompressionMode.Decompress));
    }

    private sealed class Limited(Stream inner) : Stream
    {
        private long _left = BodyReader.Limit;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            try
            {
                var read = inner.Read(buffer);
                return (_left -= read) >= 0 ? read
                    : throw new RpcException(new Status(StatusCode.ResourceExhausted,
                    $"The message is larger than {BodyReader.Limit / 1024 / 1024} MB. Send it in parts."));
            }
            catch (InvalidDataException)
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, "The message is not gzip, as its header says."));
            }
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
