using System.Net;
using System.Text;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>What readers say and keep: that something was expected, days off, saved views.</summary>
public sealed class ReaderApiTests(AnalysisWeb web) : IClassFixture<AnalysisWeb>
{
    private const string Trends = "/api/analytics/trends?metric=daily&interval=1d&start=2026-10-01T00:00:00Z&end=2026-11-12T00:00:00Z";
    private const string DaysOff = "/api/admin/days-off";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Client => web.Host.Program();

    [Theory]
    [InlineData("once")]
    [InlineData("thisHour")]
    [InlineData("dayOff")]
    public async Task What_a_reader_expects_is_told_as_expected_until_it_is_taken_back(string expected)
    {
        var spike = await SpikeAsync();
        Assert.Equal("new", Text(spike, "state"));
        var path = $"/api/analytics/anomalies/{Text(spike, "id")}/feedback";
        using (var said = await SendAsync(HttpMethod.Post, path, $$"""{"expected":"{{expected}}"}""")) Assert.Equal(HttpStatusCode.NoContent, said.StatusCode);
        Assert.Equal("expected", Text(await SpikeAsync(), "state"));
        var off = (await Client.JsonAsync(DaysOff)).GetProperty("items").EnumerateArray().Select(d => Text(d, "date"));
        Assert.Equal(expected == "dayOff" ? ["2026-10-30"] : [], off);
        using (var back = await SendAsync(HttpMethod.Delete, path, null)) Assert.Equal(HttpStatusCode.NoContent, back.StatusCode);
        Assert.Equal("new", Text(await SpikeAsync(), "state"));
        Assert.Equal(0, (await Client.JsonAsync(DaysOff)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task What_is_always_so_at_an_hour_is_expected_of_every_week_of_that_series_alone()
    {
        // A spike of another week of the same weekday is none of the data; its name says it all.
        var id = new Core.Metrics.Analysis.AnomalyId(
            "daily", Core.Metrics.MetricsFilter.None, Core.Statistics.Anomalies.AnomalyKind.Spike,
            new DateTimeOffset(2026, 10, 23, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()).ToString();
        var path = $"/api/analytics/anomalies/{id}/feedback";
        (await SendAsync(HttpMethod.Post, path, """{"expected":"thisHour"}""")).Dispose();
        Assert.Equal("expected", Text(await SpikeAsync(), "state"));
        Assert.Equal("new", Text(await SpikeAsync("twice"), "state"));
        (await SendAsync(HttpMethod.Delete, path, null)).Dispose();
    }

    [Fact]
    public async Task A_day_off_is_not_unusual_in_any_series()
    {
        const string body = """{"items":[{"date":"2026-10-30","name":"Reformation","timezone":"Europe/Berlin"}]}""";
        using (var put = await SendAsync(HttpMethod.Put, DaysOff, body))
        {
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
            var day = Assert.Single(JsonDocument.Parse(await put.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("items").EnumerateArray());
            Assert.Equal(["date", "name", "timezone"], day.EnumerateObject().Select(p => p.Name));
            Assert.Equal(("2026-10-30", "Reformation", "Europe/Berlin"), (Text(day, "date"), Text(day, "name"), Text(day, "timezone")));
        }
        var anomalies = (await Client.JsonAsync(Trends)).GetProperty("anomalies").EnumerateArray();
        Assert.DoesNotContain(anomalies, a => Text(a, "start").StartsWith("2026-10-30", StringComparison.Ordinal));
        (await SendAsync(HttpMethod.Put, DaysOff, """{"items":[]}""")).Dispose();
        Assert.Equal("new", Text(await SpikeAsync(), "state"));
    }

    [Fact]
    public async Task A_view_is_kept_listed_changed_and_removed()
    {
        using var made = await SendAsync(HttpMethod.Post, "/api/views", """{"name":"Cost by project","path":"/explore","query":"?metric=cost&by=project"}""");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var view = JsonDocument.Parse(await made.Content.ReadAsStringAsync(Cancel)).RootElement;
        var path = $"/api/views/{view.Long("id")}";
        Assert.Equal(path, made.Headers.Location!.OriginalString);
        Assert.Equal(
            ("Cost by project", "/explore", "metric=cost&by=project", false),
            (Text(view, "name"), Text(view, "path"), Text(view, "query"), view.GetProperty("shared").GetBoolean()));
        Assert.Contains((await Client.JsonAsync("/api/views")).GetProperty("items").EnumerateArray(), v => v.Long("id") == view.Long("id"));
        // What was read can be sent back.
        var read = (await Client.JsonAsync(path)).GetRawText();
        using (var put = await SendAsync(HttpMethod.Put, path, read.Replace("Cost by project", "Money", StringComparison.Ordinal)))
        {
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }
        Assert.Equal("Money", Text(await Client.JsonAsync(path), "name"));
        using (var gone = await SendAsync(HttpMethod.Delete, path, null)) Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using (var again = await SendAsync(HttpMethod.Delete, path, null)) Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        using var missing = await Client.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/api/analytics/anomalies/{id}/feedback", """{"expected":"always"}""", "expected")]
    [InlineData("POST", "/api/analytics/anomalies/{id}/feedback", "{}", "expected")]
    [InlineData("POST", "/api/analytics/anomalies/{id}/feedback", """{"expected":"once","why":"x"}""", "why")]
    [InlineData("POST", "/api/analytics/anomalies/{id}/feedback", "once", "body")]
    [InlineData("PUT", DaysOff, """{"items":[{"date":"2026-02-30"}]}""", "items[0].date")]
    [InlineData("PUT", DaysOff, """{"items":[{"date":"2026-02-03","timezone":"Mars/Base"}]}""", "items[0].timezone")]
    [InlineData("PUT", DaysOff, """{"days":[]}""", "days")]
    [InlineData("POST", "/api/views", """{"path":"/explore","query":""}""", "name")]
    [InlineData("POST", "/api/views", """{"name":"x","path":"//evil.example/explore"}""", "path")]
    [InlineData("POST", "/api/views", """{"name":"x","path":"https://evil.example"}""", "path")]
    [InlineData("POST", "/api/views", """{"name":"x","path":"/explore","shared":"yes"}""", "shared")]
    [InlineData("POST", "/api/views", """{"name":"x","path":"/explore","filter":1}""", "filter")]
    public async Task What_is_wrong_with_a_body_is_named(string method, string path, string body, string field)
    {
        var id = Text(await SpikeAsync(), "id");
        using var answer = await SendAsync(new HttpMethod(method), path.Replace("{id}", id, StringComparison.Ordinal), body);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var errors = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("errors");
        Assert.Contains(field, errors.EnumerateObject().Select(e => e.Name));
        Assert.All(errors.EnumerateObject(), e => Assert.NotEmpty(e.Value.EnumerateArray()));
    }

    [Fact]
    public async Task What_is_no_name_of_something_unusual_is_not_found_and_other_pages_may_change_nothing()
    {
        using var none = await SendAsync(HttpMethod.Post, "/api/analytics/anomalies/nothing/feedback", """{"expected":"once"}""");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        using var reader = await Read().PostAsync("/api/views", Json("{}"), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, reader.StatusCode);
        using var listed = await Read().GetAsync("/api/views", Cancel);
        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        using var off = await Read().GetAsync(DaysOff, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, off.StatusCode);
    }

    /// <summary>A key that may read and no more.</summary>
    private HttpClient Read() => web.Host.Program(web.ReadKey);

    private async Task<JsonElement> SpikeAsync(string metric = "daily") =>
        (await Client.JsonAsync(Trends.Replace("daily", metric, StringComparison.Ordinal))).GetProperty("anomalies").EnumerateArray()
        .Single(a => Text(a, "start").StartsWith("2026-10-30", StringComparison.Ordinal) && Text(a, "kind") == "spike");

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Json(body) };
        return await Client.SendAsync(request, Cancel);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
