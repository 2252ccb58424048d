using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Accounts;
using Observatory.Core.Events;
using Observatory.Core.Storage.Letters;
using Observatory.Tests.Support;
using Observatory.Web.Components.Pages.DeadLetters;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class DeadLettersPageTests : ListPageContext
{
    private readonly FakeLetters _letters = new();

    public DeadLettersPageTests() => Services.AddSingleton<IDeadLetters>(_letters);

    private void Fill()
    {
        _letters.All.Add(FakeLetters.Letter("1"));
        _letters.All.Add(FakeLetters.Letter("2", "no session_id", EventSource.Hook));
        _letters.All.Add(FakeLetters.Letter("3", text: null));
        _letters.All.Add(FakeLetters.Letter("line-4", "half a line", EventSource.Transcript, "{", "/a/b.jsonl"));
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<DeadLettersPage> page, string text) => page.FindAll("button")
        .First(b => b.TextContent.Contains(text, StringComparison.Ordinal));

    [Fact]
    public void Loading_ShowsRows()
    {
        _letters.Gate = new TaskCompletionSource().Task;
        Assert.NotEmpty(Open<DeadLettersPage>("/admin/dead-letters").FindAll("[aria-busy=true]"));
    }

    [Fact]
    public void Failure_ShowsAnId()
    {
        _letters.Failure = new InvalidOperationException();
        var page = Open<DeadLettersPage>("/admin/dead-letters");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));
    }

    [Fact]
    public void Empty_SaysThatNothingWasRefused()
    {
        var page = Open<DeadLettersPage>("/admin/dead-letters");
        page.WaitForAssertion(() => Assert.Contains("Nothing was refused", page.Markup, StringComparison.Ordinal));
        Assert.All(page.FindAll(".letters-bar .tools button"), b => Assert.True(b.HasAttribute("disabled")));
    }

    [Fact]
    public void Full_SaysWhyEachIsHere_AndWhyOneCannotBeLetIn()
    {
        Fill();
        var page = Open<DeadLettersPage>("/admin/dead-letters");
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll(".letter").Count));
        Assert.Contains("Let 2 letters in again", page.Markup, StringComparison.Ordinal);
        Assert.Contains("the content setting was Counts", page.FindAll(".letter")[2].TextContent, StringComparison.Ordinal);
        Assert.Contains("b.jsonl, line 7", page.FindAll(".letter")[3].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_IsInTheAddress()
    {
        Fill();
        var page = Open<DeadLettersPage>("/admin/dead-letters?origin=hook");
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".letter")));
        page = Open<DeadLettersPage>("/admin/dead-letters?origin=otlp");
        page.WaitForAssertion(() => Assert.Contains("No letter matches", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redrive_TakesWhatItCan_AndKeepsTheNewReason()
    {
        Fill();
        _letters.Refused["2"] = "still no session";
        var page = Open<DeadLettersPage>("/admin/dead-letters");
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll(".letter").Count));
        await page.InvokeAsync(() => Button(page, "Let 2 letters in again").Click());
        page.WaitForAssertion(() => Assert.Equal(["2", "3", "line-4"], _letters.All.Select(l => l.Id)));
        page.WaitForAssertion(() => Assert.Contains("Refused again: still no session", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Discard_SaysTheExactNumberFirst()
    {
        Fill();
        var page = Open<DeadLettersPage>("/admin/dead-letters");
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll(".letter").Count));
        await page.InvokeAsync(() => Button(page, "Discard these 4").Click());
        page.WaitForAssertion(() => Assert.Contains("Discard 4 letters for good?", page.Find(".callout").TextContent, StringComparison.Ordinal));
        // What comes meanwhile was not agreed to.
        _letters.All.Add(FakeLetters.Letter("9"));
        await page.InvokeAsync(() => page.Find(".callout .btn.danger").Click());
        page.WaitForAssertion(() => Assert.Equal(["9"], _letters.All.Select(l => l.Id)));
    }

    [Fact]
    public async Task Keep_ChangesNothing()
    {
        Fill();
        var page = Open<DeadLettersPage>("/admin/dead-letters");
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll(".letter").Count));
        await page.InvokeAsync(() => Button(page, "Discard these 4").Click());
        await page.InvokeAsync(() => Button(page, "Keep them").Click());
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".callout")));
        page.WaitForAssertion(() => Assert.Equal(4, _letters.All.Count));
    }
}

/// <summary>A button that a viewer should not see can still be pressed over the wire.</summary>
public sealed class DeadLettersForViewersTests : ListPageContext
{
    private readonly FakeLetters _letters = new();

    public DeadLettersForViewersTests()
    {
        Services.AddSingleton<IDeadLetters>(_letters);
        SignIn(UserRole.Editor);
    }

    [Fact]
    public async Task AViewersClickDoesNothing()
    {
        _letters.All.Add(FakeLetters.Letter("1"));
        var page = Open<DeadLettersPage>("/admin/dead-letters");
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".letter")));
        await page.InvokeAsync(() => page.FindAll("button").First(b => b.TextContent.Contains("Let 1 letter in again", StringComparison.Ordinal)).Click());
        page.WaitForAssertion(() => Assert.Single(_letters.All));
    }
}
