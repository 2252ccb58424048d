using System.Net;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Metrics of the program over time, as a program gets them over HTTP, against what was known when the fixture was recorded.</summary>
public sealed class TimeSeriesTests(FixtureWeb web)
{
    private static readonly string[] s_groupings =
        ["", "&groupBy=user", "&groupBy=project&limit=2", "&groupBy=model&limit=1", "&groupBy=source", "&groupBy=tool", "&groupBy=branch"];

    private const string Range = "start=2026-11-09T00:00:00Z&end=2026-11-23T00:00:00Z";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tokens", "tokens", Fixture.Total)]
    [InlineData("outputTokens", "tokens", Fixture.Output)]
    [InlineData("userMessages", "messages", Fixture.UserMessages)]
    [InlineData("assistantMessages", "messages", Fixture.AssistantMessages)]
    [InlineData("messages", "messages", Fixture.UserMessages + Fixture.AssistantMessages)]
    [InlineData("toolCalls", "calls", Fixture.ToolCalls)]
    [InlineData("toolErrors", "calls", Fixture.ToolErrors)]
    public async Task Buckets_of_every_length_and_groups_of_every_dimension_hold_all(string metric, string unit, long all)
    {
        var client = (await web.Host).Program();
        foreach (var interval in new[] { "5m", "15m", "1h", "1d", "1w", "1M" })
        {
            foreach (var by in s_groupings)
            {
                var answer = await client.JsonAsync($"/api/analytics/timeseries?metric={metric}&{Range}&timezone=Europe/Berlin&interval={interval}{by}");
                Assert.Equal((metric, unit), (Text(answer, "metric"), Text(answer, "unit")));
                Assert.Equal((interval, "sum"), (Text(answer, "interval"), Text(answer, "aggregation")));
                Assert.Equal(all, answer.GetProperty("series").EnumerateArray().SelectMany(Values).Sum());
            }
        }
    }

    [Fact]
    public async Task What_is_beyond_the_limit_is_one_series_and_what_has_no_value_another()
    {
        var client = (await web.Host).Program();
        var all = await client.JsonAsync($"/api/analytics/timeseries?metric=messages&{Range}&interval=1d&groupBy=model");
        var models = all.GetProperty("series").EnumerateArray().Where(s => !s.TryGetProperty("name", out _)).ToList();
        Assert.True(models.Count > 1);
        Assert.False(all.GetProperty("truncated").GetBoolean());
        var names = models.Select(s => s.GetProperty("tags").GetProperty("model").GetString()!).ToList();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);

        var answer = await client.JsonAsync($"/api/analytics/timeseries?metric=messages&{Range}&interval=1d&groupBy=model&limit=1");
        var series = answer.GetProperty("series").EnumerateArray().ToList();
        Assert.True(answer.GetProperty("truncated").GetBoolean());
        Assert.Equal(3, series.Count);
        Assert.Equal(models.Max(s => Values(s).Sum()), Values(series[0]).Sum());
        Assert.Equal(("others", "{}"), (Text(series[1], "name"), series[1].GetProperty("tags").GetRawText()));
        Assert.Equal(models.Sum(s => Values(s).Sum()) - Values(series[0]).Sum(), Values(series[1]).Sum());
        // Prompts have no model.
        Assert.Equal(("(none)", JsonValueKind.Null), (Text(series[2], "name"), series[2].GetProperty("tags").GetProperty("model").ValueKind));
        Assert.Equal(Fixture.UserMessages, Values(series[2]).Sum());
    }

    [Fact]
    public async Task Filters_and_tags_narrow_and_rates_are_quotients_of_sums()
    {
        var client = (await web.Host).Program();
        async Task<double> Sum(string query) =>
            (await client.JsonAsync($"/api/analytics/timeseries?{Range}&interval=1d&{query}")).GetProperty("series").EnumerateArray().SelectMany(Values).Sum();
        Assert.Equal(0, await Sum("metric=tokens&user=nobody"));
        Assert.Equal(Fixture.Total, await Sum($"metric=tokens&user={Fixture.Owner}&source=transcript"));
        Assert.Equal(Fixture.Total, await Sum($"metric=tokens&tag.user={Fixture.Owner}"));
        Assert.Equal(0, await Sum("metric=tokens&tag.branch=no-such-branch"));
        Assert.Equal(0, await Sum("metric=tokens&tag.flavour=main"));
        var bash = await Sum("metric=toolCalls&tag.tool=Bash");
        Assert.InRange(bash, 1, Fixture.ToolCalls - 1);
        Assert.Equal(bash, (await client.JsonAsync($"/api/analytics/tools?{Range}")).EnumerateArray().Single(t => Text(t, "tool") == "Bash").Long("calls"));

        var month = await client.JsonAsync($"/api/analytics/timeseries?metric=toolErrorRate&{Range}&interval=1M");
        Assert.Equal((double)Fixture.ToolErrors / Fixture.ToolCalls, Values(month.GetProperty("series")[0]).Single());
        Assert.Equal(("rate", "avg"), (Text(month, "unit"), Text(month, "aggregation")));
        var people = await client.JsonAsync($"/api/analytics/timeseries?metric=conversations&{Range}&interval=1M&aggregation=sum");
        Assert.Equal(Fixture.Conversations, Values(people.GetProperty("series")[0]).Single());
    }

    [Fact]
    public async Task Gaps_are_filled_as_asked_and_means_move()
    {
        var client = (await web.Host).Program();
        async Task<List<double?>> Points(string query)
        {
            var answer = await client.JsonAsync($"/api/analytics/timeseries?metric=userMessages&{Range}&interval=1d&{query}");
            return [.. answer.GetProperty("series")[0].GetProperty("points").EnumerateArray().Select(p => p.GetProperty("value"))
                .Select(v => v.ValueKind == JsonValueKind.Null ? (double?)null : v.GetDouble())];
        }
        var zero = await Points("fill=zero");
        Assert.Equal(14, zero.Count);
        Assert.Equal(zero.Select(v => v == 0 ? null : v), await Points("fill=null"));
        Assert.Equal(zero.Where(v => v != 0), await Points("fill=none"));
        var moving = await Points("fill=zero&smooth=ma3");
        Assert.Equal([null, null], moving.Take(2));
        for (var i = 2; i < 14; i++) Assert.Equal((zero[i - 2]!.Value + zero[i - 1]!.Value + zero[i]!.Value) / 3, moving[i]!.Value, 9);
        var exponential = await Points("fill=zero&smooth=ema0.5");
        for (var i = 1; i < 14; i++) Assert.Equal((exponential[i - 1]!.Value + zero[i]!.Value) / 2, exponential[i]!.Value, 9);
    }

    [Fact]
    public async Task Metrics_are_listed_and_explained()
    {
        var client = (await web.Host).Program();
        var metrics = (await client.JsonAsync("/api/analytics/metrics")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(("conversations", "builtIn"), (Text(metrics[0], "name"), Text(metrics[0], "kind")));
        Assert.Contains(metrics, m => Text(m, "name") == "toolCalls" && m.GetProperty("dimensions").EnumerateArray().Any(d => d.GetString() == "tool"));
        var glossary = (await client.JsonAsync("/api/glossary")).EnumerateArray().ToDictionary(e => Text(e, "name")!);
        Assert.All(metrics.Where(m => Text(m, "kind") == "builtIn"), m => Assert.Equal(Text(m, "unit"), Text(glossary[Text(m, "name")!], "unit")));
        // Also by the names that answers give them.
        var overview = (await client.JsonAsync($"/api/analytics/dashboard?{Range}")).GetProperty("overview");
        Assert.All(overview.EnumerateObject(), field => Assert.NotEmpty(Text(glossary[field.Name], "definition")!));

        using var page = await client.GetAsync("/help/figures", Cancel);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        Assert.Contains("<title>Figures · Observatory</title>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.All(glossary.Values, e => Assert.Contains(WebUtility.HtmlEncode(Text(e, "definition")!), html, StringComparison.Ordinal));
        Assert.All(glossary.Keys, name => Assert.Contains($"id=\"{name}\"", html, StringComparison.Ordinal));
        using var closed = await (await web.Host).Program(key: null).GetAsync("/help/figures", Cancel);
        Assert.NotEqual(HttpStatusCode.OK, closed.StatusCode);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static IEnumerable<double> Values(JsonElement series) =>
        series.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("value").GetDouble());
}
