using Microsoft.Playwright;
using Observatory.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Observatory.Tests.Browser;

/// <summary>An open page comes back by itself when its server does, into what it showed.</summary>
[Collection(SecondBrowserCollection.Name)]
public sealed class RestartTests(BrowserApp app) : IAsyncLifetime
{
    private const string Mark = "() => { window.before = true; }";
    private const string IsNew =
        "() => window.before === undefined && document.querySelector('.app:not(.boot)') !== null && !document.querySelector('.skel,[aria-busy=true]')";

    private readonly TempFolder _temp = new();
    private AppProcess _server = null!;
    private IBrowserContext _context = null!;
    private Uri _address = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await AppProcess.StartAsync(_temp.Folder("data"), Fixture.Root);
        await _server.WaitIdleAsync();
        _address = new Uri(_server.Link.GetLeftPart(UriPartial.Authority));
        _context = await app.Browser.NewContextAsync(new()
        {
            Locale = "en-GB", TimezoneId = "UTC", BaseURL = _address.ToString(), ViewportSize = new() { Width = 1440, Height = 700 },
        });
        var page = await _context.NewPageAsync();
        await page.GotoAsync(_server.Link.ToString());
        await page.CloseAsync();
    }

    [Theory]
    [InlineData("/live", false)]
    [InlineData("/tools?" + BrowserApp.Range + "&sort=-calls", true)]
    public async Task A_page_loads_itself_into_the_same_state_after_a_restart(string path, bool gently)
    {
        var page = await OpenAsync(path);
        await page.EvaluateAsync("() => scrollTo(0, 240)");
        var (address, top) = (page.Url, await page.EvaluateAsync<int>("() => scrollY"));
        if (gently) await _server.StopAsync();
        else await _server.KillAsync();
        await Expect(page.Locator("#connection")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await RestartAsync();
        await page.WaitForFunctionAsync(IsNew, null, new() { Timeout = 30_000 });
        await page.WaitForFunctionAsync("y => scrollY === y", top);
        Assert.Equal(address, page.Url);
        await Expect(page.Locator("#connection")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task After_a_long_absence_a_network_that_is_back_or_a_look_at_the_page_tries_at_once()
    {
        foreach (var wake in new[] { "() => dispatchEvent(new Event('online'))", "() => document.dispatchEvent(new Event('visibilitychange'))" })
        {
            var page = await OpenAsync("/live");
            await page.Clock.InstallAsync();
            await page.ReloadAsync();
            await page.Locator(".app:not(.boot) h1").WaitForAsync();
            await page.EvaluateAsync(Mark);
            await _server.KillAsync();
            var bar = page.Locator("#connection");
            while (await bar.GetAttributeAsync("data-state") != "lost") await page.Clock.RunForAsync(2_000);
            // Five more minutes; from here on no timer of the page fires.
            for (var n = 0; n < 30; n++) await page.Clock.RunForAsync(10_000);
            await page.Clock.PauseAtAsync(await page.EvaluateAsync<string>("() => new Date(Date.now() + 1000).toISOString()"));
            await RestartAsync();
            Assert.Equal("lost", await bar.GetAttributeAsync("data-state"));
            await page.EvaluateAsync(wake);
            await page.WaitForFunctionAsync("() => window.before === undefined", null, new() { Timeout = 30_000 });
            await page.Clock.ResumeAsync();
            await Expect(page.Locator(".app:not(.boot) h1")).ToHaveTextAsync("Live", new() { Timeout = 30_000 });
            await page.CloseAsync();
        }
    }

    [Fact]
    public async Task A_link_that_is_clicked_meanwhile_is_followed_when_the_server_is_back()
    {
        var page = await OpenAsync("/");
        await _server.KillAsync();
        await Expect(page.Locator("#connection")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.Locator(".nav a", new() { HasText = "Tools" }).ClickAsync();
        await Expect(page.Locator("#connection .waits")).ToBeVisibleAsync();
        await RestartAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Tools", new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task What_is_typed_into_a_form_is_not_thrown_away()
    {
        var page = await OpenAsync("/admin/keys");
        var field = page.Locator("form input").First;
        // At once: what is typed key by key on a busy machine may be overtaken by the page's own drawing.
        await field.FillAsync("laptop of ann");
        await _server.KillAsync();
        await RestartAsync();
        await Expect(page.Locator("#connection [data-reload]")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(field).ToHaveValueAsync("laptop of ann");
        await page.Locator("#connection [data-reload]").ClickAsync();
        await page.WaitForFunctionAsync(IsNew, null, new() { Timeout = 30_000 });
    }

    private async Task<IPage> OpenAsync(string path)
    {
        var page = await _context.NewPageAsync();
        await page.GotoAsync(path);
        await page.Locator(".app:not(.boot) h1").WaitForAsync();
        await page.WaitForFunctionAsync("() => !document.querySelector('.skel,[aria-busy=true]')");
        await page.EvaluateAsync(Mark);
        return page;
    }

    private async Task RestartAsync()
    {
        await _server.DisposeAsync();
        _server = await AppProcess.StartAsync(_temp.Folder("data"), Fixture.Root, ("ASPNETCORE_URLS", _address.GetLeftPart(UriPartial.Authority)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null) await Leaving.CloseAsync(_context.CloseAsync());
        if (_server is not null) await _server.DisposeAsync();
        _temp.Dispose();
    }
}
