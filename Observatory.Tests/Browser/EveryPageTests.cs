using Deque.AxeCore.Playwright;
using Xunit;

namespace Observatory.Tests.Browser;

/// <summary>What holds for every page, wide and narrow, light and dark.</summary>
[Collection(BrowserCollection.Name)]
public sealed class EveryPageTests(BrowserApp app)
{
    public static TheoryData<string> Pages { get; } = [.. BrowserPages.All];

    [Theory, MemberData(nameof(Pages))]
    public async Task Nothing_overflows_nothing_is_logged_and_axe_finds_nothing_serious(string path)
    {
        // Every other page wide and light, the others narrow and dark: to load each twice would cost as much as all else here.
        foreach (var (width, dark) in new[] { BrowserPages.All.ToList().IndexOf(path) % 2 == 0 ? (1440, false) : (390, true) })
        {
            await using var watched = await app.OpenAsync(width, dark);
            await watched.GoAsync(path);
            var over = await watched.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
            Assert.True(over <= 0, $"{path} at {width} px scrolls {over} px sideways");
            Assert.Contains("Observatory", await watched.Page.TitleAsync(), StringComparison.Ordinal);
            var result = await watched.Page.RunAxe();
            var serious = result.Violations.Where(v => v.Impact is "serious" or "critical")
                .Select(v => $"{v.Id}: {v.Help} — {string.Join("; ", v.Nodes.Take(3).Select(n => n.Html))}").ToList();
            Assert.True(serious.Count == 0, $"{path} at {width} px, {(dark ? "dark" : "light")}:\n{string.Join('\n', serious)}");
            Assert.Empty(watched.Errors);
        }
    }
}

internal static class BrowserPages
{
    /// <summary>A conversation of the fixtures with tools, failures and a sub-agent.</summary>
    private const string Conversation = "75c83f20-369d-44e6-8598-f0aaef9ffcb9";

    /// <summary>Every page, with its address as the router has it.</summary>
    public static IReadOnlyList<string> Paths { get; } =
        ["/", "/live", "/conversations", "/conversations/{id}", "/projects", "/projects/view", "/models", "/tools", "/trends", "/changes", "/limits",
            "/explore", "/exports", "/alerts", "/users", "/users/tester",
            "/get-started", "/admin/pipeline", "/admin/dead-letters", "/admin/users", "/admin/keys", "/admin/aliases", "/admin/retention", "/admin/audit",
            "/admin/provider", "/admin/redaction", "/admin/archives", "/admin/backups", "/admin/doctor", "/account", "/account/sessions"];

    /// <summary>Every page, with data in range.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Paths.Select(p =>
            $"{p.Replace("{id}", Conversation, StringComparison.Ordinal)}?{BrowserApp.Range}{(p == "/projects/view" ? "&path=/srv/rig/w/beta-api" : "")}")];
}
