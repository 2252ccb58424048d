using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

public sealed class RedactionApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private readonly WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static object Rule(string pattern, string? replacement = null) => new { name = "customer", pattern, replacement, enabled = true };

    private async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await _host.Program().SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    [Fact]
    public async Task What_a_rule_finds_is_not_stored_from_then_on()
    {
        Assert.Equal(0, (await _host.Program().JsonAsync("/api/admin/redaction")).GetProperty("rules").GetArrayLength());
        var put = await SendAsync(HttpMethod.Put, "/api/admin/redaction", new { rules = new[] { Rule("CUST-[0-9]{4}") } });
        Assert.Equal(HttpStatusCode.OK, put.Status);
        Assert.Equal("CUST-[0-9]{4}", (await _host.Program().JsonAsync("/api/admin/redaction")).GetProperty("rules")[0].GetProperty("pattern").GetString());
        // A refused event is kept with its text, as far as the rules let it.
        var bad = new[] { new { id = "own-1", type = "deploy", timestamp = "never", data = new { who = "CUST-1234 and CUST-12" } } };
        using (await _host.Program().PostAsJsonAsync("/api/analytics/events", bad, Cancel)) { }
        var letters = (await _host.Program().JsonAsync("/api/admin/dead-letters?source=api")).ToString();
        Assert.Contains("[redacted:customer] and CUST-12", letters, StringComparison.Ordinal);
        Assert.DoesNotContain("CUST-1234", letters, StringComparison.Ordinal);
        var audit = (await _host.Program().JsonAsync("/api/admin/audit?action=settingChanged")).ToString();
        Assert.Contains("redaction", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("CUST", audit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("(?<=a)b")]
    [InlineData("[a-z][^#]{300}[0-9]{3}")]
    public async Task A_rule_that_cannot_be_used_is_refused_and_changes_nothing(string pattern)
    {
        var before = (await _host.Program().JsonAsync("/api/admin/redaction")).ToString();
        var put = await SendAsync(HttpMethod.Put, "/api/admin/redaction", new { rules = new[] { Rule(pattern) } });
        Assert.Equal((HttpStatusCode.BadRequest, "pattern"), (put.Status, put.Answer.GetProperty("field").GetString()));
        Assert.Equal(before, (await _host.Program().JsonAsync("/api/admin/redaction")).ToString());
        var trial = await SendAsync(HttpMethod.Post, "/api/admin/redaction/try", new { rule = Rule(pattern), sample = "abba" });
        Assert.Equal((HttpStatusCode.BadRequest, false), (trial.Status, trial.Answer.GetProperty("ok").GetBoolean()));
        Assert.NotEmpty(trial.Answer.GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task A_trial_keeps_nothing()
    {
        var before = (await _host.Program().JsonAsync("/api/admin/redaction")).ToString();
        var (status, answer) = await SendAsync(HttpMethod.Post, "/api/admin/redaction/try", new { rule = Rule("T-([0-9])+", "ticket"), sample = "T-1, T-22" });
        Assert.Equal((HttpStatusCode.OK, true, 2, "ticket, ticket"), (status, answer.GetProperty("ok").GetBoolean(),
            answer.GetProperty("matches").GetInt32(), answer.GetProperty("result").GetString()));
        Assert.InRange(answer.GetProperty("milliseconds").GetDouble(), 0, 10);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("error").ValueKind);
        Assert.Equal(before, (await _host.Program().JsonAsync("/api/admin/redaction")).ToString());
    }

    [Theory]
    [InlineData("""{"rule":{"pattern":"a"}}""")]
    [InlineData("""{"sample":"a"}""")]
    [InlineData("""{"rule":{"pattern":1},"sample":"a"}""")]
    [InlineData("""{"rule":{"pattern":"a","flags":"i"},"sample":"a"}""")]
    public async Task A_body_of_another_form_is_refused(string body) => Assert.Equal(HttpStatusCode.BadRequest,
        (await SendAsync(HttpMethod.Post, "/api/admin/redaction/try", JsonDocument.Parse(body).RootElement)).Status);
}
