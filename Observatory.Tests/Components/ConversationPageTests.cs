using Bunit;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Xunit;
using ConversationPage = Observatory.Web.Components.Pages.Conversation.ConversationPage;
using static Observatory.Tests.Support.Timelines;

namespace Observatory.Tests.Components;

public sealed class ConversationPageTests : ConversationContext
{
    private void Fill()
    {
        Metrics.Rows.Add(FakeMetrics.Row("c1", "Move the tables", failed: 1));
        Metrics.Timelines["c1"] = Of("c1",
            Turn(1, "List <b>all</b> tables", Step("a1", StepKind.Answer, "claude-opus-4-8"), Step("t1", target: "ls")),
            Turn(2, "Move them", Step("t2", StepKind.Agent, "Agent", target: "Move", children: [Step("t3", failed: true, target: "psql -f move.sql")])));
    }

    private IRenderedComponent<ConversationPage> Open(string query = "", string id = "c1")
    {
        Navigation.NavigateTo($"/conversations/{id}{query}");
        return Render<ConversationPage>(p => p.Add(x => x.Id, id));
    }

    private static IReadOnlyList<string?> Keys(IRenderedComponent<ConversationPage> page) =>
        [.. page.FindAll("[data-row]").Select(r => r.GetAttribute("data-row"))];

    [Fact]
    public void Loading_ShowsTheFrame()
    {
        Metrics.Gate = new TaskCompletionSource().Task;
        var page = Open();
        Assert.NotEmpty(page.FindAll("[aria-busy=true]"));
        Assert.Equal(7, page.FindAll(".fact").Count);
    }

    [Fact]
    public void Unknown_SaysSoAndLeadsBack()
    {
        var page = Open(id: "nope");
        page.WaitForAssertion(() => Assert.Equal("Conversation not found", page.Find("h1").TextContent));
        Assert.Equal("/conversations", page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public async Task Failure_OffersToTryAgain()
    {
        Fill();
        Metrics.Failure = new InvalidOperationException();
        var page = Open();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));
        Metrics.Failure = null;
        await page.InvokeAsync(() => page.Find("[role=alert] .acts button").Click());
        page.WaitForAssertion(() => Assert.Equal("Move the tables", page.Find("h1").TextContent));
    }

    [Fact]
    public void Long_ShowsItsBeginningBeforeTheRestIsRead()
    {
        Metrics.Rows.Add(FakeMetrics.Row("long", "Many turns") with { MessageCount = 5_000 });
        Metrics.Timelines["long"] = Of("long", [.. Enumerable.Range(1, 450).Select(n => Turn(n, $"Prompt {n}"))]);
        var page = Open(id: "long");
        page.WaitForAssertion(() => Assert.Equal("450", page.Find("[role=treegrid]").GetAttribute("aria-rowcount")));
        Assert.Equal((1, 1), (Metrics.TimelineParts, Metrics.TimelineReads));
    }

    [Fact]
    public void Full_ShowsTurnsClosedAndPromptsAsText()
    {
        Fill();
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(["#1", "#2"], Keys(page)));
        Assert.Contains("List <b>all</b> tables", page.Find(".wr.turn").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".wr.turn b"));
        Assert.Equal("false", page.Find(".wr.turn").GetAttribute("aria-expanded"));
    }

    [Fact]
    public async Task ClickingATurn_OpensAndSelectsIt()
    {
        Fill();
        var page = Open();
        page.WaitForElement(".wr.turn");
        // Found and clicked in one turn of the renderer: what is found outside may be drawn anew before the click.
        await page.InvokeAsync(() => page.Find(".wr.turn").Click());
        page.WaitForAssertion(() => Assert.Equal(["#1", "a1", "t1", "#2"], Keys(page)));
        Assert.Contains("turn=1", Navigation.Uri, StringComparison.Ordinal);
        Assert.Equal("Turn 1", page.Find(".side h2").TextContent);
        // Selecting reads nothing again.
        Assert.Equal(1, Metrics.TimelineReads);
    }

    [Fact]
    public void LinkToAStep_OpensEverythingAroundIt()
    {
        Fill();
        var page = Open("?turn=2&step=t3");
        page.WaitForAssertion(() => Assert.Equal(["#1", "#2", "t2", "t3"], Keys(page)));
        Assert.Equal("true", page.Find("[data-row=t3]").GetAttribute("aria-selected"));
        Assert.Equal("3", page.Find("[data-row=t3]").GetAttribute("aria-level"));
        var side = page.Find(".side").TextContent;
        Assert.Contains("run by the sub-agent Move", side, StringComparison.Ordinal);
        Assert.Contains("psql -f move.sql", side, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NextFailed_GoesThere()
    {
        Fill();
        var page = Open("?turn=1");
        page.WaitForElement(".side .row.pair button:last-child");
        await page.InvokeAsync(() => page.Find(".side .row.pair button:last-child").Click());
        page.WaitForAssertion(() => Assert.Contains("step=t3", Navigation.Uri, StringComparison.Ordinal));
        Assert.True(page.Find(".side .row.pair button:last-child").HasAttribute("disabled"));
    }

    [Fact]
    public void FailedOnly_ShowsWhatFailedAndAroundIt()
    {
        Fill();
        var page = Open("?failed=1");
        page.WaitForAssertion(() => Assert.Equal(["#2", "t2", "t3"], Keys(page)));
    }

    [Fact]
    public void CountsOnly_NumbersTheTurnsAndSaysWhy()
    {
        Metrics.Rows.Add(FakeMetrics.Row("c1"));
        Metrics.Timelines["c1"] = Of("c1", Turn(1, null, Step("t1")));
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("Turn 1", page.Find(".wr.turn").TextContent, StringComparison.Ordinal));
        Assert.Contains("counts only", page.Find(".tree-note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void NewTurns_ComeInWhileItRuns()
    {
        Fill();
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(["#1", "#2"], Keys(page)));
        Metrics.Timelines["c1"] = Of("c1", [.. Metrics.Timelines["c1"].Turns, Turn(3, "And now", Step("t9"))]);
        Publish("another");
        Publish("c1");
        page.WaitForAssertion(() =>
        {
            // At most two updates a second: the second notice waits for its turn.
            Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(["#1", "#2", "#3"], Keys(page));
        });
    }

    [Fact]
    public void PullRequest_IsALinkOnlyWhereItIsAWebAddress()
    {
        Fill();
        Metrics.Rows[0] = Metrics.Rows[0] with { PullRequest = "javascript:alert(1)" };
        var page = Open();
        page.WaitForElement(".wr.turn");
        Assert.Empty(page.FindAll("a[target=_blank].pr, a[href^=javascript]"));
    }

    [Fact]
    public void EachSourceSaysWhatItGave_AndTheClientsOwnCostStandsBesideOurs()
    {
        Metrics.Rows.Add(FakeMetrics.Row("told") with { Sources = ["transcript", "otlp", "hook"], MessagesFrom = "transcript", ToolsFrom = "transcript" });
        Metrics.Timelines["told"] = Timelines.Of("told", Timelines.Turn(1, "Do it",
            Timelines.Step("a1", StepKind.Answer, "claude-opus-4-8") with { Sources = ["transcript", "otlp"], ClientCost = 0.31m, FirstToken = 0.8 },
            Timelines.Step("a2", StepKind.Answer, "claude-opus-4-8") with { Sources = ["transcript"] }));
        var page = Render<ConversationPage>(p => p.Add(x => x.Id, "told"));
        page.WaitForAssertion(() => Assert.Contains("OpenTelemetry: 1 of 2 calls", page.Markup, StringComparison.Ordinal));
        var chips = page.FindAll(".facts-line .chip");
        Assert.Equal(["Transcripts: messages and tool calls", "OpenTelemetry: tokens, latency and the client's own cost of 1 call",
            "Hooks and status line: knows of it; its figures come from a source that says more"], chips.Select(c => c.GetAttribute("title")));
        Assert.Contains("client says $0.31", page.Find(".facts").TextContent, StringComparison.Ordinal);
    }
}
