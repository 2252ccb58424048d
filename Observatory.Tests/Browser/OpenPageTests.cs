using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Browser;

/// <summary>Pages that stay open, against a program of its own: sessions that end, paths before all pages, systems without cultures.</summary>
[Collection(SecondBrowserCollection.Name)]
public sealed class OpenPageTests(BrowserApp app) : IDisposable
{
    private const string Email = "ann@example.com";
    private const string Password = "a quiet bicycle for the rain";

    /// <summary>The promise is 30 s; a busy machine takes its time to draw.</summary>
    private const float Patience = 90_000;

    private readonly TempFolder _temp = new();

    private Task<AppProcess> StartAsync(params (string, string)[] settings) => AppProcess.StartAsync(_temp.Folder("data"), _temp.Folder("claude"), settings);

    private Task<IBrowserContext> ContextAsync(AppProcess program) =>
        app.Browser.NewContextAsync(new() { BaseURL = program.Link.GetLeftPart(UriPartial.Authority), Locale = "en-GB" });

    private static async Task<IPage> OpenAsync(IBrowserContext context, string path, string heading)
    {
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync(path);
        await page.Locator($"h1:text-is(\"{heading}\")").WaitForAsync();
        return page;
    }

    private static async Task SignInAsync(IPage page)
    {
        await page.GotoAsync("/account/sign-in");
        await page.FillAsync("#email", Email);
        await page.FillAsync("#password", Password);
        await page.ClickAsync("button[type=submit]");
        await page.Locator("h1:text-is(\"Overview\")").WaitForAsync();
    }

    [Fact]
    public async Task Signing_out_in_one_tab_closes_the_others()
    {
        await using var program = await StartAsync();
        var context = await ContextAsync(program);
        await using var closingContext = new Leaving(context);
        await (await context.NewPageAsync()).GotoAsync(program.Link.ToString());
        var open = await OpenAsync(context, "/admin/keys", "API keys");
        var other = await OpenAsync(context, "/", "Overview");
        await other.GotoAsync("/account/sign-out");
        await other.ClickAsync("button[type=submit]");
        await open.WaitForURLAsync(url => url.Contains("/account/sign-in", StringComparison.Ordinal), new() { Timeout = Patience });
        Assert.Contains("returnUrl=%2Fadmin%2Fkeys", open.Url, StringComparison.Ordinal);
        var keys = await program.GetAsync("/api/admin/keys");
        Assert.Equal(1, keys.GetArrayLength());
    }

    [Fact]
    public async Task A_change_of_the_account_closes_its_pages()
    {
        await using var program = await StartAsync(("Observatory__Bootstrap__AdminEmail", Email), ("Observatory__Bootstrap__AdminPassword", Password));
        foreach (var sql in (string[])["SecurityStamp = 'another'", "Role = 1", "Role = 3, Disabled = 1"])
        {
            var context = await ContextAsync(program);
            await using var closingContext = new Leaving(context);
            var first = await context.NewPageAsync();
            first.SetDefaultTimeout(Patience);
            await SignInAsync(first);
            var open = await OpenAsync(context, "/admin/keys", "API keys");
            Change(sql);
            await open.WaitForURLAsync(url => url.Contains("/account/sign-in", StringComparison.Ordinal), new() { Timeout = Patience });
            Change("Disabled = 0, Role = 3");
        }
    }

    private void Change(string sql)
    {
        var file = new SqliteConnectionStringBuilder { DataSource = Path.Combine(_temp.Path, "data", "observatory.db"), Pooling = false };
        using var database = new SqliteConnection(file.ToString());
        database.Open();
        using var change = database.CreateCommand();
        change.CommandText = $"UPDATE accounts SET {sql}";
        Assert.Equal(1, change.ExecuteNonQuery());
    }

    [Fact]
    public async Task Pages_are_drawn_where_the_system_knows_no_cultures()
    {
        await using var program = await StartAsync(("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"), ("Observatory__Demo", "true"));
        var context = await ContextAsync(program);
        await using var closingContext = new Leaving(context);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync(program.Link.ToString());
        await page.Locator("h1:text-is(\"Overview\")").WaitForAsync();
        await page.Locator("a.kpi .v").First.WaitForAsync();
        foreach (var path in BrowserPages.Paths.Where(p => !p.Contains('{', StringComparison.Ordinal)))
        {
            await page.GotoAsync(path);
            // A page that is left before it is connected cannot answer any more, and the framework says so in the log.
            await page.Locator(".app:not(.boot) h1").First.WaitForAsync();
            Assert.False(await page.Locator("#blazor-error-ui").IsVisibleAsync(), path);
        }
        Assert.DoesNotContain("fail:", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_link_keeps_the_path_before_all_pages()
    {
        await using var program = await StartAsync(("Observatory__PublicUrl", "http://127.0.0.1:9/obs"), ("Observatory__Demo", "true"));
        var context = await ContextAsync(program);
        await using var closingContext = new Leaving(context);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        var outside = new List<string>();
        page.Request += (_, request) =>
        {
            var path = new Uri(request.Url).AbsolutePath;
            if (!path.StartsWith("/obs/", StringComparison.Ordinal) && path != "/account/link") outside.Add(request.Url);
        };
        page.Response += (_, response) => { if (response.Status >= 400) outside.Add($"{response.Status} {response.Url}"); };
        await page.GotoAsync(program.Link.ToString());
        await page.Locator("h1:text-is(\"Overview\")").WaitForAsync();
        foreach (var path in BrowserPages.Paths.Where(p => !p.Contains('{', StringComparison.Ordinal) && p != "/users/tester"))
        {
            await page.GotoAsync("/obs" + path);
            await page.Locator("h1").First.WaitForAsync();
            await page.WaitForFunctionAsync("() => !document.querySelector('.skel,[aria-busy=true]')");
            var links = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a[href]')].map(a => a.href)");
            var own = links.Where(link => link.StartsWith("http://127.0.0.1", StringComparison.Ordinal)).Select(link => new Uri(link).AbsolutePath);
            Assert.All(own, link => Assert.StartsWith("/obs/", link, StringComparison.Ordinal));
        }
        await page.ClickAsync(".nav a[data-key=\"c\"]");
        await page.Locator("h1:text-is(\"Conversations\")").WaitForAsync();
        Assert.Equal("/obs/conversations", new Uri(page.Url).AbsolutePath);
        Assert.Empty(outside);
    }

    /// <summary>A proxy that passes neither the Host header nor anything else: the page could never be connected.</summary>
    [Fact]
    public async Task A_page_that_cannot_be_connected_says_which_setting_mends_it()
    {
        await using var program = await StartAsync();
        var context = await ContextAsync(program);
        await using var closingContext = new Leaving(context);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        await page.RouteAsync("http://bare.example/**", async route =>
        {
            var target = new Uri(new Uri(program.Link.GetLeftPart(UriPartial.Authority)), new Uri(route.Request.Url).PathAndQuery);
            var headers = new Dictionary<string, string>(route.Request.Headers) { ["x-api-key"] = AppProcess.Key };
            var answer = await route.FetchAsync(new() { Url = target.ToString(), Headers = headers });
            await route.FulfillAsync(new() { Response = answer });
        });
        await page.GotoAsync("http://bare.example/");
        var message = page.Locator("#wrong-origin");
        await message.WaitForAsync();
        var text = await message.InnerTextAsync();
        Assert.Contains("http://bare.example", text, StringComparison.Ordinal);
        Assert.Contains("Observatory:PublicUrl", text, StringComparison.Ordinal);
        Assert.False(await page.Locator(".boot").IsVisibleAsync());
    }

    public void Dispose() => _temp.Dispose();
}
