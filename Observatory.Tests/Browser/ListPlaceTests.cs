using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Observatory.Tests.Browser;

/// <summary>Nobody loses their place: in a list they come back to, among filters they set, in a panel they open.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ListPlaceTests(BrowserApp app)
{
    [Fact]
    public async Task Back_from_a_conversation_shows_the_list_where_it_was_left()
    {
        await using var watched = await app.OpenAsync();
        await watched.GoAsync($"/conversations?{BrowserApp.Range}");
        var list = watched.Page.Locator(".list-box");
        await watched.Page.WaitForFunctionAsync("""
            () => {
              const list = document.querySelector(".list-box");
              if (list.scrollTop < 900) list.scrollTop = 1000;
              const top = list.getBoundingClientRect().top + 100;
              return list.scrollTop >= 900 && [...list.querySelectorAll("a.open")].some(a => a.getBoundingClientRect().top > top);
            }
            """);
        // Its place when it is left, in one turn: rows that come move it a little.
        var top = await list.EvaluateAsync<double>("""
            async e => {
              const link = [...e.querySelectorAll("a.open")].find(a => a.getBoundingClientRect().top > e.getBoundingClientRect().top + 100);
              // A person sees where they are before they press: the page has had its frame.
              await new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)));
              const top = e.scrollTop;
              link.click();
              return top;
            }
            """);
        Assert.True(top > 500);
        await watched.Page.WaitForURLAsync("**/conversations/*");
        await watched.Page.Locator(".facts-line").WaitForAsync();
        // Within two rows: rows that came after the place was read may have moved the list a little.
        // The browser's own button passes over entries that no hand made; this click was a script's.
        await watched.Page.EvaluateAsync("() => history.back()");
        await watched.Page.WaitForFunctionAsync("y => Math.abs((document.querySelector('.list-box')?.scrollTop ?? 0) - y) < 120", top,
            new() { Timeout = 60_000 });
        Assert.Empty(watched.Errors);
    }

    [Theory]
    [InlineData(1440), InlineData(1200), InlineData(959), InlineData(768)]
    public async Task Every_set_filter_can_be_seen_and_taken_away(int width)
    {
        await using var watched = await app.OpenAsync(width);
        await watched.GoAsync($"/?{BrowserApp.Range}&project=/srv/rig/w/beta-api&project=/srv/rig/w/alpha&model=claude-opus-4-8&source=transcript");
        var row = watched.Page.Locator(".filter-row.wide");
        if (!await row.IsVisibleAsync()) return;
        var button = row.GetByRole(AriaRole.Button, new() { Name = "Filter · 4" });
        await button.ClickAsync();
        await Expect(watched.Page.Locator(".pop:popover-open .chip .x")).ToHaveCountAsync(4);
        var outside = await row.EvaluateAsync<int>("""
            r => [...r.querySelectorAll(":scope > *, .chips .chip, .chips .x, .tools > *")].filter(e => e.offsetParent && e.getBoundingClientRect().right > innerWidth).length
            """);
        Assert.Equal(0, outside);
        await watched.Page.Locator(".pop:popover-open .chip .x").First.ClickAsync();
        await Expect(row.GetByRole(AriaRole.Button, new() { Name = "Filter · 3" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_keyboard_goes_into_a_panel_that_it_opens()
    {
        await using var watched = await app.OpenAsync();
        await watched.GoAsync($"/?{BrowserApp.Range}");
        // A page that has just been drawn may not hear the key yet.
        for (var tries = 0; tries < 50 && await watched.Page.Locator(".pop:popover-open").CountAsync() == 0; tries++)
        {
            await watched.Page.Keyboard.PressAsync("t");
            await watched.Page.WaitForTimeoutAsync(200);
        }
        await watched.Page.WaitForFunctionAsync("() => document.activeElement?.closest('.pop:popover-open') !== null && document.activeElement.matches('a, "
            + "input')");
        await watched.Page.Keyboard.PressAsync("ArrowDown");
        await watched.Page.WaitForFunctionAsync("() => document.activeElement?.closest('.pop:popover-open') !== null");
        await watched.Page.Keyboard.PressAsync("Escape");
        await watched.Page.GetByRole(AriaRole.Button, new() { Name = "Filter", Exact = true }).First.PressAsync("Enter");
        await watched.Page.WaitForFunctionAsync("() => document.activeElement?.matches('.pop:popover-open input[type=search]')");
        Assert.Empty(watched.Errors);
    }
}
