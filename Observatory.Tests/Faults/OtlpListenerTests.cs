using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>Telemetry on ports of its own, over HTTP and gRPC, in the real program.</summary>
public sealed class OtlpListenerTests : IDisposable
{
    private const string LogsService = "opentelemetry.proto.collector.logs.v1.LogsService";

    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create<byte[]>(b => b, b => b);

    private readonly TempFolder _temp = new();

    private static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    private Task<AppProcess> StartAsync(string http, string grpc) =>
        AppProcess.StartAsync(_temp.Folder("data"), _temp.Folder("claude"), ("Observatory__Otlp__HttpUrl", http), ("Observatory__Otlp__GrpcUrl", grpc));

    private static async Task<(StatusCode Code, string Detail, byte[] Answer, Metadata Trailers)> ExportAsync(GrpcChannel channel, string service,
        byte[] message, string? key = AppProcess.Key, bool gzip = false)
    {
        var headers = new Metadata();
        if (key is not null) headers.Add("authorization", $"Bearer {key}");
        if (gzip) headers.Add("grpc-internal-encoding-request", "gzip");
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(new Method<byte[], byte[]>(MethodType.Unary, service, "Export", s_bytes, s_bytes), null,
            new CallOptions(headers), message);
        try
        {
            var answer = await call;
            return (StatusCode.OK, "", answer, []);
        }
        catch (RpcException e)
        {
            return (e.StatusCode, e.Status.Detail, [], e.Trailers);
        }
    }

    private static string ServiceOf(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Logs => LogsService,
        OtlpSignal.Metrics => "opentelemetry.proto.collector.metrics.v1.MetricsService",
        _ => "opentelemetry.proto.collector.trace.v1.TraceService",
    };

    [Fact]
    public async Task TelemetryHasPortsOfItsOwnWhereNothingElseAnswers()
    {
        var (http, grpc) = (FreeUrl(), FreeUrl());
        await using var app = await StartAsync(http, grpc);
        // The link still leads to the pages.
        Assert.NotEqual(new Uri(http).Port, app.Link.Port);
        Assert.NotEqual(new Uri(grpc).Port, app.Link.Port);

        using var client = new HttpClient { BaseAddress = new Uri(http) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AppProcess.Key);
        foreach (var path in new[] { "/", "/account/sign-in", "/health/live", "/api/analytics/dashboard", "/openapi/v1.json", "/favicon.svg",
            "/_blazor/negotiate", $"/{LogsService}/Export" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await client.SendAsync(request)).StatusCode));
            using var forged = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = app.Http.BaseAddress!.Authority } };
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await client.SendAsync(forged)).StatusCode));
        }
        foreach (var server in new[] { client, app.Http })
        {
            Assert.Equal("{}", await (await server.PostAsync("/v1/logs", new StringContent("{}", Encoding.UTF8, "application/json")))
                .Content.ReadAsStringAsync());
        }
        client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync("/v1/logs", new StringContent("{}", Encoding.UTF8, "application/json"))).StatusCode);

        using var channel = GrpcChannel.ForAddress(grpc);
        Assert.Equal(StatusCode.OK, (await ExportAsync(channel, LogsService, [])).Code);
        using var second = new HttpClient { BaseAddress = new Uri(grpc), DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        second.DefaultRequestHeaders.Add("x-api-key", AppProcess.Key);
        foreach (var path in new[] { "/", "/api/analytics/dashboard", "/v1/logs" }) Assert.Equal((path, HttpStatusCode.NotFound),
            (path, (await second.GetAsync(path)).StatusCode));
        Assert.Equal(HttpStatusCode.NotFound, (await second.PostAsync("/v1/logs", new StringContent("{}", Encoding.UTF8, "application/json"))).StatusCode);
    }

    [Fact]
    public async Task WhatTheClientSentOverGrpcIsTakenAndCountedOnce()
    {
        var grpc = FreeUrl();
        await using var app = await StartAsync("", grpc);
        using var channel = GrpcChannel.ForAddress(grpc);
        var gzip = false;
        foreach (var fixture in OtlpFixture.All.Where(f => f.Protocol == "grpc")
            .Concat(OtlpFixture.All.Where(f => f.Protocol == "grpc" && f.Signal == OtlpSignal.Logs)))
        {
            foreach (var message in fixture.Requests)
            {
                var answer = await ExportAsync(channel, ServiceOf(fixture.Signal), message, gzip: gzip = !gzip);
                Assert.Equal((fixture.File, StatusCode.OK, "", 0), (fixture.File, answer.Code, answer.Detail, answer.Answer.Length));
            }
        }
        using var truth = Fixture.Truth();
        var runs = OtlpFixture.All.Where(f => f.Signal == OtlpSignal.Logs && f.Protocol == "grpc").Select(f => f.Run).ToHashSet();
        var answered = truth.RootElement.GetProperty("otel_by_run").EnumerateObject().Where(r => runs.Contains(r.Name))
            .Select(r => r.Value.GetProperty("truth_api")).ToList();
        var overview = (await app.GetAsync("/api/analytics/dashboard?start=2026-11-01T00:00:00Z&end=2026-12-01T00:00:00Z")).GetProperty("overview");
        Assert.Equal((answered.Sum(a => a.Long("input")), answered.Sum(a => a.Long("output"))), (overview.Long("inputTokens"), overview.Long("outputTokens")));

        Assert.Equal(StatusCode.Unauthenticated, (await ExportAsync(channel, LogsService, [], key: null)).Code);
        Assert.Equal(StatusCode.InvalidArgument, (await ExportAsync(channel, LogsService, [0x0A, 0x7F])).Code);
        Assert.Equal(StatusCode.Unimplemented, (await ExportAsync(channel, "opentelemetry.proto.collector.profiles.v1.ProfilesService", [])).Code);
        Assert.Equal(StatusCode.ResourceExhausted, (await ExportAsync(channel, LogsService, new byte[33 * 1024 * 1024])).Code);
        Assert.Equal(StatusCode.ResourceExhausted, (await ExportAsync(channel, LogsService, new byte[33 * 1024 * 1024], gzip: true)).Code);
        var partial = await ExportAsync(channel, LogsService,
            OtlpWire.Write("Logs", """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityText":"INFO"}]}]}]}"""u8));
        Assert.Equal([0x08, 1], partial.Answer[2..4]);
    }

    [Fact]
    public async Task APortInUseIsAWarningAndNotAFailedStart()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        var http = FreeUrl();
        await using var app = await StartAsync(http, url);
        Assert.Contains($"Observatory:Otlp:GrpcUrl: {url} is in use", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", app.Output, StringComparison.Ordinal);
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync($"{http}/v1/logs", null)).StatusCode);
    }

    [Fact]
    public async Task NamedEndpointsKeepTheirPlaceBesideTelemetry()
    {
        var (web, http) = (FreeUrl(), FreeUrl());
        await using var app = await AppProcess.StartAsync(
            _temp.Folder("data"), _temp.Folder("claude"), ("Kestrel__Endpoints__Pages__Url", web), ("Observatory__Otlp__HttpUrl", http));
        Assert.Equal(new Uri(web).Port, app.Link.Port);
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync($"{http}/v1/logs", null)).StatusCode);
    }

    [Fact]
    public async Task AWebPortWithTlsTakesGrpcToo()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(40), DateTimeOffset.UnixEpoch.AddYears(80));
        await File.WriteAllBytesAsync(_temp.File("cert.pfx"), certificate.Export(X509ContentType.Pfx, "secret"));
        var web = FreeUrl().Replace("http:", "https:", StringComparison.Ordinal);
        await using var app = AppProcess.Launch(
            _temp.Folder("data"), _temp.Folder("claude"), ("ASPNETCORE_URLS", web), ("Kestrel__Certificates__Default__Path", _temp.File("cert.pfx")),
            ("Kestrel__Certificates__Default__Password", "secret"), ("Observatory__Otlp__GrpcUrl", FreeUrl()));
        await Patience.UntilAsync(() => app.HasExited || app.Output.Contains($"{web}/account/link", StringComparison.Ordinal));
        Assert.False(app.HasExited, app.Output);
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, given, _, _) =>
            given?.GetCertHashString() == certificate.GetCertHashString() } };
        using var channel = GrpcChannel.ForAddress(web, new GrpcChannelOptions { HttpHandler = handler });
        Assert.Equal(StatusCode.OK, (await ExportAsync(channel, LogsService, [])).Code);
    }

    [Theory]
    [InlineData("Observatory__Otlp__HttpUrl", "4318", "Observatory:Otlp:HttpUrl: ")]
    [InlineData("Observatory__Otlp__GrpcUrl", "http://192.0.2.7:4317", "Observatory:Otlp:GrpcUrl: ")]
    public async Task AWrongAddressStopsTheStartWithOneLine(string name, string value, string start)
    {
        await using var app = AppProcess.Launch(_temp.Folder("data"), _temp.Folder("claude"), (name, value));
        Assert.Equal(1, await app.WaitForExitAsync());
        Assert.StartsWith(start, app.Output.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', app.Output.Trim());
    }

    [Fact]
    public async Task BeyondThisMachineItWantsSomebodyWhoMaySend()
    {
        await using var app = AppProcess.Launch(
            _temp.Folder("data"), _temp.Folder("claude"), ("Observatory__Otlp__HttpUrl", "http://0.0.0.0:0"), ("Observatory__Bootstrap__ApiKey", ""));
        Assert.Equal(1, await app.WaitForExitAsync());
        Assert.Contains("Observatory:Otlp:HttpUrl: http://0.0.0.0:0 can be reached from other machines", app.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();
}
