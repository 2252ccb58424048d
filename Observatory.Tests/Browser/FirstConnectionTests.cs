using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Observatory.Tests.Browser;

/// <summary>A page whose first connection fails says why and offers to load it again; it never stays an empty skeleton.</summary>
[Collection(BrowserCollection.Name)]
public sealed class FirstConnectionTests(BrowserApp app)
{
    private const string Negotiate = "**/_blazor/negotiate*";

    private static ILocator Word(IPage page) => page.Locator(".boot-word");

    [Fact]
    public async Task A_refused_connection_says_what_the_server_said()
    {
        await using var watched = await app.OpenAsync();
        await watched.Page.RouteAsync(Negotiate, r => r.FulfillAsync(new()
        {
            Status = 403, ContentType = "application/problem+json", Body = """{"status":403,"detail":"This server knows itself as http://other.example."}""",
        }));
        await watched.Page.GotoAsync("/");
        await Expect(Word(watched.Page)).ToContainTextAsync("refused the connection");
        await Expect(Word(watched.Page)).ToContainTextAsync("http://other.example");
        await watched.Page.UnrouteAsync(Negotiate);
        await watched.Page.GetByRole(AriaRole.Link, new() { Name = "Reload the page" }).ClickAsync();
        await Expect(watched.Page.Locator("h1")).ToHaveTextAsync("Overview");
        await Expect(Word(watched.Page)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_server_that_is_away_at_the_start_is_met_when_it_answers()
    {
        await using var watched = await app.OpenAsync();
        string[] all = ["**/_blazor/**", "**/health/live"];
        foreach (var path in all) await watched.Page.RouteAsync(path, r => r.AbortAsync("connectionrefused"));
        await watched.Page.GotoAsync("/tools?range=7d&zone=UTC");
        await Expect(Word(watched.Page)).ToContainTextAsync("does not answer", new() { Timeout = 20_000 });
        foreach (var path in all) await watched.Page.UnrouteAsync(path);
        await Expect(watched.Page.Locator("h1")).ToHaveTextAsync("Tools", new() { Timeout = 30_000 });
        Assert.EndsWith("/tools?range=7d&zone=UTC", watched.Page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("**/_framework/blazor.web*.js")]
    [InlineData("**/js/connection*.js")]
    public async Task A_blocked_script_leaves_a_word_and_a_link(string script)
    {
        await using var watched = await app.OpenAsync();
        await watched.Page.RouteAsync(script, r => r.AbortAsync("blockedbyclient"));
        await watched.Page.GotoAsync("/tools?range=7d");
        // Where nothing of ours runs, the style sheet shows it after a while.
        await watched.Page.EvaluateAsync("() => document.querySelector('.boot-word').getAnimations().forEach(a => a.finish())");
        await Expect(Word(watched.Page)).ToBeVisibleAsync();
        await Expect(Word(watched.Page).GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", "/tools?range=7d");
    }

    [Fact]
    public async Task A_page_that_starts_never_shows_the_word()
    {
        await using var watched = await app.OpenAsync();
        await watched.Page.AddInitScriptAsync("""
            addEventListener("DOMContentLoaded", () => {
              const word = document.querySelector(".boot-word");
              const look = () => {
                const style = getComputedStyle(word);
                if (style.display !== "none" && style.visibility !== "hidden") window.seen = true;
                requestAnimationFrame(look);
              };
              look();
            });
            """);
        await watched.GoAsync("/");
        Assert.False(await watched.Page.EvaluateAsync<bool>("() => window.seen === true"));
        Assert.Empty(watched.Errors);
    }
}
