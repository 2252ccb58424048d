using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Realtime;
using Observatory.Tests.Support;
using Observatory.Web.Components.Pages.Live;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class LivePageTests : ListPageContext
{
    private readonly FakeLive _live = new();

    public LivePageTests() => Services.AddSingleton<ILiveFigures>(_live);

    [Fact]
    public void Loading_ShowsTilesAndRows()
    {
        _live.Gate = new TaskCompletionSource().Task;
        var page = Open<LiveNowPage>("/live");
        Assert.Equal(6, page.FindAll(".kpi[aria-busy=true]").Count);
        Assert.NotEmpty(page.FindAll(".tbl[aria-busy=true]"));
    }

    [Fact]
    public void Failure_ShowsAnId()
    {
        _live.Failure = new InvalidOperationException();
        var page = Open<LiveNowPage>("/live");
        page.WaitForAssertion(() => Assert.Contains("Id for the log", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Empty_SaysWhatToDo()
    {
        var page = Open<LiveNowPage>("/live");
        page.WaitForAssertion(() => Assert.Contains("Nobody is at work", page.Markup, StringComparison.Ordinal));
        Assert.Contains("Only Claude Code’s status line", page.Markup, StringComparison.Ordinal);
        Assert.Contains("/get-started#statusline", page.Markup, StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll(".quota .figure").Count(f => f.TextContent == "—"));
    }

    [Fact]
    public void Filtered_AndEmpty_OffersToRemoveTheFilter()
    {
        var page = Open<LiveNowPage>("/live?user=ben");
        page.WaitForAssertion(() => Assert.Contains("No session of this filter", page.Markup, StringComparison.Ordinal));
        Assert.Equal(["ben"], _live.Filters[0].Users);
    }

    [Fact]
    public void Full_ShowsWhatEachSessionDoes()
    {
        _live.Now = FakeLive.Snapshot(
            FakeLive.Session("s1", LiveState.Tool, "Bash", "dotnet test"),
                FakeLive.Session("s2", LiveState.Permission, "Bash", "git push") with { ContextPercent = 88 },
            FakeLive.Session("s3", LiveState.Idle), FakeLive.Session("s4", LiveState.Answering)) with
        {
            Tools = [new LiveTool("Bash", 20, 3)],
            Events = [new LiveEvent("t1", LiveEventKind.ToolFailed, FakeLists.Now, "s1", "app", "Bash", "dotnet test", 0, null, "transcript"),
                new LiveEvent("o1", LiveEventKind.Other, FakeLists.Now, null, null, "Stop", null, 0, null, "hook")],
        };
        var page = Open<LiveNowPage>("/live");
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll("table.two tbody tr").Count));
        var rows = page.FindAll("table.two tbody tr");
        Assert.Contains("dotnet test", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Waiting for permission", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("wants to run Bash: git push", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("88\u202F%", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Your turn", rows[2].TextContent, StringComparison.Ordinal);
        Assert.Equal("/conversations/s1", rows[0].QuerySelector("a.open")!.GetAttribute("href"));
        Assert.Contains("1 waiting", page.Find(".kpi").TextContent, StringComparison.Ordinal);
        Assert.Equal("12000", rows[0].QuerySelector("[data-elapsed]")!.GetAttribute("data-elapsed"));
        Assert.Equal("/conversations/s1", page.Find(".ev li a").GetAttribute("href"));
        Assert.Contains("3 failed", page.Find(".bars").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Quota_SaysWhenItIsFull()
    {
        _live.Now = FakeLive.Snapshot() with
        {
            Quotas =
            [
                new QuotaWindow("ann", QuotaKind.FiveHour, 64, FakeLists.Now.AddMinutes(146), FakeLists.Now.AddSeconds(-8)),
                new QuotaWindow("ann", QuotaKind.SevenDay, 38, FakeLists.Now.AddDays(2.8), FakeLists.Now.AddSeconds(-8)),
                new QuotaWindow("ben", QuotaKind.FiveHour, 1, FakeLists.Now.AddMinutes(146), FakeLists.Now.AddHours(-1)),
            ],
        };
        var page = Open<LiveNowPage>("/live");
        page.WaitForAssertion(() => Assert.Contains("full at about", page.Find(".quota").TextContent, StringComparison.Ordinal));
        Assert.Contains("about 63\u202F% at reset", page.Find(".quota").TextContent, StringComparison.Ordinal);
        Assert.Contains("ann, from", page.Find(".quota").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 other person", page.Find(".quota").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewEvents_WaitWhileTheListIsHeld()
    {
        LiveEvent At(int n) => new($"p{n}", LiveEventKind.Prompt, FakeLists.Now.AddSeconds(n), "s1", "app", null, null, 12, null, "transcript");
        _live.Now = FakeLive.Snapshot() with { Events = [At(1)] };
        var page = Open<LiveNowPage>("/live");
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".ev li")));
        await page.InvokeAsync(() => page.FindAll("button").First(b => b.TextContent.Contains("Hold", StringComparison.Ordinal)).Click());
        _live.Now = FakeLive.Snapshot() with { Events = [At(3), At(2), At(1)] };
        Broadcaster.Publish(new ChangeNotice(2, new HashSet<string>(), false, 2, FakeLists.Now));
        page.WaitForAssertion(() => Assert.Contains("2 new, show them", page.Markup, StringComparison.Ordinal));
        Assert.Single(page.FindAll(".ev li"));
        await page.InvokeAsync(() => page.Find(".ev .more").Click());
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".ev li").Count));
    }
}
