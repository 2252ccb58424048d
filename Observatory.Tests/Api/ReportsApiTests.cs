using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MimeKit;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Reports over HTTP, with mails in the folder that they are written to.</summary>
public sealed class ReportsApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private readonly HttpClient _http = web.Host.Program();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static JsonObject Definition(string name, params string[] recipients) => new()
    {
        ["name"] = name, ["period"] = "lastWeek", ["schedule"] = new JsonObject { ["cron"] = "0 8 * * 1", ["timezone"] = "Europe/Berlin" },
        ["recipients"] = new JsonArray([.. recipients.Select(r => JsonValue.Create(r))]), ["locale"] = "de-DE", ["attachments"] = new JsonArray("json"),
    };

    private async Task<JsonElement> CreateAsync(string name, params string[] recipients)
    {
        using var answer = await _http.PostAsJsonAsync("/api/reports", Definition(name, recipients), Cancel);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    [Fact]
    public async Task What_is_read_can_be_put_back_and_sent_as_a_new_one()
    {
        var made = await CreateAsync("Round trip", "a@example.org");
        var path = $"/api/reports/{made.GetProperty("id")}";
        var read = await _http.JsonAsync(path);
        Assert.Equal(DayOfWeek.Monday, read.GetProperty("nextRun").GetDateTimeOffset().DayOfWeek);
        using var put = await _http.PutAsJsonAsync(path, read, Cancel);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        using var copy = await _http.PostAsJsonAsync("/api/reports", read, Cancel);
        Assert.Equal(HttpStatusCode.Created, copy.StatusCode);
        var next = (await _http.JsonAsync($"{path}/next?count=100")).EnumerateArray().Select(e => e.GetDateTimeOffset()).ToList();
        Assert.Equal(100, next.Count);
        Assert.True(next.Zip(next.Skip(1)).All(p => p.First < p.Second));
        using var delete = await _http.DeleteAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(path, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_wrong_field_is_named_in_errors()
    {
        var wrong = Definition("Wrong", "nobody");
        wrong["schedule"]!["timezone"] = "Nowhere";
        wrong["paper"] = "A4";
        using var answer = await _http.PostAsJsonAsync("/api/reports", wrong, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("errors");
        Assert.Equal(["paper", "recipients", "schedule.timezone"], errors.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_run_sends_one_mail_to_each_and_keeps_what_it_sent()
    {
        var made = await CreateAsync("By hand", "b@example.org", "c@example.org");
        var path = $"/api/reports/{made.GetProperty("id")}";
        using var run = await _http.PostAsync($"{path}/run", null, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, run.StatusCode);
        var occurrence = (await run.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("occurrence").GetString()!;
        Assert.StartsWith("manual-", occurrence, StringComparison.Ordinal);
        JsonElement entry = default;
        await Patience.UntilAsync(async () =>
        {
            entry = (await _http.JsonAsync($"{path}/history")).EnumerateArray().Single();
            return entry.GetProperty("state").GetString() == "done";
        });
        var deliveries = entry.GetProperty("deliveries").EnumerateArray().ToList();
        Assert.All(deliveries, d => Assert.Equal(("sent", 1), (d.GetProperty("state").GetString(), d.GetProperty("attempts").GetInt32())));
        var mails = Mails().Where(m => deliveries.Any(d => d.GetProperty("messageId").GetString() == $"<{m.MessageId}>")).ToList();
        Assert.Equal(["b@example.org", "c@example.org"], mails.Select(m => m.To.Mailboxes.Single().Address).Order());
        Assert.All(mails, m =>
        {
            Assert.Equal("List-Unsubscribe=One-Click", m.Headers["List-Unsubscribe-Post"]);
            Assert.Equal("application/json", Assert.Single(m.Attachments).ContentType.MimeType);
            Assert.DoesNotContain("invalid", m.HtmlBody, StringComparison.Ordinal);
        });
        var kept = await _http.GetStringAsync($"{path}/history/{occurrence}/mail?recipient=b@example.org", Cancel);
        Assert.Contains("By hand", kept, StringComparison.Ordinal);
        using var again = await _http.PostAsync($"{path}/history/{occurrence}/deliveries/b@example.org/resend", null, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task One_click_ends_the_mails_and_a_look_changes_nothing()
    {
        var made = await CreateAsync("Unwanted", "d@example.org");
        var path = $"/api/reports/{made.GetProperty("id")}";
        (await _http.PostAsync($"{path}/run", null, Cancel)).EnsureSuccessStatusCode();
        MimeMessage? mail = null;
        await Patience.UntilAsync(() => (mail = Mails().FirstOrDefault(m => m.To.Mailboxes.Single().Address == "d@example.org")) is not null);
        var link = new Uri(mail!.Headers["List-Unsubscribe"]!.Trim('<', '>')).PathAndQuery;
        var anybody = web.Host.Program(key: null);
        Assert.Equal(HttpStatusCode.OK, (await anybody.GetAsync(link, Cancel)).StatusCode);
        Assert.Empty((await _http.JsonAsync(path)).GetProperty("suppressed").EnumerateArray());
        Assert.Equal(HttpStatusCode.Forbidden, (await anybody.PostAsync(link[..^3] + "AAA", null, Cancel)).StatusCode);
        using var click = new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]);
        Assert.Equal(HttpStatusCode.OK, (await anybody.PostAsync(link, click, Cancel)).StatusCode);
        Assert.Equal("d@example.org", (await _http.JsonAsync(path)).GetProperty("suppressed").EnumerateArray().Single().GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"{path}/suppressions/d@example.org", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.DeleteAsync($"{path}/suppressions/d@example.org", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Pause_resume_duplicate_and_preview()
    {
        var made = await CreateAsync("Steps", "e@example.org");
        var path = $"/api/reports/{made.GetProperty("id")}";
        async Task<JsonElement> PostAsync(string step) => await (
            await _http.PostAsync($"{path}/{step}", null, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True((await PostAsync("pause")).GetProperty("paused").GetBoolean());
        Assert.Equal(JsonValueKind.Null, (await _http.JsonAsync(path)).GetProperty("nextRun").ValueKind);
        Assert.False((await PostAsync("resume")).GetProperty("paused").GetBoolean());
        var copy = await PostAsync("duplicate");
        Assert.Equal(("Steps (copy)", true), (copy.GetProperty("name").GetString(), copy.GetProperty("paused").GetBoolean()));
        using var preview = await _http.PostAsJsonAsync("/api/reports/preview", Definition("Look", "e@example.org"), Cancel);
        Assert.Equal("text/html", preview.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Look", await preview.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_test_of_mail_says_how_it_went()
    {
        using var answer = await _http.PostAsJsonAsync("/api/admin/mail/test", new { to = "f@example.org" }, Cancel);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("ok").GetBoolean());
        Assert.Contains(Mails(), m => m.To.Mailboxes.Single().Address == "f@example.org" && m.Subject!.StartsWith("[Test]", StringComparison.Ordinal));
        using var wrong = await _http.PostAsJsonAsync("/api/admin/mail/test", new { to = "f" }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Theory]
    [InlineData("a read key")]
    public async Task Who_only_reads_changes_nothing(string name)
    {
        using var made = await _http.PostAsJsonAsync("/api/admin/keys", new { name, scopes = new[] { "read" } }, Cancel);
        var reader = web.Host.Program((await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("key").GetString());
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/api/reports", Cancel)).StatusCode);
        // Before anything is looked at.
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsJsonAsync("/api/reports", new { }, Cancel)).StatusCode);
    }

    private List<MimeMessage> Mails()
    {
        var folder = Path.Combine(web.Host.DataPath, "mail");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.eml").Select(f => MimeMessage.Load(f, CancellationToken.None))] : [];
    }
}
