using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Accounts;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Core.Storage;
using Observatory.Tests.Support;
using Observatory.Web.Identity;
using Xunit;

namespace Observatory.Tests.Api;

public sealed class OtlpApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private const string Json = "application/json";
    private const string Protobuf = "application/x-protobuf";
    private const string OneLog =
        """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1794474328987000000","attributes":[{"key":"event.name","value":{"stringValue":"x"}}]}]}]}]}""";
    private const string OneGoodOneBad = """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1794474328987000001"},{"timeUnixNano":"0"}]}]}]}""";

    private static async Task<(int Status, string Type, byte[] Body, HttpResponseMessage Answer)> PostAsync(
        HttpClient client, string path, byte[] body, string? type = Json, string[]? encodings = null, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = chunked ? new StreamContent(new Unseekable(body))
            : new ByteArrayContent(body) };
        if (type is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        foreach (var encoding in encodings ?? []) request.Content.Headers.ContentEncoding.Add(encoding);
        if (chunked) request.Headers.TransferEncodingChunked = true;
        var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString() ?? "",
            await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), answer);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    [Fact]
    public async Task What_the_client_sent_over_http_is_taken_and_counted_once()
    {
        await using var host = new WebHost(TimeProvider.System);
        var client = host.Program();
        foreach (var fixture in OtlpFixture.All.Where(f => f.Protocol != "grpc")
            .Concat(OtlpFixture.All.Where(f => f.Signal == OtlpSignal.Logs && f.Protocol != "grpc")))
        {
            var answer = await PostAsync(
                client, $"/v1/{fixture.Signal.ToString().ToLowerInvariant()}", fixture.Bytes, fixture.Encoding == OtlpEncoding.Json ? Json : Protobuf,
                    fixture.IsGzip ? ["gzip"] : [], chunked: fixture.Run.Length % 2 == 0);
            Assert.Equal((fixture.File, 200, fixture.Encoding == OtlpEncoding.Json ? Json : Protobuf), (fixture.File, answer.Status, answer.Type));
            Assert.Equal(fixture.Encoding == OtlpEncoding.Json ? "{}" : "", Text(answer.Body));
        }
        using var truth = Fixture.Truth();
        var runs = OtlpFixture.All.Where(f => f.Signal == OtlpSignal.Logs && f.Protocol != "grpc").Select(f => f.Run).ToHashSet();
        var answered = truth.RootElement.GetProperty("otel_by_run").EnumerateObject().Where(r => runs.Contains(r.Name))
            .Select(r => r.Value.GetProperty("truth_api")).ToList();
        var overview = (await client.JsonAsync("/api/analytics/dashboard?start=2026-11-01T00:00:00Z&end=2026-12-01T00:00:00Z")).GetProperty("overview");
        Assert.Equal(
            (answered.Sum(a => a.Long("input")), answered.Sum(a => a.Long("output")), answered.Sum(a => a.Long("cache_read")),
                answered.Sum(a => a.Long("cache_creation"))),
            (overview.Long("inputTokens"), overview.Long("outputTokens"), overview.Long("cacheReadTokens"), overview.Long("cacheCreationTokens")));
    }

    [Fact]
    public async Task Sessions_that_send_metrics_only_count_by_them()
    {
        await using var host = new WebHost(TimeProvider.System);
        var client = host.Program();
        var runs = new HashSet<string>();
        foreach (var fixture in OtlpFixture.All.Where(f => f.Protocol != "grpc" && f.Signal == OtlpSignal.Metrics))
        {
            runs.Add(fixture.Run);
            Assert.Equal(200, (await PostAsync(client, "/v1/metrics", fixture.Bytes, fixture.Encoding == OtlpEncoding.Json ? Json : Protobuf, fixture.IsGzip
                ? ["gzip"] : [])).Status);
        }
        using var truth = Fixture.Truth();
        var sums = truth.RootElement.GetProperty("otel_by_run").EnumerateObject().Where(r => runs.Contains(r.Name))
            .Select(r => r.Value.GetProperty("token_usage_metric")).ToList();
        var overview = (await client.JsonAsync("/api/analytics/dashboard?start=2026-11-01T00:00:00Z&end=2026-12-01T00:00:00Z")).GetProperty("overview");
        Assert.Equal(
            (Sum("input"), Sum("output"), Sum("cacheRead"), Sum("cacheCreation"), 0L),
            (overview.Long("inputTokens"), overview.Long("outputTokens"), overview.Long("cacheReadTokens"), overview.Long("cacheCreationTokens"),
                overview.Long("totalMessages")));

        long Sum(string name) => sums.Sum(s => s.TryGetProperty(name, out var value) ? value.GetInt64() : 0);
    }

    [Theory]
    [InlineData("/v1/logs")]
    [InlineData("/v1/metrics")]
    [InlineData("/v1/traces")]
    public async Task Nothing_is_taken_too(string path)
    {
        Assert.Equal((200, Json, "{}"), await Answer(PostAsync(web.Host.Program(), path, [])));
        Assert.Equal((200, Json, "{}"), await Answer(PostAsync(web.Host.Program(), path, Bytes("{}"), "application/json; charset=utf-8")));
        Assert.Equal((200, Protobuf, ""), await Answer(PostAsync(web.Host.Program(), path, [], Protobuf)));
    }

    [Fact]
    public async Task Part_of_a_request_is_success_with_what_was_refused()
    {
        const string Message = "1 of 2 were refused: It has no time.";
        var json = await PostAsync(web.Host.Program(), "/v1/logs", Bytes(OneGoodOneBad));
        Assert.Equal((200, $$$"""{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"{{{Message}}}"}}"""), (json.Status, Text(json.Body)));
        var binary = await PostAsync(web.Host.Program(), "/v1/logs", OtlpWire.Write("Logs", Bytes(OneGoodOneBad)), Protobuf);
        byte[] partial = [0x08, 1, 0x12, (byte)Message.Length, .. Bytes(Message)];
        Assert.Equal([0x0A, (byte)partial.Length, .. partial], binary.Body);
        var points = await PostAsync(web.Host.Program(), "/v1/metrics",
            Bytes("""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{}]}}]}]}]}"""));
        Assert.StartsWith("""{"partialSuccess":{"rejectedDataPoints":"1",""", Text(points.Body), StringComparison.Ordinal);
        var spans = await PostAsync(web.Host.Program(), "/v1/traces", Bytes("""{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}"""));
        Assert.StartsWith("""{"partialSuccess":{"rejectedSpans":"1",""", Text(spans.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_a_clock_that_was_never_set_counts_on_its_day()
    {
        var (client, user) = (web.Host.Program(), Guid.NewGuid().ToString());
        var record = $$$"""
            {"resourceLogs":[{"scopeLogs":[{"scope":{"name":"com.anthropic.claude_code.events"},"logRecords":[{"timeUnixNano":"90061000000000","attributes":[
            {"key":"event.name","value":{"stringValue":"api_request"}},{"key":"input_tokens","value":{"intValue":7}},
            {"key":"user.id","value":{"stringValue":"{{{user}}}"}}]}]}]}]}
            """;
        Assert.Equal("{}", Text((await PostAsync(client, "/v1/logs", Bytes(record))).Body));
        async Task<long> TokensAsync(int day)
        {
            var dashboard = await client.JsonAsync($"/api/analytics/dashboard?start=1970-01-0{day}T00:00:00Z&end=1970-01-0{day + 1}T00:00:00Z&user={user}");
            return dashboard.GetProperty("overview").Long("inputTokens");
        }

        Assert.Equal((0, 7, 0), (await TokensAsync(1), await TokensAsync(2), await TokensAsync(3)));
    }

    [Fact]
    public async Task Logs_sent_to_the_address_of_traces_are_refused_in_words()
    {
        var answer = await PostAsync(web.Host.Program(), "/v1/traces", Bytes(OneLog));
        Assert.Equal(400, answer.Status);
        Assert.Contains("holds logs", Text(answer.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_in_the_encoding_it_came_in()
    {
        var client = web.Host.Program();
        var json = await PostAsync(client, "/v1/logs", Bytes("{\"resourceLogs\":[}"));
        Assert.Equal((400, Json), (json.Status, json.Type));
        using (var status = JsonDocument.Parse(json.Body)) Assert.Equal((3, true),
            (status.RootElement.GetProperty("code").GetInt32(), status.RootElement.GetProperty("message").GetString()!.Length > 10));
        var binary = await PostAsync(client, "/v1/logs", [0x0A, 0x7F], Protobuf);
        Assert.Equal((400, Protobuf), (binary.Status, binary.Type));
        Assert.Equal([0x08, 3, 0x12], binary.Body[..3]);
        Assert.Equal(400, (await PostAsync(client, "/v1/logs", Bytes(OneLog), encodings: ["gzip"])).Status);
        Assert.Equal(400, (await PostAsync(client, "/v1/logs", OtlpFixture.Zip(Bytes(OneLog))[..^12], encodings: ["gzip"])).Status);
        Assert.Equal(200, (await PostAsync(client, "/v1/logs", OtlpFixture.Zip(Bytes(OneLog)), encodings: ["gzip"])).Status);
        Assert.Equal(200, (await PostAsync(client, "/v1/logs", Bytes(OneLog), encodings: ["identity"])).Status);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/grpc")]
    [InlineData("application/json; charset=latin1")]
    [InlineData(null)]
    public async Task Other_types_are_not_read(string? type) =>
        Assert.Equal(415, (await PostAsync(web.Host.Program(), "/v1/logs", Bytes(OneLog), type)).Status);

    [Theory]
    [InlineData("zstd")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("gzip", "gzip")]
    [InlineData("identity", "gzip")]
    public async Task Other_and_stacked_encodings_are_not_read(params string[] encodings) =>
        Assert.Equal(415, (await PostAsync(web.Host.Program(), "/v1/logs", OtlpFixture.Zip(Bytes(OneLog)), encodings: encodings)).Status);

    [Fact]
    public async Task Too_much_is_refused_before_and_after_decompression()
    {
        var client = web.Host.Program();
        var large = new byte[33 * 1024 * 1024];
        Array.Fill(large, (byte)' ');
        Assert.Equal(413, (await PostAsync(client, "/v1/logs", large, chunked: true)).Status);
        Assert.Equal(413, (await PostAsync(client, "/v1/logs", large, Protobuf)).Status);
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < 6; i++) await gzip.WriteAsync(large, TestContext.Current.CancellationToken);
        }
        Assert.Equal(413, (await PostAsync(client, "/v1/logs", bomb.ToArray(), encodings: ["gzip"])).Status);
        Assert.Equal(413, (await PostAsync(client, "/v1/logs",
            Bytes("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" + string.Join(',', Enumerable.Repeat("{}", OtlpLimits.Items + 1)) + "]}]}]}")))
            .Status);
        Assert.Equal(200, (await PostAsync(client, "/v1/logs", [.. Bytes(OneLog), .. large.AsSpan(0, 31 * 1024 * 1024)])).Status);
    }

    [Fact]
    public async Task A_large_body_is_taken_in_parts_and_answered_as_one()
    {
        var (user, text) = (Guid.NewGuid().ToString(), new string('x', 12_000));
        // 24 MB; two records in different parts have no time.
        var records = Enumerable.Range(0, 2_000).Select(i =>
            $$$"""{"timeUnixNano":"{{{(i is 3 or 1_900 ? 0 : 1794474328987000000 + i * 1_000_000)}}}","attributes":[{"key":"event.name","value":{"stringValue":"api_request"}},{"key":"request_id","value":{"stringValue":"{{{user}}}{{{i}}}"}},{"key":"input_tokens","value":{"intValue":1}},{"key":"user.id","value":{"stringValue":"{{{user}}}"}},{"key":"note","value":{"stringValue":"{{{text}}}"}}]}""");
        var body = "{\"resourceLogs\":[{\"scopeLogs\":[{\"scope\":{\"name\":\"com.anthropic.claude_code.events\"},\"logRecords\":["
            + string.Join(',', records) + "]}]}]";
        var client = web.Host.Program();
        async Task<long> TokensAsync() =>
            (await client.JsonAsync($"/api/analytics/dashboard?start=2026-11-01T00:00:00Z&end=2026-12-01T00:00:00Z&user={user}")).GetProperty("overview")
            .Long("inputTokens");
        Assert.Equal(400, (await PostAsync(client, "/v1/logs", Bytes(body))).Status);
        Assert.Equal(0, await TokensAsync());
        for (var round = 0; round < 2; round++)
        {
            var answer = await PostAsync(client, "/v1/logs", Bytes(body + "}"));
            Assert.Equal(200, answer.Status);
            Assert.Contains("2 of 2000", Text(answer.Body), StringComparison.Ordinal);
            Assert.Equal(1_998, await TokensAsync());
        }
    }

    [Fact]
    public async Task A_key_that_may_send_is_asked_for_and_nothing_else_is_said()
    {
        var store = web.Host.Services.GetRequiredService<IAccountStore>();
        foreach (var (scope, status) in new[] { (KeyScopes.Ingest, 200), (KeyScopes.Admin, 200), (KeyScopes.Read, 403) })
        {
            var key = $"a key of scope {scope} for tests, long enough";
            await store.SaveKeyAsync(new ApiKey { Name = $"otlp {scope}", Hash = ApiKeys.Hash(key), Scopes = scope, CreatedAt = 1 },
                TestContext.Current.CancellationToken);
            var answer = await PostAsync(web.Host.Program(key), "/v1/logs", Bytes(OneLog));
            Assert.Equal((scope, status), (scope, answer.Status));
            if (status == 403) Assert.Empty(answer.Body);
        }
        foreach (var client in new[] { web.Host.Program(null), web.Host.Program("no such key, but long enough to be one") })
        {
            var answer = await PostAsync(client, "/v1/logs", Bytes(OneLog), Protobuf);
            Assert.Equal((401, 0, "Bearer"), (answer.Status, answer.Body.Length, answer.Answer.Headers.WwwAuthenticate.Single().Scheme));
        }
        // Some versions of the client send the header as it was configured.
        var escaped = web.Host.Program(null);
        escaped.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer%20{Uri.EscapeDataString(WebHost.Key)}");
        Assert.Equal(200, (await PostAsync(escaped, "/v1/logs", Bytes(OneLog))).Status);
    }

    [Fact]
    public async Task There_is_no_rate_limit()
    {
        var client = web.Host.Program();
        for (var i = 0; i < 2_100; i++) Assert.Equal(200, (await PostAsync(client, "/v1/logs", [])).Status);
    }

    [Fact]
    public async Task What_passes_by_itself_is_429_or_503_with_a_time_to_come_again()
    {
        await using var full = new WebHost(TimeProvider.System)
            .WithWebHostBuilder(b => b.ConfigureTestServices(s => s.AddSingleton<IEventSink>(new Stubborn(taken: false))));
        await RefusedAsync(full.CreateClient(), 429, "1");
        await using var broken = new WebHost(TimeProvider.System)
            .WithWebHostBuilder(b => b.ConfigureTestServices(s => s.AddSingleton<IEventSink>(new Stubborn(taken: true))));
        await RefusedAsync(broken.CreateClient(), 503, "5");

        await using var failing = new WebHost(TimeProvider.System);
        var client = failing.Program();
        failing.Services.GetRequiredService<WriterFigures>().Failed("disk full", mayPass: true);
        await RefusedAsync(client, 503, "5");
        failing.Services.GetRequiredService<WriterFigures>().Worked();
        Assert.Equal(200, (await PostAsync(client, "/v1/logs", Bytes(OneLog))).Status);
    }

    private static async Task RefusedAsync(HttpClient client, int status, string retryAfter)
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", WebHost.Key);
        var answer = await PostAsync(client, "/v1/logs", Bytes(OneLog));
        Assert.Equal((status, Json, retryAfter), (answer.Status, answer.Type, answer.Answer.Headers.RetryAfter?.ToString()));
        using var body = JsonDocument.Parse(answer.Body);
        Assert.Equal(14, body.RootElement.GetProperty("code").GetInt32());
    }

    private static async Task<(int, string, string)> Answer(Task<(int Status, string Type, byte[] Body, HttpResponseMessage Answer)> post)
    {
        var (status, type, body, _) = await post;
        return (status, type, Text(body));
    }

    /// <summary>A queue that is full, or a writer that gives up.</summary>
    private sealed class Stubborn(bool taken) : IEventSink
    {
        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel) => throw new NotSupportedException();

        public bool TryWrite(EventBatch batch)
        {
            if (taken) batch.MarkFailed(new IOException("disk full"));
            return taken;
        }
    }

    /// <summary>Of no length that could be told beforehand.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
