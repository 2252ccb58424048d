using Bunit;
using Observatory.Core.Metrics;
using Observatory.Core.Presentation;
using Observatory.Web.Components.Pages.Models;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class ModelsPageTests : ListPageContext
{
    private void Fill()
    {
        Lists.Models =
        [
            new ModelRow { Model = "claude-opus-5-5", Figures = Figures(1_000_000, 4m), CacheSavings = 1.25m, PreviousCost = 2m },
            new ModelRow { Model = "gateway/opus", Figures = Figures(500, null, 500), Color = 1, IsNew = true },
        ];
        Lists.Total = Figures(1_000_500, 4m, 500);
    }

    [Fact]
    public void Loading_ShowsTilesInTheirSize()
    {
        Lists.Gate = new TaskCompletionSource().Task;
        var page = Open<ModelsPage>("/models");
        Assert.Equal(5, page.FindAll(".kpi[aria-busy=true]").Count);
    }

    [Fact]
    public void Failure_ShowsAnId()
    {
        Lists.Failure = new InvalidOperationException();
        var page = Open<ModelsPage>("/models");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));
    }

    [Fact]
    public void EmptyRange_SaysWhatToDo()
    {
        Lists.Choices = new FilterChoices(["ann"], [], [], []);
        var page = Open<ModelsPage>("/models");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("tr.none")));
    }

    [Fact]
    public void UnpricedModel_HasAChipAndNoZero()
    {
        Fill();
        var page = Open<ModelsPage>("/models");
        page.WaitForAssertion(() => Assert.Contains("No price for this model", page.Markup, StringComparison.Ordinal));
        var cells = page.FindAll("table tbody tr").Single(r => r.TextContent.Contains("gateway/opus", StringComparison.Ordinal)).QuerySelectorAll("td");
        Assert.Equal(Formats.None, cells[7].TextContent.Trim());
        Assert.DoesNotContain("$0", cells[7].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Tiles_HoldCostADayAndSavings()
    {
        Fill();
        var page = Open<ModelsPage>("/models");
        page.WaitForAssertion(() => Assert.Equal(5, page.FindAll("a.kpi .v").Count));
        var values = page.FindAll("a.kpi .v").Select(v => v.TextContent.Trim()).ToList();
        Assert.Equal(["$4.00", "$0.13", "$1.25", "0.0\u202F%", "500"], values);
    }

    [Fact]
    public void WhatIf_TakesTheModelFromTheAddress()
    {
        Fill();
        var page = Open<ModelsPage>("/models?whatif=claude-sonnet-5");
        // One million input tokens at $2.
        page.WaitForAssertion(() => Assert.Contains("With claude-sonnet-5", page.Markup, StringComparison.Ordinal));
        Assert.Contains("$2.00", page.Find("tfoot").TextContent, StringComparison.Ordinal);
        Assert.Contains("−50.0", page.Find("tfoot").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void PriceList_ShowsWhatIsInForceNow()
    {
        Fill();
        var page = Open<ModelsPage>("/models");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("details.card tbody tr")));
        var first = page.Find("details.card tbody tr").TextContent;
        Assert.Contains("claude-opus-5-5", first, StringComparison.Ordinal);
        Assert.Contains("in use", first, StringComparison.Ordinal);
        Assert.Single(page.FindAll("details.card tbody tr"), r => r.TextContent.Contains("claude-sonnet-5-5", StringComparison.Ordinal));
    }
}
