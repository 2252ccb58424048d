using Microsoft.Playwright;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Browser;

[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserApp>
{
    public const string Name = "browser";
}

/// <summary>Half of the tests in a browser, with a program of their own: the two halves run beside each other.</summary>
[CollectionDefinition(Name)]
public sealed class SecondBrowserCollection : ICollectionFixture<BrowserApp>
{
    public const string Name = "second browser";
}

/// <summary>One browser, and the real program over a copy of the fixtures that tests may append to. Signed in by the console's link.</summary>
public sealed class BrowserApp : IAsyncLifetime
{
    /// <summary>The days of the fixtures, as the address of a page says them.</summary>
    public const string Range = "from=2026-11-09&to=2026-11-22&zone=UTC";

    private readonly TempFolder _temp = new();
    private IPlaywright? _playwright;
    private string? _state;

    internal AppProcess App { get; private set; } = null!;

    public IBrowser Browser { get; private set; } = null!;

    /// <summary>Folder of the transcripts that the program watches.</summary>
    public string Projects => Path.Combine(_temp.Path, "claude", "projects");

    public string Address => App.Link.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        Folders.Copy(Path.Combine(Fixture.Root, "projects"), Projects);
        _playwright = await Playwright.CreateAsync();
        Browser = await Chromium.LaunchAsync(_playwright);
        App = await AppProcess.StartAsync(_temp.Folder("data"), Path.Combine(_temp.Path, "claude"));
        await App.WaitIdleAsync();
    }

    /// <summary>A signed-in page that collects what goes wrong in it.</summary>
    public async Task<WatchedPage> OpenAsync(int width = 1440, bool dark = false, string? zone = null)
    {
        if (_state is null)
        {
            var first = await Browser.NewContextAsync();
            await using var closingFirst = new Leaving(first);
            var page = await first.NewPageAsync();
            await page.GotoAsync(App.Link.ToString());
            _state = await first.StorageStateAsync();
        }
        var context = await Browser.NewContextAsync(new()
        {
            StorageState = _state, ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 900 }, Locale = "en-GB", TimezoneId = zone ?? "UTC",
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light, BaseURL = Address,
        });
        return new WatchedPage(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null) await Leaving.CloseAsync(Browser.CloseAsync());
        _playwright?.Dispose();
        if (App is not null) await App.DisposeAsync();
        _temp.Dispose();
    }
}

/// <summary>A page of its own context. Errors of its console are kept: a test that ends well has none.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    public WatchedPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) => { if (message.Type is "error" or "warning") Errors.Add($"{page.Url}: {message.Text}"); };
        page.PageError += (_, error) => Errors.Add($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    public List<string> Errors { get; } = [];

    public ILocator Kpi(string label) => Page.Locator("a.kpi", new() { Has = Page.Locator($".l:text-is(\"{label}\")") }).Locator(".v");

    /// <summary>Goes there and waits until the page shows data or says that there is none: nothing is marked as busy any more.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.Locator("h1").First.WaitForAsync();
        await SettleAsync();
    }

    /// <summary>Waits until nothing is marked as busy and nothing moves: what fades or slides has no colour and width of its own yet.</summary>
    public async Task SettleAsync()
    {
        await Page.WaitForFunctionAsync("() => !document.querySelector('.skel,[aria-busy=true]')");
        await Page.WaitForFunctionAsync("() => document.getAnimations().every(a => a.playState !== 'running' "
            + "|| a.effect?.getComputedTiming().iterations === Infinity)");
    }

    public ValueTask DisposeAsync() => Leaving.CloseAsync(_context.CloseAsync());
}

internal static class Folders
{
    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
