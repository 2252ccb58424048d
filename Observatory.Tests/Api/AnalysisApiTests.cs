using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>What a series says beyond its values, as a program gets it over HTTP: values that were sent, held against the simplest computation.</summary>
public sealed class AnalysisApiTests(AnalysisWeb web) : IClassFixture<AnalysisWeb>
{
    private const string Range = "start=2026-10-01T00:00:00Z&end=2026-11-12T00:00:00Z";

    private const string Statistics = "/api/analytics/statistics?interval=1d&metric=";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => web.Host.Program();

    [Fact]
    public async Task Statistics_are_those_of_the_complete_buckets()
    {
        var answer = await Client.JsonAsync($"/api/analytics/statistics?metric=daily&interval=1d&{Range}");
        // The 11th ended two hours ago and a little; the values are those of 42 days.
        var values = Enumerable.Range(0, 42).Select(AnalysisWeb.Daily).ToArray();
        Assert.Equal(("daily", "1d", 42), (Text(answer, "metric"), Text(answer, "interval"), answer.Long("count")));
        Assert.Equal(
            [
                "metric", "unit", "interval", "count", "sum", "mean", "median", "mode", "variance", "standardDeviation", "min", "max", "range", "percentiles",
                "outliers",
            ],
            answer.EnumerateObject().Select(p => p.Name));
        Assert.Equal(values.Sum(), Number(answer, "sum"), 1e-9);
        Assert.Equal(values.Average(), Number(answer, "mean"), 1e-9);
        var variance = values.Sum(v => Math.Pow(v - values.Average(), 2)) / 41;
        Assert.Equal(variance, Number(answer, "variance"), 1e-9);
        Assert.Equal(Math.Sqrt(variance), Number(answer, "standardDeviation"), 1e-9);
        Assert.Equal((values.Min(), values.Max(), values.Max() - values.Min()), (Number(answer, "min"), Number(answer, "max"), Number(answer, "range")));
        Assert.Equal(["25", "50", "75", "90", "95", "99"], answer.GetProperty("percentiles").EnumerateObject().Select(p => p.Name));
        var outlier = Assert.Single(answer.GetProperty("outliers").EnumerateArray());
        Assert.Equal(("2026-10-30T00:00:00Z", 500.0), (Text(outlier, "timestamp"), Number(outlier, "value")));
        Assert.All(answer.GetProperty("mode").EnumerateArray(), m => Assert.True(values.Count(v => v == m.GetDouble()) > 1));
    }

    [Fact]
    public async Task Nothing_has_no_figures_and_an_empty_bucket_is_a_zero_of_what_is_counted()
    {
        var none = await Client.JsonAsync($"{Statistics}averageResponseTime&start=2026-10-01T00:00:00Z&end=2026-10-03T00:00:00Z");
        Assert.Equal((0, JsonValueKind.Null, JsonValueKind.Null), (none.Long("count"), none.GetProperty("sum").ValueKind, none.GetProperty("mean").ValueKind));
        Assert.All(none.GetProperty("percentiles").EnumerateObject(), p => Assert.Equal(JsonValueKind.Null, p.Value.ValueKind));
        var zero = await Client.JsonAsync($"{Statistics}messages&start=2026-10-01T00:00:00Z&end=2026-10-03T00:00:00Z");
        Assert.Equal((2, 0.0), (zero.Long("count"), Number(zero, "sum")));
        // A day that the range cuts is none, and neither is one that still runs.
        var cut = await Client.JsonAsync($"{Statistics}messages&start=2026-10-01T06:00:00Z&end=2026-10-03T00:00:00Z");
        Assert.Equal(1, cut.Long("count"));
        var running = await Client.JsonAsync($"{Statistics}messages&start=2026-11-10T00:00:00Z&end=2026-11-14T00:00:00Z");
        Assert.Equal(2, running.Long("count"));
        Assert.Equal(JsonValueKind.Null, (await Client.JsonAsync(
            $"{Statistics}messages&start=2026-10-01T00:00:00Z&end=2026-10-02T00:00:00Z")).GetProperty("variance").ValueKind);
    }

    [Fact]
    public async Task Trends_say_where_a_series_goes_and_what_comes_next()
    {
        var answer = await Client.JsonAsync($"/api/analytics/trends?metric=daily&interval=1d&{Range}");
        Assert.Equal(
            [
                "metric", "interval", "status", "completeDays", "neededDays", "direction", "slopePerDay", "slopeInterval", "pValue", "confidence",
                "seasonality", "anomalies", "changePoints", "forecast",
            ],
            answer.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("ok", 42, 21), (Text(answer, "status"), answer.Long("completeDays"), answer.Long("neededDays")));
        Assert.Equal("increasing", Text(answer, "direction"));
        Assert.Equal(2, Number(answer, "slopePerDay"), 0.2);
        var (low, high) = (answer.GetProperty("slopeInterval")[0].GetDouble(), answer.GetProperty("slopeInterval")[1].GetDouble());
        Assert.True(low <= 2 && high >= 2 && Number(answer, "pValue") < 0.001 && Number(answer, "confidence") > 0.999);
        var week = Assert.Single(answer.GetProperty("seasonality").GetProperty("periods").EnumerateArray());
        Assert.True(answer.GetProperty("seasonality").GetProperty("detected").GetBoolean());
        Assert.Equal(168, week.Long("hours"));
        var forecast = answer.GetProperty("forecast").EnumerateArray().ToList();
        Assert.Equal(7, forecast.Count);
        Assert.Equal("2026-11-12T00:00:00Z", Text(forecast[0], "timestamp"));
        Assert.All(forecast, p => Assert.True(Number(p, "low") >= 0 && Number(p, "low") <= Number(p, "value") && Number(p, "value") <= Number(p, "high")));

        var spike = Assert.Single(answer.GetProperty("anomalies").EnumerateArray(), a => Text(a, "start") == "2026-10-30T00:00:00Z");
        Assert.Equal(
            ("2026-10-31T00:00:00Z", "spike", 500.0, "new"), (Text(spike, "end"), Text(spike, "kind"), Number(spike, "value"), Text(spike, "state")));
        Assert.NotEqual("low", Text(spike, "severity"));
        Assert.Contains("500", Text(spike, "reason"), StringComparison.Ordinal);
        foreach (var dimension in spike.GetProperty("contributions").EnumerateArray().GroupBy(c => Text(c, "dimension")))
        {
            Assert.Equal(Number(spike, "value") - Number(spike, "usual"), dimension.Sum(c => Number(c, "delta")), 1e-6);
        }
        Assert.Matches("^[A-Za-z0-9_-]+$", Text(spike, "id"));
        var hours = await Client.JsonAsync($"/api/analytics/trends?metric=daily&interval=1h&{Range}");
        Assert.Equal(48, hours.GetProperty("forecast").GetArrayLength());
    }

    [Fact]
    public async Task The_same_episode_has_one_id_whatever_range_is_looked_at()
    {
        async Task<string> IdAsync(string start, string end) => Text((await Client.JsonAsync(
            $"/api/analytics/trends?metric=daily&interval=1d&start={start}T00:00:00Z&end={end}T00:00:00Z")).GetProperty("anomalies").EnumerateArray()
            .Single(a => Text(a, "start") == "2026-10-30T00:00:00Z"), "id");
        Assert.Equal(await IdAsync("2026-10-20", "2026-11-05"), await IdAsync("2026-10-30", "2026-10-31"));
    }

    [Fact]
    public async Task A_young_series_gets_no_verdict_and_no_series_is_empty()
    {
        var young = await Client.JsonAsync("/api/analytics/trends?metric=young&interval=1d&start=2026-11-01T00:00:00Z&end=2026-11-12T00:00:00Z");
        Assert.Equal(("learning", 3, 7, "stable"), (Text(young, "status"), young.Long("completeDays"), young.Long("neededDays"), Text(young, "direction")));
        Assert.All(["slopePerDay", "slopeInterval", "pValue", "confidence"], name => Assert.Equal(JsonValueKind.Null, young.GetProperty(name).ValueKind));
        Assert.Equal((0, 0), (young.GetProperty("anomalies").GetArrayLength(), young.GetProperty("forecast").GetArrayLength()));
        var empty = await Client.JsonAsync($"/api/analytics/trends?metric=messages&interval=1d&{Range}");
        Assert.Equal(("empty", 0), (Text(empty, "status"), empty.Long("completeDays")));
    }

    [Fact]
    public async Task Correlations_are_square_and_one_on_the_diagonal()
    {
        var answer = await Client.JsonAsync($"/api/analytics/correlations?metrics=daily,twice,messages&interval=1d&{Range}");
        Assert.Equal(["metrics", "pearson", "spearman", "n"], answer.EnumerateObject().Select(p => p.Name));
        Assert.Equal(42, answer.Long("n"));
        Assert.Equal(["daily", "twice", "messages"], answer.GetProperty("metrics").EnumerateArray().Select(m => m.GetString()));
        foreach (var matrix in new[] { answer.GetProperty("pearson"), answer.GetProperty("spearman") })
        {
            Assert.Equal((1, 1), (matrix[0][0].GetDouble(), matrix[1][1].GetDouble()));
            Assert.Equal(1, matrix[0][1].GetDouble(), 1e-9);
            Assert.Equal(matrix[0][1].GetDouble(), matrix[1][0].GetDouble());
            // No messages at all: a series that does not move.
            Assert.All(Enumerable.Range(0, 3), i => Assert.True(matrix[2][i].ValueKind == JsonValueKind.Null && matrix[i][2].ValueKind == JsonValueKind.Null));
        }
    }

    [Fact]
    public async Task Explain_names_who_and_sums_exactly()
    {
        var answer = await Client.JsonAsync("/api/analytics/explain?metric=daily&start=2026-10-29T00:00:00Z&end=2026-11-05T00:00:00Z");
        var now = Enumerable.Range(28, 7).Sum(AnalysisWeb.Daily);
        var before = Enumerable.Range(21, 7).Sum(AnalysisWeb.Daily);
        Assert.Equal((now, before, now - before), (Number(answer, "current"), Number(answer, "previous"), Number(answer, "delta")));
        var rows = answer.GetProperty("contributions").EnumerateArray().ToList();
        Assert.Contains(rows, r => Text(r, "dimension") == "team");
        Assert.All(rows.GroupBy(r => Text(r, "dimension")), d => Assert.Equal(now - before, d.Sum(r => Number(r, "delta")), 1e-9));
        Assert.False(answer.TryGetProperty("bridge", out _) || answer.TryGetProperty("rate", out _) || answer.TryGetProperty("people", out _));
        var cost = await Client.JsonAsync($"/api/analytics/explain?metric=cost&{Range}");
        Assert.Equal(
            ["people", "conversations", "calls", "tokensPerCall", "modelMix", "cacheShare", "price"],
            cost.GetProperty("bridge").EnumerateArray().Select(f => Text(f, "factor")));
    }

    [Fact]
    public async Task Anomalies_of_many_series_are_listed_newest_first()
    {
        var items = (await Client.JsonAsync($"/api/analytics/anomalies?metric=daily&metric=twice&{Range}")).GetProperty("items").EnumerateArray().ToList();
        Assert.Contains(items, a => Text(a, "metric") == "daily" && Text(a, "start").StartsWith("2026-10-30", StringComparison.Ordinal));
        Assert.Equal(items.Select(a => Text(a, "start")).OrderDescending(StringComparer.Ordinal), items.Select(a => Text(a, "start")));
        var high = (await Client.JsonAsync($"/api/analytics/anomalies?metric=daily&severity=high&{Range}")).GetProperty("items").EnumerateArray();
        Assert.All(high, a => Assert.Equal("high", Text(a, "severity")));
        Assert.Equal(0, (await Client.JsonAsync($"/api/analytics/anomalies?{Range}")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("anomalies?severity=none", "severity")]
    [InlineData("anomalies?metric=nothing", "metric")]
    [InlineData("topics?limit=0", "limit")]
    [InlineData("topics?metric=cost", "metric")]
    [InlineData("statistics", "metric")]
    [InlineData("statistics?metric=", "metric")]
    [InlineData("statistics?metric=nothing", "metric")]
    [InlineData("statistics?metric=messages&interval=1w", "interval")]
    [InlineData("statistics?metric=messages&interval=5m", "interval")]
    [InlineData("statistics?metric=messages&start=x", "start")]
    [InlineData("statistics?metric=messages&aggregation=sum", "aggregation")]
    [InlineData("statistics?metric=messages&source=nothing", "source")]
    [InlineData("trends", "metric")]
    [InlineData("trends?metric=nothing", "metric")]
    [InlineData("trends?metric=messages&interval=1M", "interval")]
    [InlineData("trends?metric=messages&timezone=Mars/Base", "timezone")]
    [InlineData("trends?metric=messages&start=1999-01-01T00:00:00Z&interval=1h", "interval")]
    [InlineData("correlations", "metrics")]
    [InlineData("correlations?metrics=messages", "metrics")]
    [InlineData("correlations?metrics=messages,nothing", "metrics")]
    [InlineData("correlations?metrics=messages,messages", "metrics")]
    [InlineData("correlations?metrics=a,b,c,d,e,f,g,h,i,j,k,l,m", "metrics")]
    [InlineData("correlations?metrics=messages,tokens&metric=cost", "metric")]
    [InlineData("explain", "metric")]
    [InlineData("explain?metric=nothing", "metric")]
    [InlineData("explain?metric=cost&interval=1d", "interval")]
    public async Task What_is_wrong_is_named(string question, string parameter)
    {
        using var answer = await Client.GetAsync($"/api/analytics/{question}", Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Equal(parameter, Text(JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement, "parameter"));
        using var nobody = await web.Host.Program(key: null).GetAsync($"/api/analytics/{question}", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}

/// <summary>The program with values of three metrics that were sent, up to ten minutes past two on 12 November.</summary>
public sealed class AnalysisWeb : IAsyncLifetime
{
    private static readonly DateTimeOffset s_start = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    internal WebHost Host { get; private set; } = null!;

    /// <summary>A key that may read and no more.</summary>
    internal string ReadKey { get; private set; } = "";

    /// <summary>Rises by 2 a day, is lower at weekends, has a little unrest, and one day that is far out.</summary>
    public static double Daily(int day) =>
        day == 29 ? 500 : 40 + 2 * day + day * 7 % 5 - (s_start.AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 30 : 0);

    public async ValueTask InitializeAsync()
    {
        Host = new WebHost(new FakeTimeProvider(s_start.AddDays(42).AddHours(2).AddMinutes(10)));
        _ = Host.Server;
        var lines = new StringBuilder();
        for (var day = 0; day < 42; day++)
        {
            Add("daily", day, Daily(day) / 4, "red");
            Add("daily", day, Daily(day) * 3 / 4, "blue");
            Add("twice", day, Daily(day) * 2, "red");
            if (day >= 39) Add("young", day, 7, "red");
        }
        using var content = new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson");
        using var answer = await Host.Program().PostAsync("/api/analytics/timeseries", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        using var wanted = new StringContent("{\"name\":\"reader\",\"scopes\":[\"read\"]}", Encoding.UTF8, "application/json");
        using var key = await Host.Program().PostAsync("/api/admin/keys", wanted, TestContext.Current.CancellationToken);
        ReadKey = JsonDocument.Parse(await key.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("key").GetString()!;

        void Add(string metric, int day, double value, string team) => lines.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"metric":"{{{metric}}}","timestamp":"{{{s_start.AddDays(day).AddHours(12):O}}}","value":{{{value}}},"tags":{"team":"{{{team}}}"}}"""));
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
