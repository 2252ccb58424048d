using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Observatory.Tests.Browser;

/// <summary>Years are drawn as weeks and months, and drawing many bars costs as much a bar as drawing few.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LongRangeTests(BrowserApp app)
{
    [Theory]
    [InlineData("from=2026-11-09&to=2026-11-22", "tokens per day")]
    [InlineData("from=2026-01-01&to=2026-11-22", "tokens per week")]
    [InlineData("from=2021-01-01&to=2026-11-22", "tokens per month")]
    [InlineData("from=2026-01-01&to=2026-11-22&interval=1M", "tokens per month")]
    [InlineData("from=2026-01-01&to=2026-11-22&interval=1d", "tokens per day")]
    public async Task Bars_have_a_length_that_suits_the_range_or_was_chosen(string range, string unit)
    {
        await using var watched = await app.OpenAsync();
        await watched.GoAsync($"/?{range}&zone=UTC");
        await Expect(watched.Page.Locator(".plot svg text").GetByText(unit, new() { Exact = true }).First).ToBeAttachedAsync(new() { Timeout = 20_000 });
        Assert.Empty(watched.Errors);
    }

    [Fact]
    public async Task The_panel_of_the_range_switches_the_length_of_bars()
    {
        await using var watched = await app.OpenAsync();
        await watched.GoAsync("/?from=2026-01-01&to=2026-11-22&zone=UTC");
        await watched.Page.Locator(".filter-row.wide [data-range]").ClickAsync();
        await watched.Page.Locator(".pop:popover-open .bars a", new() { HasText = "Months" }).ClickAsync();
        await Expect(watched.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("interval=1M"));
        await Expect(watched.Page.Locator(".plot svg text").GetByText("tokens per month", new() { Exact = true }).First)
            .ToBeAttachedAsync(new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task Drawing_three_thousand_bars_looks_at_each_a_few_times()
    {
        await using var watched = await app.OpenAsync();
        await watched.GoAsync("/admin/keys");
        var perBar = await watched.Page.EvaluateAsync<double>("""
            async () => {
              const host = document.createElement("div");
              host.style.width = "900px";
              host.innerHTML = '<div class="plot" id="many"></div><div class="legend"></div>';
              document.querySelector("main").append(host);
              let shown = 0;
              const own = DOMTokenList.prototype.remove;
              DOMTokenList.prototype.remove = function (...names) { if (names.includes("apexcharts-element-hidden")) shown++; return own.apply(this, names); };
              const { create } = await import("./js/charts.js");
              const buckets = Array.from({ length: 300 }, (_, i) => ({ title: `${i}`, tick: `${i}`, length: "", running: false, major: i % 7 === 0 }));
              const series = Array.from({ length: 10 }, (_, s) => ({ name: `s${s}`, color: "s-input", comparison: false, values: buckets.map((_, i) => 1 + (i * 7 + s) % 11), titles: [] }));
              const spec = { key: "many", marks: { point: ".", group: ",", sizes: [3], minus: "-" }, unit: "count", height: 300, stacked: true, running: "", buckets, series,
                bands: [], points: [], moments: [],
                axes: [{ min: 0, max: 120, steps: 4, labels: ["0", "30", "60", "90", "120"] }] };
              const chart = create(host, null);
              chart.show(spec);
              for (let n = 0; n < 600 && host.querySelectorAll("path[barHeight]").length < 3000; n++) await new Promise(done => setTimeout(done, 100));
              const bars = host.querySelectorAll("path[barHeight]").length;
              chart.dispose();
              DOMTokenList.prototype.remove = own;
              return bars < 3000 ? -1 : shown / bars;
            }
            """);
        Assert.InRange(perBar, 0, 5);
    }
}
