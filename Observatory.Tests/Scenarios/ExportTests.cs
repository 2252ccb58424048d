using System.Globalization;
using System.Net;
using System.Text.Json;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Tables;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Files over HTTP: every dataset in every format, with the figures and rows that pages and a recount have.</summary>
public sealed class ExportTests(FixtureWeb web, FixtureCore fixture)
{
    private const string Base = "/api/analytics/export/";
    private static readonly string s_all = $"start={Text(Fixture.Start)}&end={Text(Fixture.End)}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_dataset_comes_in_every_format_as_an_attachment_with_a_telling_name()
    {
        using var client = (await web.Host).Program();
        foreach (var dataset in Datasets.Names)
        {
            var rows = -1;
            foreach (var format in ExportFormats.All)
            {
                using var answer = await client.GetAsync($"{Base}{dataset}?format={format.Name}&{s_all}&timezone=America/New_York", Cancel);
                Assert.Equal((dataset, format.Name, HttpStatusCode.OK), (dataset, format.Name, answer.StatusCode));
                Assert.Equal(format.ContentType, answer.Content.Headers.ContentType!.ToString());
                var disposition = answer.Content.Headers.ContentDisposition!;
                Assert.Equal(
                    ("attachment", $"observatory-{dataset}-2026-11-08-2026-11-22-America_New_York.{format.Ending}"),
                    (disposition.DispositionType, disposition.FileName!.Trim('"')));
                var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
                if (RowsOf(format.Name, body) is not { } count) continue;
                // The formats agree, and so does the count that was known before.
                if (rows >= 0) Assert.Equal((dataset, format.Name, rows), (dataset, format.Name, count));
                rows = count;
                if (answer.Headers.TryGetValues("X-Row-Count", out var told)) Assert.Equal($"{count}", told.Single());
                else Assert.Contains(dataset, new[] { "calls", "events" });
            }
            Assert.True(rows > 0 || dataset == "events", dataset);
        }
    }

    [Fact]
    public async Task Conversations_are_the_rows_of_the_list_with_all_its_fields()
    {
        using var client = (await web.Host).Program();
        const string Filters = "&timezone=Asia/Kolkata&sort=-cost&search=gamma";
        var list = await client.JsonAsync($"/api/analytics/conversations?{s_all}{Filters}&limit=500");
        var (columns, rows) = await TableAsync(client, $"conversations?{s_all}{Filters}");
        Assert.Equal(list.Long("total"), rows.Count);
        var items = list.GetProperty("items").EnumerateArray().ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var field in items[i].EnumerateObject())
            {
                var cell = rows[i][columns.IndexOf(field.Name)];
                Assert.Equal((field.Name, field.Value.GetRawText()), (field.Name, field.Value.ValueKind == JsonValueKind.Array ? cell.GetString()
                    : cell.GetRawText()));
            }
            var local = DateTimeOffset.Parse(items[i].GetProperty("createdAt").GetString()!, CultureInfo.InvariantCulture).ToOffset(TimeSpan.FromHours(5.5));
            Assert.Equal(local.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), rows[i][columns.IndexOf("createdAtLocal")].GetString());
        }
        Assert.Equal(["createdAtLocal", "lastActivityLocal"], columns.Except(items[0].EnumerateObject().Select(p => p.Name)));
    }

    [Theory]
    [InlineData("tools")]
    [InlineData("users")]
    [InlineData("projects")]
    [InlineData("models")]
    public async Task Lists_are_the_rows_of_their_routes(string dataset)
    {
        using var client = (await web.Host).Program();
        var items = (await client.JsonAsync($"/api/analytics/{dataset}?{s_all}&timezone=Europe/Berlin")).EnumerateArray().ToList();
        var (columns, rows) = await TableAsync(client, $"{dataset}?{s_all}&timezone=Europe/Berlin");
        Assert.Equal(items.Count, rows.Count);
        Assert.Equal(items[0].EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal), columns.Order(StringComparer.Ordinal));
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var field in items[i].EnumerateObject())
            {
                var cell = rows[i][columns.IndexOf(field.Name)];
                var nested = field.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object;
                Assert.Equal((field.Name, field.Value.GetRawText()), (field.Name, nested ? cell.GetString() : cell.GetRawText()));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("model")]
    [InlineData("project")]
    [InlineData("nobody")]
    public async Task Messages_and_calls_are_those_that_a_recount_finds(string filter)
    {
        using var client = (await web.Host).Program();
        var (model, project) = (fixture.Naive.Responses[0].Model!, fixture.Naive.Prompts[0].Project!);
        // A prompt has no model.
        var naive = fixture.Naive.In(Fixture.Start, Fixture.End, i => filter switch
        {
            "model" => i.Model == model, "project" => i.Project == project, "nobody" => false, _ => true,
        });
        var query = s_all + filter switch
        {
            "model" => $"&model={Uri.EscapeDataString(model)}", "project" => $"&project={Uri.EscapeDataString(project)}", "nobody" => "&user=nobody", _ => "",
        };
        using var answer = await client.GetAsync($"{Base}messages?format=json&{query}", Cancel);
        Assert.Equal($"{naive.MessageCount}", answer.Headers.GetValues("X-Row-Count").Single());
        var (columns, rows) = await TableAsync(client, $"messages?{query}");
        Assert.Equal(
            ["timestamp", "local", "conversationId", "userId", "project", "role", "model", "inputTokens", "outputTokens", "cacheCreationTokens",
                "cacheReadTokens", "cost", "text"],
            columns);
        Assert.Equal(
            naive.Prompts.Select(p => (p.At, "user", p.Conversation)).Concat(naive.Messages.Select(m => (m.At, "assistant", m.Conversation))).Order(),
            rows.Select(r => (At(r[0]), r[5].GetString()!, r[2].GetString()!)).Order());
        Assert.Equal(rows.Select(r => At(r[0])).Order(), rows.Select(r => At(r[0])));

        var calls = await TableAsync(client, $"calls?{query}");
        Assert.Equal(
            [
                "timestamp", "local", "conversationId", "userId", "project", "model", "source", "requestId", "inputTokens", "outputTokens",
                "cacheCreationTokens", "cacheReadTokens", "cost",
            ],
            calls.Columns);
        long Sum(int column) => calls.Rows.Sum(r => r[column].GetInt64());
        Assert.Equal((naive.Input, naive.Output, naive.CacheWrite, naive.CacheRead), (Sum(8), Sum(9), Sum(10), Sum(11)));
        Assert.Equal(naive.Cost ?? 0, calls.Rows.Sum(r => r[12].ValueKind == JsonValueKind.Null ? 0 : r[12].GetDecimal()));
        Assert.All(calls.Rows, r => Assert.Equal("transcript", r[6].GetString()));
    }

    [Theory]
    [InlineData("days", "Asia/Kolkata", 1)]
    [InlineData("hours", "UTC", 0)]
    public async Task Buckets_have_the_overview_figures_of_their_time_empty_ones_too(string dataset, string zone, int more)
    {
        using var client = (await web.Host).Program();
        var (columns, rows) = await TableAsync(client, $"{dataset}?{s_all}&timezone={zone}");
        var hours = dataset == "days" ? 24 : 1;
        Assert.Equal(14 * 24 / hours + more, rows.Count);
        var first = dataset == "days" ? Fixture.Start.AddHours(-5.5) : Fixture.Start;
        for (var i = 0; i < rows.Count; i++)
        {
            var start = first.AddHours(i * hours);
            Assert.Equal(start.ToUnixTimeMilliseconds(), At(rows[i][0]));
            // What the range cuts off is not in it.
            var naive = Compare.Overview(fixture.Naive.In(start < Fixture.Start ? Fixture.Start : start, start.AddHours(hours) > Fixture.End ? Fixture.End
                : start.AddHours(hours)));
            object?[] figures =
            [
                naive.TotalConversations, naive.TotalMessages, naive.UserMessages, naive.AssistantMessages, naive.TotalTokens, naive.InputTokens,
                naive.OutputTokens, naive.CacheCreationTokens, naive.CacheReadTokens, naive.TotalCost, naive.UnpricedTokens, naive.ActiveUsers, naive.ToolCalls,
                naive.ToolErrors,
            ];
            Assert.Equal(
                figures.Select(f => f is null ? null : (decimal?)Convert.ToDecimal(f, CultureInfo.InvariantCulture)),
                rows[i].Skip(2).Select(c => c.ValueKind == JsonValueKind.Null ? null : (decimal?)c.GetDecimal()));
        }
        Assert.Equal(16, columns.Count);
        var local = DateTimeOffset.FromUnixTimeMilliseconds(At(rows[1][0])).ToOffset(TimeSpan.FromHours(5.5 * more));
        Assert.Equal(local.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), rows[1][1].GetString());
    }

    [Fact]
    public async Task A_time_series_is_what_its_route_says_with_the_group_as_a_column()
    {
        using var client = (await web.Host).Program();
        var asked = $"metric=outputTokens&groupBy=model&interval=1d&fill=zero&{s_all}";
        var series = (await client.JsonAsync($"/api/analytics/timeseries?{asked}")).GetProperty("series").EnumerateArray().ToList();
        var (columns, rows) = await TableAsync(client, $"timeseries?{asked}");
        Assert.Equal(["timestamp", "local", "value", "model"], columns);
        Assert.Equal(
            series.SelectMany(s => s.GetProperty("points").EnumerateArray().Select(p =>
                (p.GetProperty("timestamp").GetString(), p.GetProperty("value").GetDouble(), s.GetProperty("tags").GetProperty("model").GetString()))),
            rows.Select(r => (r[0].GetString(), r[2].GetDouble(), r[3].GetString())));
        // Tokens a day, where nothing is said.
        var (_, usual) = await TableAsync(client, $"timeseries?{s_all}");
        Assert.Equal(fixture.Naive.In(Fixture.Start, Fixture.End).Tokens, usual.Sum(r => r[2].GetDouble()));
    }

    [Theory]
    [InlineData("conversations", "sort=id&limit=7")]
    [InlineData("users", "timezone=Asia/Kolkata")]
    [InlineData("projects", "")]
    [InlineData("models", "source=transcript")]
    [InlineData("tools", "")]
    [InlineData("timeseries", "metric=cost&interval=1d&groupBy=project")]
    public async Task The_csv_routes_of_lists_give_the_same_bytes(string dataset, string more)
    {
        using var client = (await web.Host).Program();
        Assert.Equal(
            await client.GetStringAsync($"/api/analytics/{dataset}.csv?{s_all}&{more}", Cancel),
            await client.GetStringAsync($"{Base}{dataset}?format=csv&{s_all}&{more}", Cancel));
    }

    [Fact]
    public async Task A_conversation_is_a_file_to_read_and_lines_for_programs_with_everything_of_its_timeline()
    {
        using var client = (await web.Host).Program();
        var conversation = fixture.Naive.Conversations.MaxBy(c => c.MessageCount)!;
        var path = $"/api/analytics/conversations/{conversation.Id}";
        var lines = (await client.GetStringAsync($"{path}/export?format=jsonl", Cancel)).TrimEnd('\n').Split('\n')
            .Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var row = await client.JsonAsync(path);
        Assert.Equal(row.EnumerateObject().Select(p => (p.Name, p.Value.GetRawText())), lines[0].EnumerateObject().Skip(1).Select(p => (p.Name,
            p.Value.GetRawText())));
        var turns = (await client.JsonAsync($"{path}/timeline?limit=1000")).GetProperty("turns").EnumerateArray().ToList();
        List<string?> Ids(JsonElement steps) =>
            [.. steps.EnumerateArray().SelectMany(s => Ids(s.GetProperty("children")).Prepend(s.GetProperty("id").GetString()))];
        Assert.Equal(turns.Count, lines.Count(l => l.GetProperty("type").GetString() == "turn"));
        Assert.Equal(
            turns.SelectMany(t => Ids(t.GetProperty("steps"))),
            lines.Where(l => l.GetProperty("type").GetString() == "step").Select(l => l.GetProperty("id").GetString()));

        using var answer = await client.GetAsync($"{path}/export?timezone=Asia/Kolkata", Cancel);
        Assert.Equal("text/markdown; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal($"observatory-conversation-{conversation.Id}.md", answer.Content.Headers.ContentDisposition!.FileName);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(conversation.Prompts.Count, text.Split('\n').Count(l => l.StartsWith("## Turn ", StringComparison.Ordinal)));
        foreach (var path1 in new[] { $"{path}/export?format=doc", $"{path}/export?colour=red" })
            Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync(path1, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/analytics/conversations/none/export", Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("nothing", "", "dataset")]
    [InlineData("report", "", "dataset")]
    [InlineData("days", "format=doc", "format")]
    [InlineData("days", "format=CSV", "format")]
    [InlineData("days", "locale=xx-nowhere-at-all", "locale")]
    [InlineData("days", "colour=red", "colour")]
    [InlineData("days", "timezone=Mars/Base", "timezone")]
    [InlineData("hours", "start=2000-01-01T00:00:00Z", "start")]
    [InlineData("timeseries", "metric=nothing", "metric")]
    [InlineData("timeseries", "metric=cost&aggregation=p95", "aggregation")]
    [InlineData("timeseries", "interval=2d", "interval")]
    [InlineData("conversations", "sort=nothing", "sort")]
    public async Task What_cannot_be_asked_is_refused_by_name(string dataset, string query, string parameter)
    {
        using var client = (await web.Host).Program();
        using var answer = await client.GetAsync($"{Base}{dataset}?{query}", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Equal(parameter, problem.GetProperty("parameter").GetString());
    }

    private static async Task<(List<string> Columns, List<List<JsonElement>> Rows)> TableAsync(HttpClient client, string question)
    {
        var json = await client.JsonAsync($"{Base}{question}&format=json");
        return (
            [.. json.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)],
            [.. json.GetProperty("rows").EnumerateArray().Select(r => r.EnumerateArray().ToList())]);
    }

    private static int? RowsOf(string format, byte[] body)
    {
        var text = System.Text.Encoding.UTF8.GetString(body);
        return format switch
        {
            "csv" => Tables.ParseCsv(text).Count - 1,
            "csv-excel" => Tables.ParseCsv(text[1..]).Count - 1,
            "json" => JsonDocument.Parse(text).RootElement.GetProperty("rows").GetArrayLength(),
            "ndjson" => text.Count(c => c == '\n'),
            _ => null,
        };
    }

    private static long At(JsonElement instant) => DateTimeOffset.Parse(instant.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
