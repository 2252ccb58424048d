using System.Net.Http.Json;
using System.Text.Json;
using Observatory.Core.Pricing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>The fixtures' calls at other prices, against the rows that the export of calls shows.</summary>
public sealed class WhatIfTests : IAsyncLifetime
{
    private const string Range = "start=2026-08-01T00:00:00Z&end=2027-01-01T00:00:00Z";

    private readonly WebHost _host = new(TimeProvider.System, (Fixture.Root, Fixture.Owner));
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _http = _host.Program();
        await _host.IdleAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_same_model_costs_the_same_and_no_cache_costs_what_its_tokens_cost_as_input()
    {
        var overview = (await _http.JsonAsync($"/api/analytics/dashboard?{Range}")).GetProperty("overview");
        var cost = overview.GetProperty("totalCost").GetDecimal();
        Assert.True(cost > 0);
        var same = await _http.JsonAsync($"/api/analytics/whatif?{Range}");
        Assert.Equal((cost, cost, 0m), (Decimal(same, "actual"), Decimal(same, "whatIf"), Decimal(same, "delta")));
        Assert.Equal(same.GetProperty("byModel").EnumerateArray().Sum(m => Decimal(m, "actual")),
            cost - (await RowsAsync()).Where(r => Tokens(r) == 0).Sum(r => Decimal(r, "cost")));

        var none = await _http.JsonAsync($"/api/analytics/whatif?{Range}&cache=none");
        var expected = cost;
        foreach (var row in await RowsAsync())
        {
            var cached = row.GetProperty("cacheCreationTokens").GetInt64() + row.GetProperty("cacheReadTokens").GetInt64();
            if (cached == 0 || row.GetProperty("cost").ValueKind == JsonValueKind.Null) continue;
            var price = PriceBook.Default.Find(
                row.GetProperty("model").GetString()!, row.GetProperty("timestamp").GetDateTimeOffset().ToUnixTimeMilliseconds(), 0, false)!;
            var input = row.GetProperty("inputTokens").GetInt64();
            expected += ((input + cached) * price.Input + row.GetProperty("outputTokens").GetInt64() * price.Output) / 1_000_000m - Decimal(row, "cost");
        }
        Assert.Equal(expected, Decimal(none, "whatIf"));
        Assert.NotEmpty(none.GetProperty("assumptions").EnumerateArray());
    }

    [Fact]
    public async Task A_plan_costs_its_part_of_a_month()
    {
        var answer = await _http.JsonAsync("/api/analytics/whatif?start=2026-11-01T00:00:00Z&end=2026-12-01T00:00:00Z&plan=100");
        Assert.Equal(Math.Round(100m * 30 / (365.25m / 12), 6), Math.Round(Decimal(answer, "whatIf"), 6));
    }

    [Fact]
    public async Task A_preview_of_prices_sums_by_month_what_the_rows_would_cost()
    {
        using var sent = await _http.PostAsJsonAsync("/api/admin/prices/preview", new { }, TestContext.Current.CancellationToken);
        var now = await sent.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(Decimal(now, "before"), Decimal(now, "after"));
        Assert.Equal(Decimal(now, "before"), now.GetProperty("months").EnumerateArray().Sum(m => Decimal(m, "before")));
        Assert.Equal(0, now.GetProperty("months").EnumerateArray().Sum(m => m.Long("changed")));

        var model = (await RowsAsync()).First(r => Decimal(r, "cost") > 0).GetProperty("model").GetString()!;
        using var free = await _http.PostAsJsonAsync("/api/admin/prices/preview",
            new { model, input = 0, output = 0, cacheWrite5m = 0, cacheWrite1h = 0, cacheRead = 0 }, TestContext.Current.CancellationToken);
        var then = await free.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var saved = (await RowsAsync(all: true)).Where(r => Tokens(r) > 0 && r.GetProperty("model").GetString() is { } m
            && ModelId.Normalize(m) == ModelId.Normalize(model) && r.GetProperty("cost").ValueKind != JsonValueKind.Null).Sum(r => Decimal(r, "cost"));
        Assert.Equal(Decimal(now, "before") - saved, Decimal(then, "after"));
        // Nothing was changed by looking.
        Assert.DoesNotContain((await _http.JsonAsync("/api/admin/prices")).GetProperty("items").EnumerateArray(), i => i.GetProperty("own").GetBoolean());
    }

    private async Task<List<JsonElement>> RowsAsync(bool all = false)
    {
        var range = all ? "start=1970-01-01T00:00:00Z&end=2100-01-01T00:00:00Z" : Range;
        var file = await _http.JsonAsync($"/api/analytics/export/calls?format=json&{range}");
        var names = file.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()!).ToList();
        // A row is its values in the order of the columns.
        return [.. file.GetProperty("rows").EnumerateArray().Select(row => JsonSerializer.SerializeToElement(
            names.Zip(row.EnumerateArray()).ToDictionary(pair => pair.First, pair => pair.Second)))];
    }

    private static long Tokens(JsonElement row) =>
        row.Long("inputTokens") + row.Long("outputTokens") + row.Long("cacheCreationTokens") + row.Long("cacheReadTokens");

    private static decimal Decimal(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDecimal() : 0;
}
