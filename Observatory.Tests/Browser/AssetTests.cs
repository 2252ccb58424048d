using System.Globalization;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Observatory.Tests.Browser;

/// <summary>What a page loads is compressed, and what it shows first waits for nothing that it does not need.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AssetTests(BrowserApp app)
{
    [Fact]
    public async Task Every_script_and_style_sheet_comes_compressed_and_once()
    {
        await using var watched = await app.OpenAsync();
        await watched.GoAsync($"/?{BrowserApp.Range}");
        await watched.Page.Locator(".plot svg").First.WaitForAsync();
        var loaded = await watched.Page.EvaluateAsync<string[]>("""
            () => performance.getEntriesByType("resource").filter(r => /\.(js|css)$/.test(new URL(r.name).pathname))
              .map(r => `${new URL(r.name).pathname} ${r.encodedBodySize} ${r.decodedBodySize}`)
            """);
        Assert.Contains(loaded, l => l.StartsWith("/lib/MudBlazor", StringComparison.Ordinal));
        Assert.DoesNotContain(loaded, l => l.StartsWith("/_content/", StringComparison.Ordinal));
        Assert.Equal(loaded.Length, loaded.Select(l => l.Split(' ')[0]).Distinct().Count());
        foreach (var entry in loaded)
        {
            var parts = entry.Split(' ');
            var (sent, whole) = (int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
            Assert.True(whole < 1_000 || sent < whole * 0.7, entry);
        }
        Assert.Empty(watched.Errors);
    }

    [Fact]
    public async Task The_first_paint_waits_for_our_own_sheets_only_and_the_library_yields_to_them()
    {
        await using var watched = await app.OpenAsync();
        // The library's sheet never comes; the skeleton and the page do.
        await watched.Page.RouteAsync("**/lib/MudBlazor*.css", _ => Task.CompletedTask);
        await watched.Page.GotoAsync($"/?{BrowserApp.Range}", new() { WaitUntil = WaitUntilState.Commit });
        await Expect(watched.Page.Locator("h1")).ToHaveTextAsync("Overview", new() { Timeout = 20_000 });
        Assert.True(await watched.Page.EvaluateAsync<bool>("() => performance.getEntriesByName('first-contentful-paint').length > 0"));

        await using var whole = await app.OpenAsync();
        await whole.GoAsync("/");
        Assert.True(await whole.Page.EvaluateAsync<bool>("""
            async () => {
              const link = document.querySelector("link[href*='lib/MudBlazor']");
              if (!link.sheet) await new Promise(done => { link.onload = done; });
              return [...link.sheet.cssRules].every(r => r instanceof CSSLayerBlockRule) && link.sheet.cssRules[0].cssRules.length > 1000;
            }
            """));
    }
}
