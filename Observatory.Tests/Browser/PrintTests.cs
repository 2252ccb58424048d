using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Observatory.Tests.Browser;

/// <summary>A printed page says what it shows, has all rows up to a limit that it says, and cuts no column.</summary>
[Collection(SecondBrowserCollection.Name)]
public sealed class PrintTests(BrowserApp app)
{
    private const string Filters = "&project=/srv/rig/w/beta-api&project=/srv/rig/w/alpha";

    /// <summary>An A4 page on its side and upright, in CSS pixels between its margins.</summary>
    private static readonly int[] s_widths = [1_032, 703];

    [Fact]
    public async Task The_list_of_conversations_has_all_its_rows_on_paper()
    {
        await using var watched = await app.OpenAsync();
        await watched.GoAsync($"/conversations?{BrowserApp.Range}");
        Assert.True(await Rows(watched.Page, ".list-box").CountAsync() < 70);
        await watched.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(Rows(watched.Page, ".printed")).ToHaveCountAsync(70);
        await Expect(watched.Page.Locator(".printed > div > p")).ToHaveTextAsync("All 70 conversations of this range and these filters.");
        await Expect(watched.Page.Locator(".list-box")).ToBeHiddenAsync();
        await watched.Page.EmulateMediaAsync(new() { Media = Media.Screen });
        await Expect(watched.Page.Locator(".list-box")).ToBeVisibleAsync();
        await Expect(watched.Page.Locator(".printed")).ToBeEmptyAsync();
        // What the browser itself prints goes another way: nothing waits there.
        Assert.Equal(70, await watched.Page.EvaluateAsync<int>("""
            async () => {
              let rows = 0;
              addEventListener("beforeprint", () => { rows = document.querySelectorAll(".printed tbody tr").length; });
              dispatchEvent(new Event("beforeprint"));
              dispatchEvent(new Event("afterprint"));
              return rows;
            }
            """));
        Assert.Empty(watched.Errors);
    }

    [Theory]
    [InlineData("/"), InlineData("/conversations"), InlineData("/models"), InlineData("/tools"), InlineData("/projects"), InlineData("/users")]
    public async Task Paper_names_range_and_filters_and_cuts_no_column(string path)
    {
        await using var watched = await app.OpenAsync(dark: true);
        foreach (var width in s_widths)
        {
            await watched.Page.SetViewportSizeAsync(width, 900);
            await watched.GoAsync($"{path}?{BrowserApp.Range}{Filters}");
            await watched.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = ColorScheme.Dark });
            var head = watched.Page.Locator(".print-head");
            await Expect(head).ToBeVisibleAsync();
            await Expect(head).ToContainTextAsync("9 Nov – 22 Nov");
            await Expect(head).ToContainTextAsync("days of UTC");
            await Expect(head).ToContainTextAsync("project: /srv/rig/w/beta-api, /srv/rig/w/alpha");
            await Expect(watched.Page.Locator(".filter-row:visible")).ToHaveCountAsync(0);
            if (path == "/conversations") await watched.Page.Locator(".printed[data-whole]").WaitForAsync();
            var over = await watched.Page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll(".table :is(th, td)")].filter(c => c.offsetParent && c.getBoundingClientRect().right > innerWidth + 1)
                  .map(c => c.textContent.trim().slice(0, 40))
                """);
            Assert.True(over.Length == 0, $"{path} at {width}: cut: {string.Join(" | ", over)}");
            var ink = await watched.Page.EvaluateAsync<int>("() => parseInt(getComputedStyle(document.documentElement).getPropertyValue('--text').slice(1, "
                + "3), 16)");
            Assert.InRange(ink, 0, 63);
            await watched.Page.EmulateMediaAsync(new() { Media = Media.Screen });
        }
        Assert.Empty(watched.Errors);
    }

    private static ILocator Rows(IPage page, string box) => page.Locator($"{box} tbody tr:not([aria-hidden])");
}
