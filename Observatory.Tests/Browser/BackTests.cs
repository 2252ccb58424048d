using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Observatory.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class BackTests(BrowserApp app)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Back_to_a_bare_address_shows_what_it_showed(bool leave)
    {
        await using var watched = await app.OpenAsync();
        var page = watched.Page;
        await watched.GoAsync("/");
        var range = page.Locator(".filter-row.wide [data-range]");
        await Expect(range).ToContainTextAsync("Last 30 days");
        await range.ClickAsync();
        await page.Locator(".pop:popover-open a", new() { HasText = "Last 7 days" }).ClickAsync();
        await Expect(range).ToContainTextAsync("Last 7 days");
        // A full load starts anew with the range that was picked last.
        if (leave) await page.GotoAsync("/api");
        else await page.ReloadAsync();
        if (leave) await page.GoBackAsync();
        await Expect(range).ToContainTextAsync("Last 7 days");
        await page.GoBackAsync();
        await Expect(range).ToContainTextAsync("Last 30 days");
        await page.GoForwardAsync();
        await Expect(range).ToContainTextAsync("Last 7 days");
        await watched.GoAsync("/");
        await Expect(range).ToContainTextAsync("Last 7 days");
        Assert.Empty(watched.Errors);
    }
}
