using Xunit;

namespace Observatory.Tests.Browser;

/// <summary>Whoever goes through a page by keyboard sees where they are, on everything that can be reached.</summary>
[Collection(SecondBrowserCollection.Name)]
public sealed class KeyboardTests(BrowserApp app)
{
    private const int MostSteps = 120;

    // The element with the focus, the row that shows the ring for its link, or the frame of a control.
    private const string Look = """
        () => {
          const at = document.activeElement;
          if (!at || at === document.body) return null;
          const ring = e => { const s = getComputedStyle(e); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; };
          const place = at.closest("tr.opens, .input, .lst li, .mud-input, .mud-switch-span");
          const name = `${at.tagName.toLowerCase()}.${at.className} "${(at.getAttribute("aria-label") ?? at.textContent ?? "").trim().slice(0, 40)}"`;
          return (ring(at) || (place !== null && ring(place)) ? "seen " : "unseen ") + name;
        }
        """;

    public static TheoryData<string> Pages { get; } = [.. BrowserPages.All];

    [Theory, MemberData(nameof(Pages))]
    public async Task Focus_is_seen_on_everything_that_the_keyboard_reaches(string path)
    {
        await using var watched = await app.OpenAsync();
        await watched.GoAsync(path);
        var (unseen, steps) = (new SortedSet<string>(StringComparer.Ordinal), 0);
        // From the top: a page begins with the focus on its title.
        await watched.Page.EvaluateAsync("() => document.activeElement?.blur()");
        await watched.Page.Locator(".skip").FocusAsync();
        for (; steps < MostSteps; steps++)
        {
            await watched.Page.Keyboard.PressAsync("Tab");
            if (await watched.Page.EvaluateAsync<string?>(Look) is not { } focused) break;
            if (focused.StartsWith("unseen", StringComparison.Ordinal)) unseen.Add(focused);
        }
        Assert.True(steps > 10, $"{path}: only {steps} stops");
        Assert.True(unseen.Count == 0, $"{path}: no ring on\n{string.Join('\n', unseen)}");
    }
}
