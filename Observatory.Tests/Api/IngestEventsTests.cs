using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Accounts;
using Observatory.Core.Storage;
using Observatory.Tests.Benchmarks;
using Observatory.Tests.Support;
using Observatory.Web.Identity;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Events over HTTP: every answer, and what the next GET shows.</summary>
public sealed class IngestEventsTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private const string Path = "/api/analytics/events";

    private readonly WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Now => web.Clock.GetUtcNow().AddMinutes(-1).ToString("O");

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task An_acknowledged_event_is_in_the_next_answer(string? encoding)
    {
        var id = Guid.NewGuid().ToString();
        var body = $$"""
            [{"id":"{{id}}-1","type":"message_sent","timestamp":"{{Now}}","conversationId":"{{id}}","userId":"u-{{id}}","data":{"messageId":"{{id}}-m","role":"user","messageLength":5} },
             {"id":"{{id}}-2","type":"token_usage","timestamp":"{{Now}}","conversationId":"{{id}}","userId":"u-{{id}}","data":{"inputTokens":100,"outputTokens":20,"model":"claude-opus-5-5"} }]
            """;
        using var answer = await PostAsync(body, encoding: encoding);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal((2, 0, 0), Counts(await JsonAsync(answer)));
        var overview = (await _host.Program().JsonAsync($"/api/analytics/dashboard?user=u-{id}")).GetProperty("overview");
        Assert.Equal((1, 1, 100, 20), (overview.Long("totalConversations"), overview.Long("userMessages"), overview.Long("inputTokens"),
            overview.Long("outputTokens")));
        using var again = await PostAsync(body);
        Assert.Equal((0, 2, 0), Counts(await JsonAsync(again)));
        Assert.Equal(100, (await _host.Program().JsonAsync($"/api/analytics/dashboard?user=u-{id}")).GetProperty("overview").Long("inputTokens"));
    }

    [Fact]
    public async Task New_names_beyond_what_a_key_may_bring_in_a_day_are_one()
    {
        await using var host = new WebHost(web.Clock);
        const int Most = 1_000, Sent = 1_300;
        var body = string.Join('\n', Enumerable.Range(0, Sent).Select(i =>
            $$$"""{"id":"e{{{i}}}","type":"tool_use","timestamp":"{{{Now}}}","conversationId":"c","data":{"toolName":"tool{{{i}}}"}}"""));
        using var content = new StringContent(body, Encoding.UTF8, "application/x-ndjson");
        using var answer = await host.Program().PostAsync(Path, content, Cancel);
        Assert.Equal((Sent, 0, 0), Counts(await JsonAsync(answer)));
        var answered = await host.Program().JsonAsync("/api/analytics/tools");
        var tools = answered.EnumerateArray().ToDictionary(t => t.GetProperty("tool").GetString()!, t => t.Long("calls"));
        Assert.Equal((Most + 1, Sent - Most), (tools.Count, tools["others"]));
        var told = Assert.Single((await host.Program().JsonAsync("/api/analytics/pipeline")).GetProperty("namesBeyond").EnumerateArray());
        Assert.Equal(("tool", Most), (told.GetProperty("kind").GetString(), (int)told.Long("taken")));
    }

    [Fact]
    public async Task The_same_id_inside_one_request_is_a_duplicate()
    {
        var one = $$"""{"id":"{{Guid.NewGuid()}}","type":"x","timestamp":"{{Now}}"}""";
        using var answer = await PostAsync($"[{one},{one},{one}]");
        Assert.Equal((1, 2, 0), Counts(await JsonAsync(answer)));
    }

    [Fact]
    public async Task Without_an_id_the_same_content_is_the_same_event()
    {
        var (now, text) = (Now, Guid.NewGuid().ToString());
        using var first = await PostAsync($$$"""{"type":"x","timestamp":"{{{now}}}","data":{"a":1,"b":"{{{text}}}"}}""");
        using var second = await PostAsync($$$"""{"data":{"b":"{{{text}}}","a":1},"timestamp":"{{{now}}}","type":"x"}""");
        Assert.Equal(((1, 0, 0), (0, 1, 0)), (Counts(await JsonAsync(first)), Counts(await JsonAsync(second))));
    }

    [Fact]
    public async Task Refused_events_say_why_and_are_kept()
    {
        var id = Guid.NewGuid().ToString();
        using var answer = await PostAsync($$"""{"id":"{{id}}","type":"token_usage","timestamp":"{{Now}}","data":{"inputTokens":-5} }""" + "\n" + "broken {"
            + "\n" + $$"""{"type":"x","timestamp":"{{Now}}"}""", "application/x-ndjson");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var json = await JsonAsync(answer);
        Assert.Equal(2, json.GetProperty("rejected").GetArrayLength());
        var rejected = json.GetProperty("rejected")[0];
        Assert.Equal((0, id), (rejected.GetProperty("index").GetInt32(), rejected.GetProperty("id").GetString()));
        Assert.Contains("inputTokens", rejected.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, JsonValueKind.Null), (json.GetProperty("rejected")[1].GetProperty("index").GetInt32(),
            json.GetProperty("rejected")[1].GetProperty("id").ValueKind));
        await using var db = await _host.Services.GetRequiredService<IDbContextFactory<ObservatoryContext>>().CreateDbContextAsync(Cancel);
        Assert.Equal("inputTokens is not a whole number from 0 to 10^12.", (await db.DeadLetters.SingleAsync(d => d.EventId == id, Cancel)).Reason);
    }

    [Fact]
    public async Task An_empty_array_is_taken()
    {
        using var answer = await PostAsync("[]");
        Assert.Equal((HttpStatusCode.Accepted, (0, 0, 0)), (answer.StatusCode, Counts(await JsonAsync(answer))));
    }

    [Theory]
    [InlineData("text/plain", null, 415)]
    [InlineData("application/xml", null, 415)]
    [InlineData("application/json; charset=utf-16", null, 415)]
    [InlineData("application/x-www-form-urlencoded", null, 415)]
    [InlineData("application/json; charset=utf-8", null, 202)]
    [InlineData("Application/JSON", null, 202)]
    [InlineData("application/json", "zstd", 415)]
    [InlineData("application/json", "gzip, gzip", 415)]
    [InlineData("application/json", "gzip", 400)]
    [InlineData("application/json", "br", 400)]
    public async Task Types_and_encodings(string type, string? encoding, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post,
            Path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"type":"x","timestamp":"{{Now}}"}""")) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null) request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var answer = await _host.Program().SendAsync(request, Cancel);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status != 202) Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("nonsense")]
    [InlineData("[{},]")]
    [InlineData("7")]
    public async Task A_body_that_cannot_be_read_is_400(string body)
    {
        using var answer = await PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("body", (await JsonAsync(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_much_is_413()
    {
        using var many = await PostAsync($"[{string.Join(',', Enumerable.Repeat("{}", 50_001))}]");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, many.StatusCode);
        using var large = await PostAsync(new string(' ', 33_554_433));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using var bomb = await PostAsync(new string(' ', 200_000_000), encoding: "gzip");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, bomb.StatusCode);
        using var brotli = await PostAsync(new string(' ', 200_000_000), encoding: "br");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, brotli.StatusCode);
    }

    [Fact]
    public async Task A_large_body_is_taken_in_parts_and_answered_as_one()
    {
        var (id, text) = (Guid.NewGuid().ToString(), new string('x', 9_000));
        // 18 MB; the first is sent again as the last, in another part.
        var events = Enumerable.Range(0, 2_000).Select(i => i == 1_500 ? "17"
            : $$"""{"id":"{{id}}-{{i % 1_999}}","type":"token_usage","timestamp":"{{Now}}","userId":"u-{{id}}","data":{"inputTokens":1,"note":"{{text}}"} }""").ToList();
        using var cut = await PostAsync($"[{string.Join(',', events)},");
        Assert.Equal(HttpStatusCode.BadRequest, cut.StatusCode);
        Assert.Equal(0, (await _host.Program().JsonAsync($"/api/analytics/dashboard?user=u-{id}")).GetProperty("overview").Long("inputTokens"));
        using var answer = await PostAsync($"[{string.Join(',', events)}]");
        var json = await JsonAsync(answer);
        Assert.Equal((1_998, 1, 1), Counts(json));
        Assert.Equal(1_500, json.GetProperty("rejected")[0].GetProperty("index").GetInt32());
        Assert.Equal(1_998, (await _host.Program().JsonAsync($"/api/analytics/dashboard?user=u-{id}")).GetProperty("overview").Long("inputTokens"));
        using var again = await PostAsync($"[{string.Join(',', events)}]");
        Assert.Equal((0, 1_999, 1), Counts(await JsonAsync(again)));
    }

    [Fact]
    public async Task Fifty_thousand_events_are_one_request()
    {
        using var answer = await PostAsync("[" + string.Join(',', Enumerable.Range(0, 50_000)
            .Select(i => $$"""{"id":"many-{{i}}","type":"message_sent","timestamp":"{{Now}}","data":{"role":"user"} }""")) + "]");
        Assert.Equal((HttpStatusCode.Accepted, (50_000, 0, 0)), (answer.StatusCode, Counts(await JsonAsync(answer))));
    }

    [Theory]
    [InlineData(KeyScopes.Ingest, 202)]
    [InlineData(KeyScopes.Admin, 202)]
    [InlineData(KeyScopes.Read, 403)]
    public async Task Only_keys_that_may_send_send(KeyScopes scopes, int status)
    {
        var key = Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
        await _host.Services.GetRequiredService<IAccountStore>().SaveKeyAsync(new ApiKey { Name = "test", Hash = ApiKeys.Hash(key), Scopes = scopes }, Cancel);
        foreach (var path in new[] { Path, "/api/analytics/timeseries" })
        {
            using var answer = await _host.Program(key).PostAsync(path, new StringContent("[]", Encoding.UTF8, "application/json"), Cancel);
            Assert.Equal(status, (int)answer.StatusCode);
        }
        using var read = await _host.Program(key).GetAsync("/api/analytics/dashboard", Cancel);
        Assert.Equal(scopes == KeyScopes.Ingest ? HttpStatusCode.Forbidden : HttpStatusCode.OK, read.StatusCode);
    }

    [Fact]
    public async Task A_page_of_another_origin_gets_no_leave()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, Path);
        request.Headers.Add("Origin", "http://evil.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var answer = await _host.Program().SendAsync(request, Cancel);
        Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Whatever_is_sent_is_never_the_servers_fault()
    {
        var random = new Random(47);
        for (var i = 0; i < 200; i++)
        {
            var text = "[" + string.Join(',', Enumerable.Range(0, 5)
                .Select(n => EventBench.Event(n).Replace("event-", $"fuzz-{i}-", StringComparison.Ordinal))) + "]";
            var bytes = Encoding.UTF8.GetBytes(text);
            for (var n = random.Next(1, 6); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            var lines = random.Next(2) == 0;
            using var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue(lines ? "application/x-ndjson" : "application/json");
            using var answer = await _host.Program().PostAsync(Path, content, Cancel);
            Assert.True(answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.BadRequest,
                $"{i}: {answer.StatusCode} for {Encoding.UTF8.GetString(bytes)}");
            if (answer.StatusCode == HttpStatusCode.Accepted && !lines)
            {
                var (accepted, duplicates, rejected) = Counts(await JsonAsync(answer));
                Assert.True(accepted + duplicates + rejected == 5, $"{i}: {accepted} {duplicates} {rejected}");
            }
        }
        var good = Guid.NewGuid();
        using var after = await PostAsync($$"""{"id":"{{good}}","type":"x","timestamp":"{{Now}}"}""");
        Assert.Equal((1, 0, 0), Counts(await JsonAsync(after)));
    }

    [Fact]
    public async Task Values_of_a_metric_come_back_exactly()
    {
        var metric = $"test.{Guid.NewGuid():N}";
        string Point(int minute, double value, string branch) =>
            $$"""{"metric":"{{metric}}","timestamp":"2026-11-12T09:{{minute:00}}:30Z","value":{{value.ToString(System.Globalization.CultureInfo.InvariantCulture)}},"tags":{"branch":"{{branch}}","n":1} }""";
        var body = string.Join('\n', Point(0, 1, "main"), Point(0, 3, "main"), Point(2, 10, "main"), Point(2, 5, "dev"), Point(2, 5, "dev"),
            $$"""{"metric":"{{metric}}","timestamp":"2026-11-12T09:00:00Z"}""");
        using var sent = await PostAsync(body, "application/x-ndjson", path: "/api/analytics/timeseries");
        var answer = await JsonAsync(sent);
        Assert.Equal((HttpStatusCode.Accepted, (4, 1, 1)), (sent.StatusCode, Counts(answer)));

        var client = _host.Program();
        var range = $"/api/analytics/timeseries?metric={metric}&start=2026-11-12T09:00:00Z&end=2026-11-12T09:04:00Z&interval=1m";
        async Task<string> Values(string query) => string.Join(' ', (await client.JsonAsync(range + query)).GetProperty("series").EnumerateArray()
            .Select(s => string.Join(',', s.GetProperty("tags").EnumerateObject().Select(t => t.Value.GetString())) + ":"
                + string.Join(',', s.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("value").ToString()))));
        Assert.Equal(":4,15", await Values(""));
        Assert.Equal(":4,,15,", await Values("&fill=null"));
        Assert.Equal(":4,0,15,0", await Values("&fill=zero"));
        Assert.Equal(":4,4,15,15", await Values("&fill=previous"));
        Assert.Equal("dev:5 main:4,10", await Values("&groupBy=branch"));
        Assert.Equal(":5", await Values("&tag.branch=dev"));
        Assert.Equal(":4,15", await Values("&tag.branch=dev&tag.branch=main&tag.n=1"));
        Assert.Equal("", await Values("&tag.branch=none"));
        foreach (var (name, values) in new[] { ("avg", "2,7.5"), ("min", "1,5"), ("max", "3,10"), ("count", "2,2"), ("p50", "2,7.5"), ("p95", "2.9,9.75"),
            ("p99", "2.98,9.95") }) Assert.Equal(":" + values, await Values($"&aggregation={name}"));
        var days = (await client.JsonAsync($"/api/analytics/timeseries?metric={metric}&start=2026-11-12T00:00:00Z"
            + $"&end=2026-11-13T00:00:00Z&interval=1d&timezone=Asia/Kathmandu"))
            .GetProperty("series")[0].GetProperty("points");
        Assert.Equal(("2026-11-11T18:15:00Z", 19.0), (days[0].GetProperty("timestamp").GetString(), days[0].GetProperty("value").GetDouble()));
        var other = $"/api/analytics/timeseries?metric={metric}&start=2026-11-13T00:00:00Z&end=2026-11-14T00:00:00Z";
        Assert.Equal(0, (await client.JsonAsync(other)).GetProperty("series").GetArrayLength());
    }

    [Theory]
    [InlineData("", "metric")]
    [InlineData("metric=nothing.of.that.name", "metric")]
    [InlineData("metric=tokens&aggregation=avg", "aggregation")]
    [InlineData("metric=errorRate&aggregation=sum", "aggregation")]
    [InlineData("metric=tokens&smooth=ma0", "smooth")]
    [InlineData("metric=tokens&smooth=ema1.5", "smooth")]
    [InlineData("metric=tokens&limit=0", "limit")]
    [InlineData("metric=tokens&source=elsewhere", "source")]
    [InlineData("metric=x&interval=2m", "interval")]
    [InlineData("metric=x&aggregation=median", "aggregation")]
    [InlineData("metric=x&aggregation=1", "aggregation")]
    [InlineData("metric=x&fill=maybe", "fill")]
    [InlineData("metric=x&groupBy=", "groupBy")]
    [InlineData("metric=x&start=nonsense", "start")]
    [InlineData("metric=x&timezone=Mars/Base", "timezone")]
    [InlineData("metric=x&start=2026-01-01T00:00:00Z&end=2026-02-01T00:00:00Z&interval=1m", "interval")]
    public async Task Bad_questions_are_400_by_name(string query, string parameter)
    {
        using var answer = await _host.Program().GetAsync($"/api/analytics/timeseries?{query}", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(parameter, (await JsonAsync(answer)).GetProperty("parameter").GetString());
    }

    [Theory]
    [InlineData("""{"timestamp":"2026-11-12T09:00:00Z","value":1}""", "metric")]
    [InlineData("""{"metric":"m","timestamp":"2026-11-12T09:00:00Z","value":1e400}""", "finite")]
    [InlineData("""{"metric":"m","timestamp":"2026-11-12T09:00:00Z","value":"NaN"}""", "value")]
    [InlineData("""{"metric":"m","timestamp":"2026-11-12T09:00:00Z","value":1,"tags":{"a":[]}}""", "tag")]
    [InlineData("""{"metric":"m","timestamp":"2026-11-12T09:00:00Z","value":1,"tags":[]}""", "tags")]
    [InlineData("""{"metric":"m","timestamp":"2026-11-12","value":1}""", "timestamp")]
    public async Task Bad_values_are_refused_one_by_one(string bad, string reason)
    {
        using var answer = await PostAsync($$"""[{"metric":"good","timestamp":"2026-11-12T09:00:00Z","value":-1.5},{{bad}}]""",
            path: "/api/analytics/timeseries");
        var rejected = Assert.Single((await JsonAsync(answer)).GetProperty("rejected").EnumerateArray());
        Assert.Equal(1, rejected.GetProperty("index").GetInt32());
        Assert.Contains(reason, rejected.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_have_a_limit()
    {
        string With(int tags) =>
            $$"""{"metric":"tagged","timestamp":"2026-11-12T09:00:00Z","value":1,"tags":{ {{string.Join(',', Enumerable.Range(0, tags).Select(i => $"\"t{i}\":\"x\""))}} } }""";
        using var answer = await PostAsync($"[{With(64)},{With(65)}]", path: "/api/analytics/timeseries");
        var json = await JsonAsync(answer);
        Assert.Equal(1, json.GetProperty("accepted").GetInt32() + json.GetProperty("duplicates").GetInt32());
        Assert.Contains("64 tags", json.GetProperty("rejected")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_that_holds_an_id_is_refused_by_name()
    {
        var points = Enumerable.Range(0, 1_005).Select(i => i == 3 ? "7"
            : $$"""{"metric":"crowded","timestamp":"2026-11-12T09:00:00Z","value":1,"tags":{"id":"{{i}}"} }""");
        using var answer = await PostAsync($"[{string.Join(',', points)}]", path: "/api/analytics/timeseries");
        var json = await JsonAsync(answer);
        Assert.Equal(1_000, json.GetProperty("accepted").GetInt32());
        Assert.Equal([3, 1_001, 1_002, 1_003, 1_004], json.GetProperty("rejected").EnumerateArray().Select(r => r.GetProperty("index").GetInt32()));
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string type = "application/json", string? encoding = null, string path = Path)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        if (encoding is not null)
        {
            var to = new MemoryStream();
            await using (Stream stream = encoding == "gzip" ? new GZipStream(to, CompressionLevel.Fastest)
                : new BrotliStream(to, CompressionLevel.Fastest)) await stream.WriteAsync(bytes, Cancel);
            bytes = to.ToArray();
        }
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        return await _host.Program().PostAsync(path, content, Cancel);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel))
        .RootElement;

    private static (int Accepted, int Duplicates, int Rejected) Counts(JsonElement answer) =>
        (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("duplicates").GetInt32(), answer.GetProperty("rejected").GetArrayLength());
}
