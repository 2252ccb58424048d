using System.Text.Json;
using System.Text.Json.Nodes;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>The same figures through the HTTP API, by the names and formats that programs rely on.</summary>
public sealed class HttpFiguresTests(FixtureWeb web, FixtureCore fixture)
{
    private const string All = "start=2026-11-09T00:00:00Z&end=2026-11-23T00:00:00Z";

    private static readonly string[] s_overview =
    [
        "totalConversations", "totalMessages", "userMessages", "assistantMessages", "totalTokens", "inputTokens", "outputTokens", "cacheCreationTokens",
            "cacheReadTokens", "totalCost",
        "unpricedTokens", "activeUsers", "toolCalls", "toolErrors",
    ];

    private static void Same(NaiveFigures naive, JsonElement actual)
    {
        var expected = JsonSerializer.SerializeToNode(Compare.Overview(naive), JsonSerializerOptions.Web)!.AsObject();
        Assert.Equal(s_overview.Order(StringComparer.Ordinal), expected.Select(p => p.Key).Order(StringComparer.Ordinal));
        foreach (var name in s_overview) Assert.True(JsonNode.DeepEquals(expected[name], JsonNode.Parse(actual.GetProperty(name).GetRawText())),
            $"{name}: {expected[name]} ≠ {actual.GetProperty(name)}");
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task Dashboard_is_the_recount()
    {
        var client = (await web.Host).Program();
        var json = await client.JsonAsync($"/api/analytics/dashboard?{All}");
        Same(fixture.Naive.All(), json.GetProperty("overview"));
        Assert.Equal((Fixture.Total, Fixture.Conversations),
            (json.GetProperty("overview").Long("totalTokens"), json.GetProperty("overview").Long("totalConversations")));
        Assert.Equal(["averageResponseTime", "errorRate", "p95ResponseTime", "systemUptime"], json.GetProperty("performance").EnumerateObject()
            .Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["longestConversations", "mostActiveUsers", "peakUsageTimes", "topModels", "topProjects", "topTools"],
            json.GetProperty("topMetrics").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        foreach (var (series, total) in new[] { ("tokensOverTime", "totalTokens"), ("messagesOverTime", "totalMessages") })
        {
            var points = json.GetProperty("trends").GetProperty(series).EnumerateArray().ToList();
            Assert.Equal(14, points.Count);
            Assert.Equal(json.GetProperty("overview").Long(total), points.Sum(p => p.GetProperty("value").GetDouble()));
            Assert.Equal("2026-11-09T00:00:00Z", points[0].GetProperty("timestamp").GetString());
            Assert.All(points, p => Assert.False(p.TryGetProperty("partial", out _)));
        }
    }

    [Fact]
    public async Task Lists_are_the_recount_and_hold_as_many_rows_as_the_figures_say()
    {
        var client = (await web.Host).Program();
        foreach (var row in (await client.JsonAsync($"/api/analytics/projects?{All}")).EnumerateArray())
        {
            Same(fixture.Naive.In(Fixture.Start, Fixture.End, i => i.Project == row.GetProperty("path").GetString()), row);
        }
        foreach (var row in (await client.JsonAsync($"/api/analytics/models?{All}")).EnumerateArray())
        {
            var model = row.GetProperty("model").GetString();
            Same(fixture.Naive.In(Fixture.Start, Fixture.End, i => i.Model == model && i is not NaivePrompt and not NaiveError), row);
        }
        var tools = (await client.JsonAsync($"/api/analytics/tools?{All}")).EnumerateArray().ToList();
        Assert.Equal((Fixture.ToolCalls, Fixture.ToolErrors), (tools.Sum(t => t.Long("calls")), tools.Sum(t => t.Long("errors"))));
        Assert.Equal(Fixture.Conversations, (await client.JsonAsync($"/api/analytics/conversations?{All}&limit=500")).GetProperty("items").GetArrayLength());
        var system = await client.JsonAsync($"/api/analytics/system?{All}");
        Assert.Equal((Fixture.Total, Fixture.Conversations, 1),
            (system.Long("totalTokensProcessed"), system.Long("totalConversations"), system.Long("activeUsers")));
        var user = Assert.Single((await client.JsonAsync($"/api/analytics/users?{All}")).EnumerateArray());
        Assert.Equal(Fixture.Total, user.Long("totalTokensUsed"));
        Assert.Equal(24, user.GetProperty("activityPattern").EnumerateObject().Count());
        Assert.Equal(user.GetRawText(), (await client.JsonAsync($"/api/analytics/users/{Fixture.Owner}?{All}")).GetRawText());
        var import = (await client.JsonAsync("/api/analytics/pipeline")).GetProperty("import");
        Assert.Equal(("idle", import.Long("filesTotal"), import.Long("bytesTotal")),
            (import.GetProperty("state").GetString(), import.Long("filesDone"), import.Long("bytesDone")));
    }

    [Fact]
    public async Task One_conversation_has_every_field_and_its_turns_sum_to_it()
    {
        var client = (await web.Host).Program();
        string[] fields =
        [
            "id", "title", "projectPath", "userId", "parentId", "messageCount", "userMessages", "assistantMessages", "totalTokens", "inputTokens",
                "outputTokens", "cacheCreationTokens",
            "cacheReadTokens", "cost", "toolCalls", "toolErrors", "averageResponseTime", "createdAt", "lastActivity", "duration", "activeSeconds",
                "userEngagement", "tokenEfficiency", "cacheHitRate", "models", "sources",
        ];
        foreach (var naive in fixture.Naive.Conversations)
        {
            var row = await client.JsonAsync($"/api/analytics/conversations/{naive.Id}");
            Assert.Empty(fields.Except(row.EnumerateObject().Select(p => p.Name)));
            Assert.Equal((naive.MessageCount, naive.Responses.Sum(r => r.Tokens), naive.CreatedAt),
                (row.Long("messageCount"), row.Long("totalTokens"), At(row.GetProperty("createdAt").GetString()!).ToUnixTimeMilliseconds()));
            Assert.EndsWith("Z", row.GetProperty("createdAt").GetString(), StringComparison.Ordinal);
            var turns = (await client.JsonAsync($"/api/analytics/conversations/{naive.Id}/timeline")).GetProperty("turns");
            Assert.Equal(row.Long("totalTokens"), turns.EnumerateArray().Sum(t => t.Long("totalTokens")));
        }
        Assert.Equal(404, (int)(await client.GetAsync("/api/analytics/conversations/none", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_period_before_is_cut_to_what_has_passed_and_running_buckets_are_partial()
    {
        // It is 23 November, midnight; of these twelve days six have passed.
        var client = (await web.Host).Program();
        var json = await client.JsonAsync("/api/analytics/dashboard?start=2026-11-17T00:00:00Z&end=2026-11-29T00:00:00Z");
        Same(fixture.Naive.In(At("2026-11-05T00:00:00Z"), At("2026-11-11T00:00:00Z")), json.GetProperty("previous"));
        Same(fixture.Naive.In(At("2026-11-17T00:00:00Z"), At("2026-11-29T00:00:00Z")), json.GetProperty("overview"));
        var points = json.GetProperty("trends").GetProperty("tokensOverTime").EnumerateArray().ToList();
        Assert.Equal(["2026-11-23T00:00:00Z"], points.Where(p => p.TryGetProperty("partial", out var partial) && partial.GetBoolean())
            .Select(p => p.GetProperty("timestamp").GetString()));

        // Not cut where it is over; both ends inside a bucket are partial.
        json = await client.JsonAsync("/api/analytics/dashboard?start=2026-11-17T06:20:00Z&end=2026-11-19T05:10:00Z&interval=1h");
        Same(fixture.Naive.In(At("2026-11-15T07:30:00Z"), At("2026-11-17T06:20:00Z")), json.GetProperty("previous"));
        points = [.. json.GetProperty("trends").GetProperty("tokensOverTime").EnumerateArray()];
        Assert.Equal(48, points.Count);
        Assert.Equal("2026-11-17T06:00:00Z", points[0].GetProperty("timestamp").GetString());
        Assert.Equal(
            ["2026-11-17T06:00:00Z", "2026-11-19T05:00:00Z"], points.Where(p => p.TryGetProperty("partial", out _))
                .Select(p => p.GetProperty("timestamp").GetString()));
        Assert.Equal(fixture.Naive.In(At("2026-11-17T06:20:00Z"), At("2026-11-17T07:00:00Z")).Tokens, points[0].GetProperty("value").GetDouble());
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25, "2026-10-24T22:00:00Z", "2026-10-25T22:00:00Z")]
    [InlineData("America/New_York", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", 25, "2026-11-01T04:00:00Z", "2026-11-02T04:00:00Z")]
    [InlineData("America/New_York", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", 23, "2026-03-08T05:00:00Z", "2026-03-09T03:00:00Z")]
    // At two the clocks of Lord Howe Island go on by half an hour: the hour of two has half its length.
    [InlineData("Australia/Lord_Howe", "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z", 24, "2026-10-03T13:30:00Z", "2026-10-04T12:00:00Z")]
    [InlineData("Asia/Kathmandu", "2026-11-14T18:15:00Z", "2026-11-15T18:15:00Z", 24, "2026-11-14T18:15:00Z", "2026-11-15T17:15:00Z")]
    public async Task Hours_of_a_day_are_those_of_the_zone(string zone, string start, string end, int hours, string first, string last)
    {
        var client = (await web.Host).Program();
        var json = await client.JsonAsync($"/api/analytics/dashboard?start={start}&end={end}&timezone={Uri.EscapeDataString(zone)}&interval=1h");
        var times = json.GetProperty("trends").GetProperty("costOverTime").EnumerateArray().Select(p => p.GetProperty("timestamp").GetString()).ToList();
        Assert.Equal((hours, first, last), (times.Count, times[0], times[^1]));
        Assert.Equal(times.Order(StringComparer.Ordinal).Distinct(), times);
        json = await client.JsonAsync($"/api/analytics/dashboard?start={start}&end={end}&timezone={Uri.EscapeDataString(zone)}&interval=1d");
        var day = Assert.Single(json.GetProperty("trends").GetProperty("costOverTime").EnumerateArray());
        Assert.False(day.TryGetProperty("partial", out _));
        Same(fixture.Naive.In(At(start), At(end)), json.GetProperty("overview"));
    }

    [Theory]
    [InlineData("1w", "2026-11-10T12:00:00Z", "2026-11-24T00:00:00Z", "2026-11-08T18:15:00Z", "2026-11-15T18:15:00Z", "2026-11-22T18:15:00Z")]
    [InlineData("1M", "2026-10-20T00:00:00Z", "2026-11-22T00:00:00Z", "2026-09-30T18:15:00Z", "2026-10-31T18:15:00Z")]
    public async Task Weeks_from_Monday_and_months_are_those_of_the_zone(string interval, string start, string end, params string[] starts)
    {
        var client = (await web.Host).Program();
        var json = await client.JsonAsync($"/api/analytics/dashboard?start={start}&end={end}&timezone=Asia/Kathmandu&interval={interval}");
        var points = json.GetProperty("trends").GetProperty("tokensOverTime").EnumerateArray().ToList();
        Assert.Equal(starts, points.Select(p => p.GetProperty("timestamp").GetString()));
        for (var i = 0; i < starts.Length; i++)
        {
            var (from, to) = (At(i == 0 ? start : starts[i]), At(i + 1 < starts.Length ? starts[i + 1] : end));
            Assert.Equal(fixture.Naive.In(from, to).Tokens, points[i].GetProperty("value").GetDouble());
        }
        Assert.True(points[0].GetProperty("partial").GetBoolean() && points[^1].GetProperty("partial").GetBoolean());
    }

    [Fact]
    public async Task Defaults_are_thirty_days_of_the_zone_and_hours_up_to_two_days()
    {
        var client = (await web.Host).Program();
        var json = await client.JsonAsync("/api/analytics/dashboard?timezone=Asia/Tokyo");
        var points = json.GetProperty("trends").GetProperty("tokensOverTime").EnumerateArray().ToList();
        Assert.Equal((30, "2026-10-24T15:00:00Z", "2026-11-22T15:00:00Z"),
            (points.Count, points[0].GetProperty("timestamp").GetString(), points[^1].GetProperty("timestamp").GetString()));
        Assert.True(points[^1].GetProperty("partial").GetBoolean());
        Same(fixture.Naive.All(), json.GetProperty("overview"));
        async Task<int> Count(string query) => (await client.JsonAsync("/api/analytics/dashboard?" + query)).GetProperty("trends")
            .GetProperty("tokensOverTime").GetArrayLength();
        Assert.Equal(48, await Count("start=2026-11-10T00:00:00Z&end=2026-11-12T00:00:00Z"));
        Assert.Equal(3, await Count("start=2026-11-10T00:00:00Z&end=2026-11-12T00:00:00.001Z"));
        Assert.Equal(2, await Count("start=2026-11-10T00:00:00%2B05:30&end=2026-11-11T00:00:00 05:30&interval=1d"));
    }

    [Fact]
    public async Task Filters_repeat_narrow_each_other_and_unknown_values_find_nothing()
    {
        var client = (await web.Host).Program();
        const string First = "/srv/rig/w/alpha", Second = "/srv/rig/w/gamma_web", Model = "claude-opus-5-5";
        async Task<JsonElement> Overview(string filter) => (await client.JsonAsync($"/api/analytics/dashboard?{All}&{filter}")).GetProperty("overview");
        Same(fixture.Naive.In(Fixture.Start, Fixture.End, i => i.Project is First or Second), await Overview($"project={First}&project={Second}"));
        Same(fixture.Naive.In(Fixture.Start, Fixture.End, i => i.Project == First && i.Model == Model), await Overview($"project={First}&model={Model}"));
        Same(fixture.Naive.All(), await Overview($"user={Fixture.Owner}&user=nobody&source=transcript&source=otlp"));
        foreach (var nothing in new[] { "user=nobody", "project=/nowhere", "model=none", "source=otlp", $"user={Fixture.Owner}&project=/nowhere" })
        {
            Same(fixture.Naive.In(Fixture.Start, Fixture.Start), await Overview(nothing));
            Assert.Equal(0, (await client.JsonAsync($"/api/analytics/conversations?{All}&{nothing}")).Long("total"));
            Assert.Empty((await client.JsonAsync($"/api/analytics/tools?{All}&{nothing}")).EnumerateArray());
            Assert.Empty((await client.JsonAsync($"/api/analytics/users?{All}&{nothing}")).EnumerateArray());
        }
        // Hidden characters of a path arrive as they are.
        const string Odd = "/srv/rig/w/épsilon app 日本";
        Assert.True((await Overview($"project={Uri.EscapeDataString(Odd)}")).Long("totalTokens") > 0);
    }

    public static TheoryData<string> Sorts => [.. ConversationListQuery.Sorts];

    [Theory]
    [MemberData(nameof(Sorts))]
    public async Task Pages_walk_all_rows_once_in_order(string sort)
    {
        var client = (await web.Host).Program();
        foreach (var direction in new[] { "", "-" })
        {
            var rows = new List<JsonElement>();
            string? cursor = null;
            do
            {
                var page = await client.JsonAsync($"/api/analytics/conversations?{All}&limit=17&sort={direction}{sort}"
                    + (cursor is null ? "" : $"&cursor={cursor}"));
                Assert.Equal(Fixture.Conversations, page.Long("total"));
                rows.AddRange(page.GetProperty("items").EnumerateArray());
                cursor = page.GetProperty("nextCursor").GetString();
            }
            while (cursor is not null);
            Assert.Equal(fixture.Naive.Conversations.Select(c => c.Id), rows.Select(r => r.GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
            var field = sort == "project" ? "projectPath" : sort;
            for (var i = 1; i < rows.Count; i++)
            {
                var order = Order(rows[i - 1].GetProperty(field), rows[i].GetProperty(field));
                Assert.True(direction == "-" ? order >= 0 : order <= 0,
                    $"{direction}{sort}: {rows[i - 1].GetProperty(field)} before {rows[i].GetProperty(field)}");
            }
        }

        static int Order(JsonElement a, JsonElement b) => a.ValueKind == JsonValueKind.String && b.ValueKind == JsonValueKind.String
            ? string.CompareOrdinal(a.GetString(), b.GetString())
            : Math.Round(Value(a), 9).CompareTo(Math.Round(Value(b), 9));

        static double Value(JsonElement json) => json.ValueKind == JsonValueKind.Number ? json.GetDouble() : 0;
    }

    [Fact]
    public async Task Search_finds_titles_ids_and_projects_and_takes_wildcards_as_letters()
    {
        var client = (await web.Host).Program();
        var some = fixture.Naive.Conversations[3].Id;
        async Task<long> Total(string search) => (await client.JsonAsync($"/api/analytics/conversations?{All}&search={Uri.EscapeDataString(search)}"))
            .Long("total");
        Assert.Equal(1, await Total(some));
        Assert.Equal(1, await Total(some[..13].ToUpperInvariant()));
        Assert.Equal(fixture.Naive.Conversations.Count(c => c.Project?.Contains("gamma_web", StringComparison.Ordinal) == true), await Total("gamma_web"));
        Assert.Equal(0, await Total("gamma%web"));
        Assert.Equal(0, await Total("no such thing"));
        Assert.Equal(0, await Total("' OR 1=1 --"));
    }

    [Theory]
    [InlineData("start", "start=yesterday")]
    [InlineData("start", "start=2026-11-01T00:00:00")]
    [InlineData("start", "start=2026-11-01")]
    [InlineData("start", "start=2026-02-30T00:00:00Z")]
    [InlineData("start", "start=")]
    [InlineData("start", "start=1969-12-31T23:59:59Z&end=2020-02-01T00:00:00Z")]
    [InlineData("start", "start=2026-11-01T00:00:00Z&start=2026-11-02T00:00:00Z")]
    [InlineData("start", "start=2027-01-01T00:00:00Z")]
    [InlineData("end", "end=1e9")]
    [InlineData("end", "start=2026-11-02T00:00:00Z&end=2026-11-02T00:00:00Z")]
    [InlineData("end", "start=2026-11-02T00:00:00Z&end=2026-11-01T00:00:00Z")]
    [InlineData("end", "start=2026-11-02T00:00:00Z&end=2101-01-02T00:00:00Z")]
    [InlineData("end", "end=0001-01-01T00:00:00Z")]
    [InlineData("end", "end=9999-12-31T23:59:59.9999999Z")]
    [InlineData("start", "start=0001-01-01T00:00:00Z")]
    [InlineData("timezone", "timezone=Mars/Olympus")]
    [InlineData("timezone", "timezone=posix/Europe/Berlin")]
    [InlineData("timezone", "timezone=right/Europe/Berlin")]
    [InlineData("timezone", "timezone=localtime")]
    [InlineData("timezone", "timezone=W. Europe Standard Time")]
    [InlineData("timezone", "timezone=../etc/passwd")]
    [InlineData("timezone", "timezone=")]
    [InlineData("interval", "interval=5m")]
    [InlineData("interval", "interval=1h&start=2020-01-01T00:00:00Z&end=2026-01-01T00:00:00Z")]
    [InlineData("source", "source=transcripts")]
    [InlineData("user", "user=")]
    [InlineData("project", "project=a&project=")]
    [InlineData("model", "model=")]
    public async Task Bad_parameters_are_named(string parameter, string query)
    {
        var client = (await web.Host).Program();
        foreach (var path in new[] { "dashboard", "system", "users", "projects", "models", "tools", "conversations",
            "tools.csv" }) await RefusesAsync(client, $"/api/analytics/{path}?{query}", parameter);
    }

    [Theory]
    [InlineData("CET")]
    [InlineData("EST5EDT")]
    [InlineData("Etc/GMT+5")]
    [InlineData("America/Argentina/Buenos_Aires")]
    [InlineData("Asia/Calcutta")]
    [InlineData("Japan")]
    public async Task Every_iana_zone_is_known(string zone) =>
        await (await web.Host).Program().JsonAsync($"/api/analytics/system?timezone={Uri.EscapeDataString(zone)}");

    [Theory]
    [InlineData("sort", "sort=password")]
    [InlineData("sort", "sort=--title")]
    [InlineData("limit", "limit=0")]
    [InlineData("limit", "limit=501")]
    [InlineData("limit", "limit=-1")]
    [InlineData("limit", "limit=1.5")]
    [InlineData("cursor", "cursor=abc")]
    [InlineData("cursor", "cursor=")]
    [InlineData("cursor", "cursor=c2w")]
    public async Task Bad_parameters_of_lists_are_named(string parameter, string query) =>
        await RefusesAsync((await web.Host).Program(), $"/api/analytics/conversations?{query}", parameter);

    private static async Task RefusesAsync(HttpClient client, string path, string parameter)
    {
        using var response = await client.GetAsync(path);
        Assert.True((int)response.StatusCode == 400, $"{path}: {(int)response.StatusCode}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((400, parameter), (problem.GetProperty("status").GetInt32(), problem.GetProperty("parameter").GetString()));
        Assert.StartsWith(parameter, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
