using System.Globalization;
using Microsoft.Playwright;
using Observatory.Core.Charts;
using Observatory.Core.Presentation;
using Xunit;

namespace Observatory.Tests.Browser;

/// <summary>What is written at the lines of a chart is what was planned for it on the server, also while its reader hides series.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ChartAxisTests(BrowserApp app)
{
    private const string Days = "interval=1d&fill=zero&start=2026-11-09T00:00:00Z&end=2026-11-23T00:00:00Z";

    /// <summary>Texts at the lines of the first chart of the page, whichever end the library begins at.</summary>
    private const string Shown = """
        wanted => {
          const axis = document.querySelector('.plot .apexcharts-yaxis-texts-g');
          if (!axis) return false;
          const texts = [...axis.querySelectorAll('text')].map(t => t.querySelector('tspan')?.textContent ?? t.textContent);
          return JSON.stringify(texts.sort()) === JSON.stringify([...wanted].sort());
        }
        """;

    [Fact]
    public async Task Lines_and_their_texts_are_those_of_the_plan()
    {
        await using var watched = await app.OpenAsync();
        await watched.GoAsync($"/?{BrowserApp.Range}&compare=off");
        var all = await DaysAsync(watched.Page, "tokens");
        var ladder = ChartScale.Ladder(all.Max(), ChartUnits.Count, ChartScale.MostFor(300));
        await ShowsAsync(watched.Page, ladder[^1]);

        // Without what is read from the cache, which is most of all tokens, the axis is another.
        var read = await DaysAsync(watched.Page, "cacheReadTokens");
        var rest = all.Zip(read, (tokens, cached) => tokens - cached).Max();
        var less = ladder.First(s => s.Max >= rest);
        Assert.NotEqual(ladder[^1], less);
        await watched.Page.Locator(".legend button", new() { HasTextString = "Cache read" }).First.ClickAsync();
        await ShowsAsync(watched.Page, less);
        Assert.Empty(watched.Errors);
    }

    private static async Task ShowsAsync(IPage page, ChartScale scale)
    {
        var format = new Formats(CultureInfo.GetCultureInfo("en-GB"));
        await page.WaitForFunctionAsync(Shown, scale.Ticks.Select(t => format.Axis(t, ChartUnits.Count)).ToArray(), new() { Timeout = 60_000 });
    }

    private async Task<List<double>> DaysAsync(IPage page, string metric)
    {
        var response = await page.APIRequest.GetAsync($"{app.Address}/api/analytics/timeseries?metric={metric}&{Days}");
        var answer = await response.JsonAsync();
        return [.. answer!.Value.GetProperty("series")[0].GetProperty("points").EnumerateArray().Select(p => p.GetProperty("value").GetDouble())];
    }
}
