using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

public sealed class AdminApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private readonly WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<(string Key, long Id)> MakeAsync(params string[] scopes)
    {
        using var made = await _host.Program().PostAsJsonAsync("/api/admin/keys", new { name = "test", scopes }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Contains("no-store", made.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var json = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel))!;
        return (json.GetProperty("key").GetString()!, json.GetProperty("kept").GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task AKeyWorksUntilItIsTakenAway()
    {
        var (key, id) = await MakeAsync("read");
        using (var answer = await _host.Program(key).GetAsync("/api/analytics/dashboard", Cancel)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using (var other = await _host.Program(key).GetAsync("/api/admin/keys", Cancel)) Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        var list = await _host.Program().JsonAsync("/api/admin/keys");
        Assert.DoesNotContain(key, list.ToString(), StringComparison.Ordinal);
        Assert.Contains(key[..14], list.ToString(), StringComparison.Ordinal);
        using (var gone = await _host.Program().DeleteAsync($"/api/admin/keys/{id}", Cancel)) Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using (var answer = await _host.Program(key).GetAsync("/api/analytics/dashboard", Cancel)) Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using (var again = await _host.Program().DeleteAsync($"/api/admin/keys/{id}", Cancel)) Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task AnIngestKeyReadsNothing()
    {
        var (key, _) = await MakeAsync("ingest");
        foreach (var path in new[] { "/api/analytics/dashboard", "/api/analytics/pipeline", "/api/admin/keys", "/api/admin/dead-letters", "/admin/keys",
            "/live" })
        {
            using var answer = await _host.Program(key).GetAsync(path, Cancel);
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, answer.StatusCode));
        }
    }

    [Theory]
    [InlineData("""{"name":"","scopes":["read"]}""")]
    [InlineData("""{"name":"x","scopes":[]}""")]
    [InlineData("""{"name":"x","scopes":["root"]}""")]
    [InlineData("""{"name":"x","scopes":["4"]}""")]
    [InlineData("""{"name":"bootstrap","scopes":["read"]}""")]
    [InlineData("""{"name":"x","scopes":["read"],"expiresInDays":0}""")]
    [InlineData("""{"scopes":["read"]}""")]
    public async Task ABadKeyIsRefused(string body)
    {
        using var answer = await _host.Program().PostAsync("/api/admin/keys", new StringContent(body, MediaTypeHeaderValue.Parse("application/json")), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task DeadLettersAreListedAndLetGo()
    {
        using (await _host.Program().PostAsJsonAsync("/api/analytics/events", new[] { new { id = "bad-1", type = "deploy", timestamp = "never" } }, Cancel)) { }
        var list = await _host.Program().JsonAsync("/api/admin/dead-letters?source=api");
        var letter = list.GetProperty("items").EnumerateArray().First(l => l.GetProperty("eventId").GetString() == "bad-1");
        var id = letter.GetProperty("id").GetString();
        using (var again = await _host.Program().PostAsync($"/api/admin/dead-letters/{id}/redrive", null, Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
            Assert.False((await again.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("taken").GetBoolean());
        }
        using (var gone = await _host.Program().DeleteAsync($"/api/admin/dead-letters/{id}", Cancel)) Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using (var missing = await _host.Program().DeleteAsync($"/api/admin/dead-letters/{id}", Cancel)) Assert.Equal(HttpStatusCode.NotFound,
            missing.StatusCode);
        using (var bad = await _host.Program().GetAsync("/api/admin/dead-letters?source=post", Cancel)) Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task NamesAreMergedAndTakenBack()
    {
        using (await _host.Program().PostAsJsonAsync("/api/analytics/events",
            new[] { "ann", "ann/laptop" }.Select((user, n) =>
            new { type = "message_sent", timestamp = TimeProvider.System.GetUtcNow(), conversationId = $"merge-{n}", userId = user,
            data = new { messageId = $"merge-{n}", role = "user", messageLength = 3 } }), Cancel)) { }
        using (var merged = await _host.Program().PostAsJsonAsync("/api/admin/aliases", new { name = "ann/laptop", into = "ann" },
            Cancel)) Assert.Equal(HttpStatusCode.NoContent, merged.StatusCode);
        Assert.Equal(["ann"], (await _host.Program().JsonAsync("/api/analytics/users")).EnumerateArray().Select(u => u.GetProperty("userId").GetString()));
        Assert.Equal("ann", (await _host.Program().JsonAsync("/api/analytics/conversations/merge-1")).GetProperty("userId").GetString());
        using (var circle = await _host.Program().PostAsJsonAsync("/api/admin/aliases", new { name = "ann", into = "ann/laptop" },
            Cancel)) Assert.Equal(HttpStatusCode.BadRequest, circle.StatusCode);
        using (var missing = await _host.Program().PostAsJsonAsync("/api/admin/aliases", new { name = "ann" },
            Cancel)) Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
        Assert.Equal("ann/laptop", (await _host.Program().JsonAsync("/api/admin/aliases"))[0].GetProperty("name").GetString());
        using (var undone = await _host.Program().DeleteAsync("/api/admin/aliases/ann%2Flaptop", Cancel)) Assert.Equal(HttpStatusCode.NoContent,
            undone.StatusCode);
        Assert.Equal(2, (await _host.Program().JsonAsync("/api/analytics/users")).GetArrayLength());
    }

    [Fact]
    public async Task ThePipelineSaysWhatCameFromWhere()
    {
        using (await _host.Program().PostAsJsonAsync("/api/analytics/events", new[] { new { type = "deploy", timestamp = TimeProvider.System.GetUtcNow() } },
            Cancel)) { }
        var pipeline = await _host.Program().JsonAsync("/api/analytics/pipeline");
        var api = pipeline.GetProperty("sources").EnumerateArray().Single(s => s.GetProperty("source").GetString() == "api");
        Assert.True(api.GetProperty("accepted").GetInt64() >= 1);
        foreach (var field in new[] { "import", "processed", "accepted", "duplicates", "rejected", "deadLetters", "queueDepth", "throughputPerSecond",
            "latencyP50Ms", "latencyP99Ms" }) Assert.True(pipeline.TryGetProperty(field, out _), field);
    }

    [Fact]
    public async Task ACookieOfAnotherOriginChangesNothing()
    {
        var browser = _host.Browser();
        var link = (Web.Identity.SignInLinks)_host.Services.GetService(typeof(Web.Identity.SignInLinks))!;
        using (await browser.GetAsync($"/account/link?t={link.Issue()}", Cancel)) { }
        using (var list = await browser.GetAsync("/api/admin/keys", Cancel)) Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        foreach (var origin in new[] { null, "https://evil.example", "null" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post,
                "/api/admin/keys") { Content = JsonContent.Create(new { name = "x", scopes = new[] { "admin" } }) };
            if (origin is not null) request.Headers.Add("Origin", origin);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(request, Cancel)).StatusCode);
        }
        using var own = new HttpRequestMessage(HttpMethod.Post,
            "/api/admin/keys") { Content = JsonContent.Create(new { name = "x", scopes = new[] { "read" } }) };
        own.Headers.Add("Origin", "http://localhost");
        Assert.Equal(HttpStatusCode.Created, (await browser.SendAsync(own, Cancel)).StatusCode);
    }
}
