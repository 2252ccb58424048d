using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Observatory.Tests.Support;
using Observatory.Web.Identity;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>The routes of the audit log, as the contract has them, and what is taken down.</summary>
public sealed class AuditApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private readonly WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<List<JsonElement>> RowsAsync(string query = "") =>
        [.. (await _host.Program().JsonAsync($"/api/admin/audit?limit=500{query}")).GetProperty("items").EnumerateArray()];

    [Fact]
    public async Task What_was_read_is_one_row_of_its_route_and_says_nothing_of_what_was_searched_for()
    {
        for (var i = 0; i < 3; i++)
        {
            using (await _host.Program().GetAsync("/api/analytics/conversations?search=planted-secret-text", Cancel)) { }
            using (await _host.Program().GetAsync("/api/analytics/conversations/none-of-this-id", Cancel)) { }
        }
        var rows = await RowsAsync("&action=read");
        var read = Assert.Single(rows, r => r.GetProperty("target").GetString() == "/api/analytics/conversations");
        var actor = read.GetProperty("actor");
        Assert.Equal(("key", "bootstrap"), (actor.GetProperty("kind").GetString(), actor.GetProperty("name").GetString()));
        Assert.DoesNotContain(rows, r => r.GetProperty("target").GetString()!.Contains("{id}", StringComparison.Ordinal));
        Assert.DoesNotContain("planted-secret-text", JsonSerializer.Serialize(await RowsAsync()), StringComparison.Ordinal);
        Assert.Equal(64, read.GetProperty("hash").GetString()!.Length);
    }

    [Fact]
    public async Task Files_are_taken_down_each_time()
    {
        const string Messages = "/api/analytics/export/messages?format=ndjson";
        foreach (var path in new[] { Messages, Messages, "/api/analytics/tools.csv" })
        {
            using var answer = await _host.Program().GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        var rows = await RowsAsync("&action=export");
        Assert.Equal(2, rows.Count(r => (r.GetProperty("target").GetString(), r.GetProperty("details").GetString())
            == ("/api/analytics/export/messages", "ndjson")));
        Assert.Single(rows, r => r.GetProperty("target").GetString() == "/api/analytics/tools.csv");
    }

    [Fact]
    public async Task Sign_ins_keys_names_and_settings_are_taken_down_when_they_are_answered()
    {
        var browser = _host.Browser();
        var link = (SignInLinks)_host.Services.GetService(typeof(SignInLinks))!;
        using (await browser.GetAsync($"/account/link?t={link.Issue()}", Cancel)) { }
        var signIn = (await RowsAsync("&action=signIn"))[0];
        Assert.Equal(("user", "local", "link"), (signIn.GetProperty("actor").GetProperty("kind").GetString(),
            signIn.GetProperty("actor").GetProperty("id").GetString(), signIn.GetProperty("target").GetString()));

        using var made = await _host.Program().PostAsJsonAsync("/api/admin/keys", new { name = "audited", scopes = new[] { "read" } }, Cancel);
        var key = await made.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        var id = key.GetProperty("kept").GetProperty("id").GetInt64();
        using (await _host.Program().DeleteAsync($"/api/admin/keys/{id}", Cancel)) { }
        using (await _host.Program().PutAsJsonAsync("/api/admin/retention", new { policies = new[] { new { dataset = "exports", days = 9 } } }, Cancel)) { }
        Assert.Equal(($"key {id} audited", "read"), (await RowsAsync("&action=keyCreated"))[0] is var c
            ? (c.GetProperty("target").GetString(), c.GetProperty("details").GetString()) : default);
        Assert.Equal($"key {id} audited", (await RowsAsync("&action=keyRevoked"))[0].GetProperty("target").GetString());
        Assert.Contains("exports 7 days → 9 days", (await RowsAsync("&action=settingChanged"))[0].GetProperty("details").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key.GetProperty("key").GetString()!, JsonSerializer.Serialize(await RowsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_rows_follow_each_other_without_gaps()
    {
        for (var i = 0; i < 8; i++) using (await _host.Program().GetAsync("/api/analytics/users.csv", Cancel)) { }
        var (seen, cursor) = (new List<long>(), "");
        do
        {
            var page = await _host.Program().JsonAsync($"/api/admin/audit?limit=3{cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("seq").GetInt64()));
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(1, (int)seen[0]).Select(i => (long)i).Reverse(), seen);
    }

    [Fact]
    public async Task The_file_has_every_row_and_the_chain_holds()
    {
        using (await _host.Program().GetAsync("/api/analytics/projects.csv", Cancel)) { }
        var ndjson = (await _host.Program().GetStringAsync("/api/admin/audit/export?format=ndjson", Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var first = JsonDocument.Parse(ndjson[0]).RootElement;
        Assert.Equal(["seq", "at", "actor", "action", "target", "address", "details", "hash"], first.EnumerateObject().Select(p => p.Name));
        Assert.Equal(1, first.GetProperty("seq").GetInt64());
        var csv = (await _host.Program().GetStringAsync("/api/admin/audit/export?format=csv", Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("seq,at,actorKind,actorId,actorName,action,target,address,details,hash", csv[0]);
        Assert.True(csv.Length >= ndjson.Length + 1);
        using var answer = await _host.Program().PostAsync("/api/admin/audit/verify", null, Cancel);
        var verdict = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal((true, JsonValueKind.Null, JsonValueKind.Null), (verdict.GetProperty("ok").GetBoolean(), verdict.GetProperty("brokenAt").ValueKind,
            verdict.GetProperty("reason").ValueKind));
        Assert.True(verdict.GetProperty("checked").GetInt64() >= csv.Length - 1);
    }

    [Fact]
    public async Task No_route_changes_it_and_bad_questions_are_refused()
    {
        foreach (var method in new[] { "DELETE", "PUT", "PATCH", "POST" })
        {
            foreach (var path in new[] { "/api/admin/audit", "/api/admin/audit/1" })
            {
                using var answer = await _host.Program().SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancel);
                Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
            }
        }
        foreach (var query in new[] { "limit=0", "limit=501", "cursor=x", "start=yesterday", "colour=red" })
        {
            using var answer = await _host.Program().GetAsync($"/api/admin/audit?{query}", Cancel);
            Assert.Equal((query, HttpStatusCode.BadRequest), (query, answer.StatusCode));
        }
        using var format = await _host.Program().GetAsync("/api/admin/audit/export?format=pdf", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, format.StatusCode);
    }
}
