using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Observatory.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Observatory.Tests.Browser;

/// <summary>Any number of filters can be picked on a page, and its address is one that the server takes, now and after a restart.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LongFilterTests(BrowserApp app)
{
    private const int Projects = 28;

    [Fact]
    public async Task Many_long_filters_keep_a_short_address_that_outlives_a_restart()
    {
        using var temp = new TempFolder();
        var root = Path.Combine(temp.Path, "claude");
        Write(Path.Combine(root, "projects"));
        var server = await AppProcess.StartAsync(temp.Folder("data"), root);
        try
        {
            await server.WaitIdleAsync();
            var address = server.Link.GetLeftPart(UriPartial.Authority);
            var context = await app.Browser.NewContextAsync(new()
            {
                Locale = "en-GB", TimezoneId = "UTC", BaseURL = address, ViewportSize = new() { Width = 1440, Height = 900 },
            });
            await using var closingContext = new Leaving(context);
            await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
            var page = await context.NewPageAsync();
            await page.GotoAsync(server.Link.ToString());
            await page.GotoAsync("/conversations?range=90d&zone=UTC");
            await page.GetByRole(AriaRole.Button, new() { Name = "Filter", Exact = true }).ClickAsync();
            for (var n = 0; n < Projects; n++)
            {
                var item = page.Locator($".pop:popover-open a[title='{Name(n)}']");
                await item.ClickAsync();
                await Expect(item).ToHaveAttributeAsync("aria-checked", "true");
            }
            await Expect(page.Locator(".filter-row.wide .more")).ToHaveTextAsync($"+{Projects - 2}");
            await Expect(page.Locator(".list-head [role=status]")).ToHaveTextAsync($"{Projects} conversations");
            Assert.InRange(page.Url.Length, 1, 300);
            await page.ReloadAsync();
            await Expect(page.Locator(".list-head [role=status]")).ToHaveTextAsync($"{Projects} conversations");

            var csv = await page.Locator("a[download]", new() { HasText = "Export CSV" }).First.GetAttributeAsync("href");
            Assert.InRange(csv!.Length, 1, 400);
            await page.GetByRole(AriaRole.Button, new() { Name = "Copy link" }).ClickAsync();
            // The page writes it when the server has answered; the clipboard is one for all windows.
            var link = "";
            await Patience.UntilAsync(async () =>
            {
                link = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
                return link.Contains("/conversations", StringComparison.Ordinal);
            });
            Assert.InRange(link.Length, 1, 400);

            await server.KillAsync();
            await server.DisposeAsync();
            server = await AppProcess.StartAsync(temp.Folder("data"), root, ("ASPNETCORE_URLS", address));
            var rows = (await server.GetTextAsync(csv)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(Projects, rows.Length - 1);
            // A window of its own: the open one notices that its server came back and loads itself anew, over whatever it was sent to.
            var later = await context.NewPageAsync();
            await later.GotoAsync(link);
            await Expect(later.Locator(".list-head [role=status]")).ToHaveTextAsync($"{Projects} conversations");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(20_000, 0, 414)]
    [InlineData(100, 40_000, 431)]
    public async Task What_is_too_long_for_the_server_gets_a_page_that_says_what_to_do(int address, int header, int status)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/tools?model={new string('m', address)}");
        request.Headers.Accept.ParseAdd("text/html");
        if (header > 0) request.Headers.Add("X-Cookies-Of-Others", new string('c', header));
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("<h1>", text, StringComparison.Ordinal);
        Assert.Contains(status == 414 ? "choose the filters there" : "Delete the cookies", text, StringComparison.Ordinal);
        Assert.True(answer.Headers.Contains("Content-Security-Policy"));
    }

    private static string Name(int n) =>
        string.Create(CultureInfo.InvariantCulture, $"/дом/пользователь/рабочие-проекты/команда-платформы/сервис-обработки-заказов-и-платежей-{n:00}");

    private static void Write(string projects)
    {
        for (var n = 0; n < Projects + 2; n++)
        {
            var folder = Path.Combine(projects, string.Create(CultureInfo.InvariantCulture, $"-p-{n}"));
            Directory.CreateDirectory(folder);
            var session = Guid.NewGuid();
            var at = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-n - 1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            var line = new
            {
                type = "user", message = new { role = "user", content = "Step" }, uuid = Guid.NewGuid(), timestamp = at, cwd = Name(n), sessionId = session,
                    version = "2.1.330",
            };
            File.WriteAllText(Path.Combine(folder, $"{session}.jsonl"), JsonSerializer.Serialize(line) + "\n");
        }
    }
}
