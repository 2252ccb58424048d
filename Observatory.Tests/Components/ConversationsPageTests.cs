using Bunit;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Observatory.Web.Components.Pages.Conversations;
using Observatory.Web.Components.Shared;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class ConversationsPageTests : ConversationContext
{
    private IRenderedComponent<ConversationsPage> Open(string address = "/conversations")
    {
        Navigation.NavigateTo(address);
        return Render<ConversationsPage>();
    }

    private static IReadOnlyList<string> Titles(IRenderedComponent<ConversationsPage> page) => [.. page.FindAll("table a.open").Select(a => a.TextContent)];

    [Fact]
    public void Loading_ShowsRowsOfTheSameSize()
    {
        Metrics.Gate = new TaskCompletionSource().Task;
        Assert.NotEmpty(Open().FindAll("[aria-busy=true]"));
    }

    [Fact]
    public async Task Failure_ShowsAnIdAndTryAgain()
    {
        Metrics.Failure = new InvalidOperationException();
        var page = Open();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));
        Metrics.Failure = null;
        Metrics.Rows.Add(FakeMetrics.Row("a"));
        await page.InvokeAsync(() => page.Find("[role=alert] .acts button").Click());
        page.WaitForAssertion(() => Assert.Equal(["A title"], Titles(page)));
    }

    [Fact]
    public void NoData_LeadsToGetStarted()
    {
        Metrics.Choices = new FilterChoices([], [], [], []);
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal("/get-started", page.Find(".state a").GetAttribute("href")));
    }

    [Fact]
    public void NothingInRange_OffersALongerOne()
    {
        var page = Open("/conversations?range=7d");
        page.WaitForAssertion(() => Assert.Contains("range=90d", page.Find(".state a").GetAttribute("href"), StringComparison.Ordinal));
    }

    [Fact]
    public void NothingFound_NamesTheSearchAndClearsIt()
    {
        Metrics.Rows.Add(FakeMetrics.Row("a"));
        var page = Open("/conversations?q=zebra");
        page.WaitForAssertion(() => Assert.Contains("zebra", page.Find(".state").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("q=", page.Find(".state a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_AreTextAndOneLinkEach()
    {
        Metrics.Rows.Add(FakeMetrics.Row("id/1", "<b>bold</b>", failed: 2));
        var page = Open("/conversations?range=7d");
        page.WaitForAssertion(() => Assert.Equal(["<b>bold</b>"], Titles(page)));
        Assert.StartsWith("/conversations/id%2F1?range=7d", page.Find("table a.open").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("1 conversation", page.Find(".list-head [role=status]").TextContent, StringComparison.Ordinal);
        Assert.Equal("2", page.Find("table td .bad").TextContent);
        Assert.Contains("claude-opus-4-8", page.Find(".dots").GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Sort_IsReadFromTheAddress()
    {
        Metrics.Rows.Add(FakeMetrics.Row("a"));
        var page = Open("/conversations?sort=cost");
        page.WaitForAssertion(() => Assert.Equal("ascending", page.Find("th[aria-sort]").GetAttribute("aria-sort")));
        Assert.Equal("cost", Metrics.Lists[0].Sort);
    }

    [Fact]
    public void UnknownSort_FallsBack()
    {
        var page = Open("/conversations?sort=password");
        page.WaitForAssertion(() => Assert.Equal("-lastActivity", Metrics.Lists[0].Sort));
    }

    [Fact]
    public async Task Typing_SearchesAfterAPause()
    {
        Metrics.Rows.Add(FakeMetrics.Row("a", "Zebra"));
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(["Zebra"], Titles(page)));
        // Not awaited: the handler waits for the pause.
        await page.InvokeAsync(() => page.Find("[data-search]").Input("zeb"));
        Assert.DoesNotContain("q=", Navigation.Uri, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => Assert.Contains("q=zeb", Navigation.Uri, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.Equal("zeb", Metrics.Lists[^1].Search));
    }

    [Fact]
    public void Export_AsksTheSame()
    {
        Metrics.Rows.Add(FakeMetrics.Row("a"));
        var page = Open("/conversations?q=title&sort=-cost&project=/src/app");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("table a.open")));
        var href = page.Find("a[download]").GetAttribute("href")!;
        Assert.Contains("search=title", href, StringComparison.Ordinal);
        Assert.Contains("sort=-cost", href, StringComparison.Ordinal);
        Assert.Contains("project=/src/app", href, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_ComeFromTheAddress()
    {
        Metrics.Rows.Add(FakeMetrics.Row("a"));
        var page = Open("/conversations?columns=cost.source");
        page.WaitForAssertion(() => Assert.Equal(["Conversation", "Cost", "Known through"], page.FindAll("th").Select(th => th.TextContent.Trim())));
    }

    [Fact]
    public void AtTheTop_NewRowsComeIn()
    {
        Metrics.Rows.Add(FakeMetrics.Row("a", "Old"));
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(["Old"], Titles(page)));
        Metrics.Rows.Insert(0, FakeMetrics.Row("b", "New"));
        Publish("b");
        page.WaitForAssertion(() => Assert.Equal(["New", "Old"], Titles(page)));
    }

    [Fact]
    public async Task FurtherDown_FiguresChangeAndNewRowsWait()
    {
        Metrics.Rows.Add(FakeMetrics.Row("a", "Old"));
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(["Old"], Titles(page)));
        foreach (var mark in page.FindComponents<TopMark>()) await page.InvokeAsync(() => mark.Instance.Seen(false));
        Metrics.Rows[0] = FakeMetrics.Row("a", "Renamed");
        Metrics.Rows.Insert(0, FakeMetrics.Row("b", "New"));
        Publish("a", "b");
        page.WaitForAssertion(() => Assert.Contains("1 new, show it", page.Find(".fresh").TextContent, StringComparison.Ordinal));
        Assert.Equal(["Renamed"], Titles(page));
        await page.InvokeAsync(() => page.Find(".fresh").Click());
        page.WaitForAssertion(() => Assert.Equal(["New", "Renamed"], Titles(page)));
        Assert.Empty(page.FindAll(".fresh"));
    }
}
