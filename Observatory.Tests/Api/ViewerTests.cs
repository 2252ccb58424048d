using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>A server with figures of eight people in three projects, and keys of each kind.</summary>
public sealed class CompanyWeb : IAsyncLifetime
{
    /// <summary>In every name, path and text of other people.</summary>
    public const string Planted = "zelda.quux";

    private static readonly string[] s_people =
        ["vic@x.com", $"{Planted}1@x.com", $"{Planted}2@x.com", $"{Planted}3@x.com", $"{Planted}4@x.com", $"{Planted}5@x.com", $"{Planted}6@x.com"];

    internal FixedNow Clock { get; } = new();

    internal WebHost Host { get; private set; } = null!;

    internal string Viewer { get; private set; } = "";

    internal string Editor { get; private set; } = "";

    /// <summary>An editor who sees one project.</summary>
    internal string Narrow { get; private set; } = "";

    /// <summary>A viewer who sees one project.</summary>
    internal string NarrowViewer { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Host = new WebHost(Clock);
        // Two weeks back all seven, in this week all in the large project and two in the small one; a third project in the week before with three.
        var events = new List<object>();
        void Add(string user, string project, DateTimeOffset at, string text, int tokens)
        {
            var id = $"c-{user}-{project.Split('/')[^1]}-{at:MMdd}";
            events.Add(new { type = "message_sent", timestamp = at, conversationId = id, userId = user, data = new
                { project, messageId = id + "-p", role = "user", content = text, messageLength = text.Length } });
            events.Add(new { type = "message_sent", timestamp = at.AddSeconds(4), conversationId = id, userId = user, data = new
                { project, messageId = id + "-a", role = "assistant", messageLength = 40, model = "claude-opus-4-8", inputTokens = tokens,
                    outputTokens = 10 } });
            events.Add(new { type = "tool_call", timestamp = at.AddSeconds(5), conversationId = id, userId = user, data = new
                { project, tool = "Bash", toolUseId = id + "-t", success = true } });
        }
        var monday = FixedNow.Monday;
        for (var i = 0; i < s_people.Length; i++)
        {
            var text = i == 0 ? "what of the kettle" : $"please ask {Planted} about the kettle";
            Add(s_people[i], "/srv/large", monday.AddHours(9 + i), text, 100 + i);
            Add(s_people[i], "/srv/large", monday.AddDays(-14).AddHours(9 + i), text, 100 + i);
        }
        foreach (var user in s_people[1..3]) Add(user, $"/home/{Planted}/small", monday.AddDays(1).AddHours(9), "small", 7);
        foreach (var user in s_people[1..4]) Add(user, "/srv/third", monday.AddDays(-7).AddHours(9), "third", 5);
        events.Add(new { type = "deploy", timestamp = monday.AddHours(10), userId = s_people[1], data = new { who = Planted } });
        using (var sent = await Host.Program().PostAsJsonAsync("/api/analytics/events", events)) sent.EnsureSuccessStatusCode();
        Viewer = await KeyAsync(new { name = "v", scopes = new[] { "read" }, role = "viewer", userId = "vic@x.com" });
        Editor = await KeyAsync(new { name = "e", scopes = new[] { "read" }, role = "editor" });
        Narrow = await KeyAsync(new { name = "n", scopes = new[] { "read" }, role = "editor", projects = new[] { "/srv/third" } });
        NarrowViewer = await KeyAsync(new { name = "nv", scopes = new[] { "read" }, role = "viewer", userId = "vic@x.com", projects = new[] { "/srv/large" } });
    }

    private async Task<string> KeyAsync(object body)
    {
        using var made = await Host.Program().PostAsJsonAsync("/api/admin/keys", body);
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>A Thursday, at noon.</summary>
    internal sealed class FixedNow : TimeProvider
    {
        public static DateTimeOffset Monday { get; } = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Monday.AddDays(3).AddHours(12);
    }
}

/// <summary>What a viewer is told, and what a list of projects leaves.</summary>
public sealed class ViewerTests(CompanyWeb web) : IClassFixture<CompanyWeb>
{
    private const string ThisWeek = "start=2026-11-23T00:00:00Z&end=2026-11-30T00:00:00Z";
    private const string ThreeWeeks = "start=2026-11-09T00:00:00Z&end=2026-11-30T00:00:00Z";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<JsonElement> AskAsync(string path, string? key = null) => web.Host.Program(key ?? web.Viewer).JsonAsync("/api/analytics/" + path);

    private async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Answer)> SendAsync(string path, string? key = null)
    {
        var answer = await web.Host.Program(key ?? web.Viewer).GetAsync("/api/analytics/" + path, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), answer);
    }

    [Fact]
    public async Task Totals_are_of_everybody_and_thin_weeks_are_left_out()
    {
        var (_, body, answer) = await SendAsync($"dashboard?{ThreeWeeks}");
        using (answer)
        {
            Assert.Equal(["2026-11-16"], answer.Headers.GetValues("X-Withheld"));
            var overview = JsonDocument.Parse(body).RootElement.GetProperty("overview");
            // Seven people twice, and two more conversations this week; the week of three people is left out.
            Assert.Equal((16L, 7L), (overview.Long("totalConversations"), overview.Long("activeUsers")));
        }
        Assert.Equal(19, (await AskAsync($"dashboard?{ThreeWeeks}", WebHost.Key)).GetProperty("overview").Long("totalConversations"));
        var thin = await AskAsync("dashboard?start=2026-11-16T00:00:00Z&end=2026-11-23T00:00:00Z");
        Assert.Equal("""{"withheld":true}""", thin.GetRawText());
        // Nobody was there at all: zeros, as always.
        Assert.Equal(0, (await AskAsync("dashboard?start=2026-12-07T00:00:00Z&end=2026-12-14T00:00:00Z")).GetProperty("overview").Long("totalMessages"));
    }

    [Fact]
    public async Task A_range_is_snapped_to_whole_weeks()
    {
        var (status, body, answer) = await SendAsync("dashboard?start=2026-11-25T10:00:00Z&end=2026-11-26T00:00:00Z");
        using (answer)
        {
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal(["2026-11-23T00:00:00Z/2026-11-30T00:00:00Z"], answer.Headers.GetValues("X-Range"));
            Assert.Equal(9, JsonDocument.Parse(body).RootElement.GetProperty("overview").Long("totalConversations"));
        }
    }

    [Fact]
    public async Task Rows_of_too_few_people_are_withheld_with_null_figures()
    {
        var rows = (await AskAsync($"projects?{ThisWeek}")).EnumerateArray().ToList();
        var small = rows.Single(r => r.GetProperty("path").GetString() == "~/small");
        Assert.True(small.GetProperty("withheld").GetBoolean());
        Assert.Equal(JsonValueKind.Null, small.GetProperty("totalTokens").ValueKind);
        // Seven others less two would be five: but the total less the large project is those two.
        Assert.True(rows.Single(r => r.GetProperty("path").GetString() == "/srv/large").GetProperty("withheld").GetBoolean());
        var before = (await AskAsync("projects?start=2026-11-09T00:00:00Z&end=2026-11-16T00:00:00Z")).EnumerateArray().Single();
        Assert.Equal((7L, false), (before.Long("totalConversations"), before.TryGetProperty("withheld", out _)));
    }

    [Fact]
    public async Task Days_of_too_few_people_have_no_value()
    {
        var points = (await AskAsync($"dashboard?{ThisWeek}")).GetProperty("trends").GetProperty("messagesOverTime").EnumerateArray().ToList();
        // Tuesday is of two people, and Monday would be the total less it.
        Assert.All(points[..2], p => Assert.Equal((JsonValueKind.Null, true), (p.GetProperty("value").ValueKind, p.GetProperty("withheld").GetBoolean())));
        Assert.Equal(0, points[2].GetProperty("value").GetDouble());
        var series = (await AskAsync($"timeseries?metric=messages&interval=1d&{ThisWeek}")).GetProperty("series")[0].GetProperty("points").EnumerateArray();
        Assert.All(series, p => Assert.True(p.GetProperty("withheld").GetBoolean()));
    }

    [Fact]
    public async Task Other_people_have_pseudonyms_by_which_they_can_be_asked_for()
    {
        var users = (await AskAsync($"users?{ThisWeek}")).EnumerateArray().ToList();
        Assert.Equal(7, users.Count);
        Assert.Single(users, u => u.GetProperty("userId").GetString() == "vic@x.com");
        var other = users.First(u => u.GetProperty("userId").GetString() != "vic@x.com");
        var name = other.GetProperty("userId").GetString()!;
        Assert.Matches("^Person [0-9A-Z]{4}$", name);
        Assert.Equal(JsonValueKind.Null, other.GetProperty("activityPattern").ValueKind);
        var one = await AskAsync($"users/{Uri.EscapeDataString(name)}?{ThisWeek}");
        Assert.Equal(other.Long("totalMessages"), one.Long("totalMessages"));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync($"users/vic@x.com?{ThisWeek}")).Status);
        foreach (var foreign in new[] { $"{CompanyWeb.Planted}1@x.com", "nobody@x.com", "Person 0000" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync($"users/{Uri.EscapeDataString(foreign)}?{ThisWeek}")).Status);
            foreach (var path in new[] { "dashboard", "projects", "conversations", "timeseries", "trends", "topics", "users" })
            {
                var question = $"{path}?{ThisWeek}&user={Uri.EscapeDataString(foreign)}{(path is "timeseries" or "trends" ? "&metric=tokens" : "")}";
                Assert.Equal((question, HttpStatusCode.NotFound), (question, (await SendAsync(question)).Status));
            }
        }
        Assert.Equal("""{"withheld":true}""", (await AskAsync($"dashboard?{ThisWeek}&user={Uri.EscapeDataString(name)}")).GetRawText());
        Assert.Equal(1, (await AskAsync($"dashboard?{ThisWeek}&user=vic@x.com")).GetProperty("overview").Long("totalConversations"));
    }

    [Fact]
    public async Task Conversations_of_others_do_not_exist()
    {
        var list = await AskAsync($"conversations?{ThreeWeeks}");
        Assert.Equal(2, list.Long("total"));
        var foreign = $"c-{CompanyWeb.Planted}1@x.com-large-1123";
        Assert.Equal(HttpStatusCode.OK, (await SendAsync($"conversations/{foreign}", WebHost.Key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync($"conversations/{foreign}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync($"conversations/{foreign}/timeline")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("conversations/c-vic@x.com-large-1123/timeline")).Status);
        Assert.Equal(0, (await AskAsync($"conversations?{ThreeWeeks}&search=small")).Long("total"));
    }

    [Fact]
    public async Task A_planted_name_reaches_no_viewer_in_any_format()
    {
        string[] formats = ["csv", "csv-excel", "json", "ndjson", "xlsx", "pdf"];
        string[] tables = ["conversations", "messages", "calls", "tools", "events", "days", "hours", "users", "projects", "models", "timeseries"];
        string[] paths =
        [
            "dashboard", "system", "users", "users.csv", "projects", "projects.csv", "models", "tools", "conversations", "conversations.csv", "pipeline",
            "topics", "metrics", "timeseries?metric=tokens&groupBy=user&interval=1w", "timeseries?metric=tokens&groupBy=project&interval=1d",
            "timeseries?metric=tokens&groupBy=user&interval=1d", "statistics?metric=tokens&interval=1d", "trends?metric=tokens&interval=1d",
            "explain?metric=tokens", "explain?metric=cost", "anomalies", "changes", "correlations?metrics=tokens,messages&interval=1d",
            .. tables.SelectMany(t => formats.Select(f => $"export/{t}?format={f}")),
        ];
        foreach (var path in paths)
        {
            var question = $"{path}{(path.Contains('?') ? '&' : '?')}{ThreeWeeks}";
            var answer = await web.Host.Program(web.Viewer).GetAsync("/api/analytics/" + question, Cancel);
            var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
            Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{question}: {answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
            Assert.DoesNotContain(CompanyWeb.Planted, TextOf(body, path), StringComparison.OrdinalIgnoreCase);
        }
        // The one who sees everything sees it.
        Assert.Contains(CompanyWeb.Planted, (await SendAsync($"users?{ThreeWeeks}", WebHost.Key)).Body, StringComparison.Ordinal);
    }

    /// <summary>Of a workbook the text of its parts.</summary>
    private static string TextOf(byte[] body, string path)
    {
        if (!path.EndsWith("xlsx", StringComparison.Ordinal) || body is not [(byte)'P', (byte)'K', ..]) return System.Text.Encoding.UTF8.GetString(body);
        using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(body));
        return string.Concat(zip.Entries.Select(e => new StreamReader(e.Open()).ReadToEnd()));
    }

    [Fact]
    public async Task A_list_of_projects_is_all_there_is()
    {
        var overview = (await AskAsync($"dashboard?{ThreeWeeks}", web.Narrow)).GetProperty("overview");
        Assert.Equal((3L, 3L), (overview.Long("totalConversations"), overview.Long("activeUsers")));
        Assert.Equal(["/srv/third"], (await AskAsync($"projects?{ThreeWeeks}", web.Narrow)).EnumerateArray().Select(p => p.GetProperty("path").GetString()));
        Assert.Equal(3, (await AskAsync($"conversations?{ThreeWeeks}", web.Narrow)).Long("total"));
        Assert.Equal(0, (await AskAsync($"conversations?{ThreeWeeks}&search=large", web.Narrow)).Long("total"));
        Assert.Equal(0, (await AskAsync($"dashboard?{ThreeWeeks}&project=/srv/large", web.Narrow)).GetProperty("overview").Long("totalMessages"));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("conversations/c-vic@x.com-large-1123", web.Narrow)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("users/vic@x.com", web.Narrow)).Status);
        Assert.Equal(3, (await AskAsync($"users?{ThreeWeeks}", web.Narrow)).GetArrayLength());
        foreach (var table in new[] { "conversations", "messages", "calls", "projects", "users", "tools" })
        {
            var file = (await SendAsync($"export/{table}?format=csv&{ThreeWeeks}", web.Narrow)).Body;
            Assert.DoesNotContain("large", file, StringComparison.Ordinal);
            Assert.DoesNotContain("vic@", file, StringComparison.Ordinal);
        }
        // A viewer with a list: groups are counted within it.
        Assert.Equal(14, (await AskAsync($"dashboard?{ThreeWeeks}", web.NarrowViewer)).GetProperty("overview").Long("totalConversations"));
    }

    [Fact]
    public async Task A_stream_tells_a_viewer_of_own_conversations_only()
    {
        await using var stream = await EventStream.OpenAsync(web.Host.Program(web.Viewer), "/api/analytics/stream", Cancel);
        var first = await stream.NextAsync();
        Assert.DoesNotContain(CompanyWeb.Planted, first.Data.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(first.Data.GetProperty("recentActivity").EnumerateArray());
        // Long ago: the weeks that the other tests ask for stay as they are.
        var events = new[] { $"{CompanyWeb.Planted}1@x.com", "vic@x.com" }.Select(user => new
        {
            type = "message_sent", timestamp = new DateTimeOffset(2025, 3, 3, 9, 0, 0, TimeSpan.Zero), conversationId = "old-" + user, userId = user,
            data = new { messageId = "old-" + user, role = "user", content = "hello", messageLength = 5 },
        });
        using (var sent = await web.Host.Program().PostAsJsonAsync("/api/analytics/events", events, Cancel)) sent.EnsureSuccessStatusCode();
        var updates = await stream.UntilAsync("new_message", u => u.GetProperty("conversationId").GetString() == "old-vic@x.com");
        Assert.DoesNotContain(updates, u => u.Data.ToString().Contains(CompanyWeb.Planted, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_editor_sees_names_and_no_administration()
    {
        Assert.Contains($"{CompanyWeb.Planted}1@x.com", (await SendAsync($"users?{ThisWeek}", web.Editor)).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync($"conversations/c-{CompanyWeb.Planted}1@x.com-large-1123", web.Editor)).Status);
        foreach (var key in new[] { web.Editor, web.Viewer })
        {
            using var admin = await web.Host.Program(key).GetAsync("/api/admin/users", Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, admin.StatusCode);
        }
    }
}
