using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Metrics.Timing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>What the program says of itself: version, metrics, timings, jobs, the Doctor, prices and what-if, as the contract has it.</summary>
public sealed partial class OperationsApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private readonly HttpClient _http = web.Host.Program();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_version_names_release_form_and_runtime()
    {
        var answer = await _http.JsonAsync("/api/version");
        Assert.Matches(@"^\d+\.\d+\.\d+$", answer.GetProperty("version").GetString()!);
        Assert.Equal(Environment.Version.ToString(), answer.GetProperty("dotnet").GetString());
        Assert.Matches(@"^\d{14}_\w+$", answer.GetProperty("schema").GetString()!);
        Assert.Equal(JsonValueKind.String, answer.GetProperty("commit").ValueKind);
    }

    [Fact]
    public async Task Metrics_are_prometheus_text_with_help_and_type_for_each_name()
    {
        await _http.JsonAsync("/api/analytics/users");
        using var answer = await _http.GetAsync("/metrics", Cancel);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        var lines = (await answer.Content.ReadAsStringAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var (helped, typed, seen) = (new HashSet<string>(), new HashSet<string>(), new HashSet<string>());
        foreach (var line in lines)
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal)) Assert.True(helped.Add(line.Split(' ')[2]), line);
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal)) Assert.True(typed.Add(line.Split(' ')[2]), line);
            else seen.Add(Sample().Match(line) is { Success: true } match ? match.Groups[1].Value : throw new InvalidOperationException(line));
        }
        Assert.All(seen, name => Assert.True(helped.Contains(name) && typed.Contains(name) && name.StartsWith("observatory_", StringComparison.Ordinal), name));
        Assert.Contains(lines, l => l.StartsWith("observatory_query_duration_milliseconds{query=\"users\",quantile=\"0.95\"} ", StringComparison.Ordinal));
        Assert.Contains("observatory_writer_failing 0", lines);
        Assert.Contains("observatory_health{part=\"Writer\",state=\"ok\"} 1", lines);
    }

    [Fact]
    public async Task The_pipeline_says_how_long_questions_take_and_how_each_part_fares()
    {
        var timings = web.Host.Services.GetRequiredService<QueryTimings>();
        for (var i = 1; i <= 200; i++) timings.Note("made up", i);
        var pipeline = await _http.JsonAsync("/api/analytics/pipeline");
        var made = pipeline.GetProperty("queries").EnumerateArray().Single(q => q.GetProperty("name").GetString() == "made up");
        Assert.Equal(200, made.Long("count"));
        foreach (var (field, truth) in new[] { ("p50Ms", 100d), ("p95Ms", 190), ("p99Ms", 198) })
            Assert.InRange(made.GetProperty(field).GetDouble(), truth * 0.989, truth * 1.011);
        Assert.Equal(0, pipeline.Long("refusedByErasure"));
        var health = pipeline.GetProperty("health").EnumerateArray()
            .ToDictionary(h => h.GetProperty("part").GetString()!, h => h.GetProperty("state").GetString());
        Assert.Equal(("ok", "ok", "ok"), (health["Writer"], health["Database"], health["Transcripts"]));
    }

    [Fact]
    public async Task The_doctor_names_each_check_and_says_what_to_do_where_something_is_wrong()
    {
        var items = (await _http.JsonAsync("/api/admin/doctor")).GetProperty("items").EnumerateArray().ToList();
        Assert.True(items.Count > 10);
        foreach (var item in items)
        {
            Assert.Contains(item.GetProperty("state").GetString(), new[] { "ok", "warning", "error" });
            Assert.NotEmpty(item.GetProperty("found").GetString()!);
            if (item.GetProperty("state").GetString() != "ok") Assert.NotEmpty(item.GetProperty("advice").GetString()!);
        }
        Assert.Contains(items, i => i.GetProperty("check").GetString() == "Database");
    }

    [Fact]
    public async Task Jobs_are_listed_and_run_by_name()
    {
        JsonElement[] items = [];
        await Patience.UntilAsync(async () =>
            (items = [.. (await _http.JsonAsync("/api/admin/jobs")).GetProperty("items").EnumerateArray()]).Length > 0
                && items.All(i => i.GetProperty("nextRun").ValueKind == JsonValueKind.String));
        Assert.Contains(items, i => i.GetProperty("name").GetString() == "reports");
        using var run = await _http.PostAsync("/api/admin/jobs/reports/run", null, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, run.StatusCode);
        await Patience.UntilAsync(async () => (await _http.JsonAsync("/api/admin/jobs")).GetProperty("items").EnumerateArray()
            .Single(i => i.GetProperty("name").GetString() == "reports") is var job && job.GetProperty("state").GetString() == "done"
                && job.GetProperty("lastDuration").ValueKind == JsonValueKind.Number);
        using var none = await _http.PostAsync("/api/admin/jobs/nothing/run", null, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Own_prices_are_added_changed_and_removed_and_others_stay()
    {
        using var made = await _http.PostAsJsonAsync("/api/admin/prices", new
        {
            model = "Made-Up-1", input = 2.5, output = 7, validFrom = "2026-11-01T00:00:00Z", source = "a contract", speed = (string?)null,
        }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var row = await made.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(("made-up-1", true, 3.125m, 5m, 0.25m), (row.GetProperty("model").GetString(), row.GetProperty("own").GetBoolean(),
            row.GetProperty("cacheWrite5m").GetDecimal(), row.GetProperty("cacheWrite1h").GetDecimal(), row.GetProperty("cacheRead").GetDecimal()));
        var path = made.Headers.Location!.OriginalString;

        // What was read can be put back.
        using var same = await _http.PutAsJsonAsync(path, row, Cancel);
        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
        var list = await _http.JsonAsync("/api/admin/prices");
        Assert.Equal(row.GetProperty("id").GetString(), list.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Empty(list.GetProperty("unpriced").EnumerateArray());
        var shipped = list.GetProperty("items").EnumerateArray().First(i => !i.GetProperty("own").GetBoolean()).GetProperty("id").GetString();
        using var refused = await _http.DeleteAsync($"/api/admin/prices/{shipped}", Cancel);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);

        using var gone = await _http.DeleteAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using var again = await _http.DeleteAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Theory]
    [InlineData("""{"input":1,"output":1}""", "model")]
    [InlineData("""{"model":"m","output":1}""", "input")]
    [InlineData("""{"model":"m","input":-1,"output":1}""", "input")]
    [InlineData("""{"model":"m","input":1,"output":1,"speed":"slow"}""", "speed")]
    [InlineData("""{"model":"m","input":1,"output":1,"validFrom":"yesterday"}""", "validFrom")]
    [InlineData("""{"model":"m","input":1,"output":1,"validFrom":"2026-11-02T00:00:00Z","validTo":"2026-11-01T00:00:00Z"}""", "validTo")]
    [InlineData("""{"model":"m","input":1,"output":1,"colour":"red"}""", "colour")]
    public async Task A_wrong_price_is_refused_by_the_name_of_its_field(string body, string field)
    {
        using var answer = await _http.PostAsync("/api/admin/prices", new StringContent(body, null, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("errors");
        Assert.True(errors.TryGetProperty(field, out _), errors.ToString());
    }

    [Theory]
    [InlineData("to=no-such-model", "to")]
    [InlineData("cache=7m", "cache")]
    [InlineData("plan=many", "plan")]
    [InlineData("plann=1", "plann")]
    public async Task A_wrong_what_if_is_refused_by_the_name_of_its_parameter(string query, string name)
    {
        using var answer = await _http.GetAsync($"/api/analytics/whatif?{query}", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(name, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("parameter").GetString());
    }

    [GeneratedRegex("""^([a-z_]+)(\{[a-z_]+="([^"\\]|\\.)*"(,[a-z_]+="([^"\\]|\\.)*")*\})? -?[0-9.E+\-]+$""")]
    private static partial Regex Sample();
}
