using Bunit;
using Observatory.Core.Metrics;
using Observatory.Core.Presentation;
using Observatory.Web.Components.Pages.Tools;
using Observatory.Web.Components.Shared;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class ToolsPageTests : ListPageContext
{
    private void Fill() => Lists.Tools =
    [
        new ToolRow { Tool = "Bash", Calls = 100, Errors = 10, ErrorRate = 0.1, MedianMs = 1_900, P95Ms = 48_000, TotalMs = 600_000 },
        new ToolRow { Tool = "mcp__github__create_issue", Calls = 6, Errors = 1, TotalMs = 1_000 },
        new ToolRow { Tool = "mcp__github__list_issues", Calls = 4, TotalMs = 500 },
    ];

    [Fact]
    public void Loading_ShowsRows()
    {
        Lists.Gate = new TaskCompletionSource().Task;
        Assert.NotEmpty(Open<ToolsPage>("/tools").FindAll("[aria-busy=true]"));
    }

    [Fact]
    public void Failure_ShowsAnId()
    {
        Lists.Failure = new InvalidOperationException();
        var page = Open<ToolsPage>("/tools");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));
    }

    [Fact]
    public void Empty_SaysWhatToDo()
    {
        Lists.Choices = new FilterChoices(["ann"], [], [], []);
        var page = Open<ToolsPage>("/tools");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("tr.none")));
    }

    [Fact]
    public void Full_ReadsServersAndMarksFailures()
    {
        Fill();
        var page = Open<ToolsPage>("/tools?tool=Bash");
        page.WaitForAssertion(() => Assert.Equal(["Bash", "github / create_issue", "github / list_issues"], FirstColumn(page)));
        Assert.NotNull(page.Find("tr.selected"));
        Assert.NotEmpty(page.Find("tr.selected").QuerySelectorAll(".bad"));
    }

    [Fact]
    public void Grouped_AddsUpAServer()
    {
        Fill();
        var page = Open<ToolsPage>("/tools?group=server");
        page.WaitForAssertion(() => Assert.Equal(["Bash", "github · 2 tools"], FirstColumn(page)));
        var cells = page.FindAll("table tbody tr")[1].QuerySelectorAll("td");
        Assert.Equal("10", cells[1].TextContent);
        Assert.Equal(Formats.None, cells[5].TextContent);
        Assert.Equal("1.5\u202Fs", cells[7].TextContent.Trim());
    }

    [Theory]
    [InlineData("Bash", "Bash", null)]
    [InlineData("mcp__a_b__c__d", "c__d", "a_b")]
    [InlineData("mcp__", "mcp__", null)]
    [InlineData("mcp__x", "mcp__x", null)]
    [InlineData("mcp__x__", "mcp__x__", null)]
    public void ToolName_SplitsServerFromTool(string tool, string name, string? server) => Assert.Equal(new ToolName(name, server), ToolName.Of(tool));
}
