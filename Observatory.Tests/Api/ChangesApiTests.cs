using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>What changed, what is new and why a percentile moved, over HTTP: eight even weeks of three people, and what was planted into the last.</summary>
public sealed class ChangesApiTests(ChangesWeb web) : IClassFixture<ChangesWeb>
{
    private const string Week = "start=2026-11-02T00:00:00Z&end=2026-11-09T00:00:00Z";

    private HttpClient Client => web.Host.Program();

    [Fact]
    public async Task The_planted_changes_are_the_findings_the_dearest_first()
    {
        var items = (await Client.JsonAsync($"/api/analytics/changes?{Week}")).GetProperty("items").EnumerateArray().ToList();
        Assert.InRange(items.Count, 1, 7);
        Assert.Equal(
            ["metric", "current", "previous", "delta", "reason", "contributions", "link"], items[0].EnumerateObject().Select(p => p.Name));
        // The new project is bob's: one thing, said once.
        Assert.Contains("atlas", Text(items[0], "reason"), StringComparison.Ordinal);
        Assert.Equal(("cost", 0.0), (Text(items[0], "metric"), Number(items[0], "previous")));
        Assert.StartsWith("/projects/view?", Text(items[0], "link"), StringComparison.Ordinal);
        // Cora is gone.
        var gone = Assert.Single(items, i => Text(i, "reason").Contains("cora", StringComparison.Ordinal));
        Assert.True(Number(gone, "delta") < 0 && Number(gone, "current") == 0);
        Assert.All(items, i =>
        {
            Assert.Equal(Number(i, "current") - Number(i, "previous"), Number(i, "delta"), 1e-9);
            Assert.All(
                i.GetProperty("contributions").EnumerateArray().GroupBy(c => Text(c, "dimension")),
                d => Assert.Equal(Number(i, "delta"), d.Sum(c => Number(c, "delta")), 1e-6));
        });
    }

    [Theory]
    [InlineData("start=2026-10-19T00:00:00Z&end=2026-10-26T00:00:00Z")]
    [InlineData("start=2026-10-12T00:00:00Z&end=2026-10-26T00:00:00Z")]
    [InlineData("start=2026-09-14T00:00:00Z&end=2026-09-21T00:00:00Z")]
    [InlineData("start=2025-01-01T00:00:00Z&end=2025-02-01T00:00:00Z")]
    public async Task Even_weeks_young_data_and_nothing_give_no_finding(string range) =>
        Assert.Equal(0, (await Client.JsonAsync($"/api/analytics/changes?{range}")).GetProperty("items").GetArrayLength());

    [Fact]
    public async Task A_name_that_was_not_there_before_is_a_new_value_on_its_first_day()
    {
        var trends = await Client.JsonAsync($"/api/analytics/trends?metric=tokens&interval=1d&{Week}");
        var news = trends.GetProperty("anomalies").EnumerateArray().Where(a => Text(a, "kind") == "new_value").ToList();
        var atlas = Assert.Single(news, a => Text(a, "reason").Contains("/srv/atlas", StringComparison.Ordinal));
        Assert.Equal(
            ("2026-11-03T00:00:00Z", "2026-11-04T00:00:00Z", 0.0, "new"),
            (Text(atlas, "start"), Text(atlas, "end"), Number(atlas, "usual"), Text(atlas, "state")));
        Assert.All(
            atlas.GetProperty("contributions").EnumerateArray().GroupBy(c => Text(c, "dimension")),
            d => Assert.Equal(Number(atlas, "value"), d.Sum(c => Number(c, "delta")), 1e-6));
        var listed = (await Client.JsonAsync($"/api/analytics/anomalies?{Week}")).GetProperty("items").EnumerateArray().ToList();
        Assert.Single(listed, a => Text(a, "kind") == "new_value" && Text(a, "reason").Contains("/srv/atlas", StringComparison.Ordinal));
        // In a quiet week nothing is new.
        var quiet = await Client.JsonAsync("/api/analytics/trends?metric=tokens&interval=1d&start=2026-10-19T00:00:00Z&end=2026-10-26T00:00:00Z");
        Assert.DoesNotContain(quiet.GetProperty("anomalies").EnumerateArray(), a => Text(a, "kind") == "new_value");
    }

    [Fact]
    public async Task Who_made_a_percentile_slower_is_told_by_shares_of_calls_above_the_old_one()
    {
        var answer = await Client.JsonAsync($"/api/analytics/explain?metric=p95ResponseTime&{Week}");
        Assert.True(Number(answer, "delta") > 0);
        var users = answer.GetProperty("contributions").EnumerateArray().Where(c => Text(c, "dimension") == "user").ToList();
        // Each is a share of all calls of its period; bob answers slowly since the third.
        Assert.All(users, u => Assert.InRange(Number(u, "value"), 0, 1));
        Assert.Equal("bob", Text(users[0], "name"));
        Assert.True(Number(users[0], "delta") > 0.2);
        var projects = answer.GetProperty("contributions").EnumerateArray().Where(c => Text(c, "dimension") == "project").ToList();
        Assert.Equal(users.Sum(u => Number(u, "value")), projects.Sum(p => Number(p, "value")), 1e-9);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}

/// <summary>The program with eight weeks of events, up to the ninth of November.</summary>
public sealed class ChangesWeb : IAsyncLifetime
{
    private const int Days = 56;
    private static readonly DateTimeOffset s_start = new(2026, 9, 14, 0, 0, 0, TimeSpan.Zero);
    private static readonly (string User, string Project)[] s_people = [("ann", "/srv/shop"), ("bob", "/srv/forge"), ("cora", "/srv/shop")];

    internal WebHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = new WebHost(new FakeTimeProvider(s_start.AddDays(Days).AddHours(3)));
        _ = Host.Server;
        var lines = new StringBuilder();
        for (var day = 0; day < Days; day++)
        {
            if (s_start.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday) continue;
            for (var person = 0; person < s_people.Length; person++)
            {
                // Cora left before the last week; bob began a large project in it, and waits longer since.
                var isLast = day >= Days - 7;
                if (isLast && s_people[person].User == "cora") continue;
                for (var turn = 0; turn < 6; turn++) Turn(person, day, turn, s_people[person].Project, 100_000 + (day * 7 + turn * 13) % 11 * 2_000);
                if (day <= Days - 7 || s_people[person].User != "bob") continue;
                for (var turn = 6; turn < 12; turn++) Turn(person, day, turn, "/srv/atlas", 900_000);
            }
        }
        using var content = new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson");
        using var answer = await Host.Program().PostAsync("/api/analytics/events", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);

        void Turn(int person, int day, int turn, string project, int tokens)
        {
            var user = s_people[person].User;
            var at = s_start.AddDays(day).AddHours(9 + turn % 8).AddMinutes(person * 11 + turn);
            var waits = project == "/srv/atlas" ? 45 : 3 + (day + turn) % 3;
            var conversation = $"{user}-{day}-{project[5..]}";
            var id = $"{conversation}-{turn}";
            Add(at, "message_sent", $"\"messageId\":\"{id}-p\",\"role\":\"user\",\"messageLength\":20");
            Add(at.AddSeconds(waits), "message_sent", $"\"messageId\":\"{id}-a\",\"role\":\"assistant\",\"messageLength\":50");
            Add(at.AddSeconds(waits), "token_usage", $"\"requestId\":\"{id}-r\",\"model\":\"claude-opus-4-8\",\"tokens\":{tokens},\"type\":\"input\"");

            void Add(DateTimeOffset when, string type, string data) => lines.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"id":"{{id}}-{{type}}-{{when:HHmmss}}","type":"{{type}}","timestamp":"{{when:O}}","userId":""" +
                $$""" "{{user}}","conversationId":"{{conversation}}","data":{"project":"{{project}}",{{data}} } }"""));
        }
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
