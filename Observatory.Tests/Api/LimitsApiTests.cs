using System.Net;
using System.Text;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Quotas as status lines report them: nothing is guessed.</summary>
public sealed class LimitsApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Api => web.Host.Program();

    [Fact]
    public async Task Windows_are_shown_as_they_are_reported_whatever_they_are_called()
    {
        var reset = DateTimeOffset.FromUnixTimeSeconds(web.Clock.GetUtcNow().ToUnixTimeSeconds()).AddHours(2);
        await SayAsync("ada", $$"""{"five_hour":{"used_percentage":30,"resets_at":{{reset.ToUnixTimeSeconds()}}},"fable_week":{"used_percentage":58} }""");
        await Patience.UntilAsync(async () => (await WindowsAsync("ada")).Count == 2);
        var windows = await WindowsAsync("ada");
        var five = windows.Single(w => w.GetProperty("id").GetString() == "five_hour");
        Assert.Equal(("ada", "5-hour window", 30, reset), (five.GetProperty("user").GetString(), five.GetProperty("title").GetString(),
            five.GetProperty("usedPercent").GetInt32(), five.GetProperty("resetsAt").GetDateTimeOffset()));
        // Three of five hours are over: 60 %, and at this rate it stands at 50 % in the end.
        Assert.Equal(60, five.GetProperty("pacePercent").GetDouble(), 0);
        Assert.Equal(50, five.GetProperty("forecastAtReset").GetDouble(), 0);
        Assert.False(five.TryGetProperty("fullAt", out _), "It will not be full.");
        var fable = windows.Single(w => w.GetProperty("id").GetString() == "fable_week");
        Assert.Equal(("fable week", false, false), (fable.GetProperty("title").GetString(), fable.TryGetProperty("resetsAt", out _),
            fable.TryGetProperty("pacePercent", out _)));
        Assert.Empty(await WindowsAsync("nobody"));

        // It goes on, faster; then it begins anew.
        web.Clock.Advance(TimeSpan.FromMinutes(30));
        await SayAsync("ada", $$"""{"five_hour":{"used_percentage":80,"resets_at":{{reset.ToUnixTimeSeconds()}}} }""");
        await Patience.UntilAsync(async () => (await FiveAsync()).GetProperty("usedPercent").GetInt32() == 80);
        Assert.True((await FiveAsync()).GetProperty("fullAt").GetDateTimeOffset() < reset);
        web.Clock.Advance(TimeSpan.FromHours(2));
        await SayAsync("ada", $$"""{"five_hour":{"used_percentage":4,"resets_at":{{reset.AddHours(5).ToUnixTimeSeconds()}}} }""");
        await Patience.UntilAsync(async () => (await FiveAsync()).GetProperty("usedPercent").GetInt32() == 4);
        Assert.Single((await FiveAsync()).GetProperty("resetsSeen").EnumerateArray());
        var history = (await Api.JsonAsync("/api/analytics/limits/history?window=five_hour&user=ada")).GetProperty("items").EnumerateArray()
            .Select(i => i.GetProperty("usedPercent").GetInt32());
        Assert.Equal([30, 80, 4], history);
        using var bad = await Api.GetAsync("/api/analytics/limits/history?from=x", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task A_plan_holds_from_its_day_on_and_those_before_it_stay()
    {
        Assert.Equal(JsonValueKind.Null, (await Api.JsonAsync("/api/analytics/limits/plan")).GetProperty("name").ValueKind);
        await PlanAsync("""{"name":" Pro ","monthly":20,"currency":"USD","since":"2020-01-01"}""");
        await PlanAsync("""{"name":"Team","since":"2999-01-01"}""");
        var plan = await PlanAsync("""{"name":"Max","monthly":100.5,"currency":"EUR","since":"2021-01-01"}""");
        Assert.Equal(("Max", 100.5m, "EUR", "2021-01-01"), (plan.GetProperty("name").GetString(), plan.GetProperty("monthly").GetDecimal(),
            plan.GetProperty("currency").GetString(), plan.GetProperty("since").GetString()));
        Assert.Equal(["Team", "Pro"], plan.GetProperty("earlier").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        // Of one day the last word counts, and what is read can be sent back.
        await PlanAsync(plan.ToString().Replace("100.5", "90", StringComparison.Ordinal));
        var limits = (await Api.JsonAsync("/api/analytics/limits")).GetProperty("plan");
        Assert.Equal((90m, 2), (limits.GetProperty("monthly").GetDecimal(), limits.GetProperty("earlier").GetArrayLength()));
        foreach (var wrong in new[] { "{}", """{"name":""}""", """{"name":"x","monthly":-1}""", """{"name":"x","since":"soon"}""", """{"name":"x","color":1}""" })
        {
            using var content = new StringContent(wrong, Encoding.UTF8, "application/json");
            using var answer = await Api.PutAsync("/api/analytics/limits/plan", content, Cancel);
            Assert.Equal((wrong, HttpStatusCode.BadRequest), (wrong, answer.StatusCode));
        }
    }

    private async Task<JsonElement> PlanAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Api.PutAsync("/api/analytics/limits/plan", content, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
    }

    private async Task<JsonElement> FiveAsync() => (await WindowsAsync("ada")).Single(w => w.GetProperty("id").GetString() == "five_hour");

    private async Task<List<JsonElement>> WindowsAsync(string user) =>
        [.. (await Api.JsonAsync($"/api/analytics/limits?user={user}")).GetProperty("windows").EnumerateArray()];

    private async Task SayAsync(string user, string limits)
    {
        using var content = new StringContent($$"""{"session_id":"s-{{user}}","rate_limits":{{limits}}}""", Encoding.UTF8, "application/json");
        using var answer = await Api.PostAsync($"/api/claude-code/statusline?user={user}", content, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
