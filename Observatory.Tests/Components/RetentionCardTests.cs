using Bunit;
using Observatory.Core.Retention;
using Observatory.Web.Components.Pages.Retention;
using Xunit;

namespace Observatory.Tests.Components;

/// <summary>The cards of the page Retention: what is typed, what it says of it, and what it asks for.</summary>
public sealed class RetentionCardTests : ListPageContext
{
    private static RetentionModel Model { get; } = new(
        RetentionDatasets.Defaults, new StorageAnswer([.. RetentionDatasets.All.Select(d => new StoredTable(d.Name, 5, 1_000, null))], 20_000, 0, 0, 1_000_000,
            null, null, 0), [], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Changed_days_are_saved_and_others_are_left_alone()
    {
        RetentionSettings? saved = null;
        var card = Render<PoliciesCard>(p => p.Add(c => c.Model, Model).Add(c => c.OnSave, s => saved = s));
        Assert.Empty(card.FindAll(".save-bar"));
        await card.InvokeAsync(() => card.Find("#keep-raw").Input("45"));
        await card.InvokeAsync(() => card.Find("#keep-texts").Input(""));
        Assert.Contains("was 90 days", card.Markup, StringComparison.Ordinal);
        await card.InvokeAsync(() => card.Find(".save-bar .primary").Click());
        Assert.Equal([("raw", 45), ("texts", (int?)null)], saved!.Policies.Select(p => (p.Dataset, p.Days)));
        Assert.Empty(card.FindAll(".save-bar"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("a week")]
    [InlineData("40000")]
    public async Task What_is_no_number_of_days_cannot_be_saved(string typed)
    {
        var card = Render<PoliciesCard>(p => p.Add(c => c.Model, Model));
        await card.InvokeAsync(() => card.Find("#keep-raw").Input(typed));
        Assert.Equal("true", card.Find("#keep-raw").GetAttribute("aria-invalid"));
        Assert.True(card.Find(".save-bar .primary").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_run_is_asked_about_before_it_begins()
    {
        var (ran, preview) = (0, new RetentionPreview("p", null, [new PlannedTable("raw", 1_234, 5_000, null, null)]));
        var card = Render<PreviewCard>(p => p.Add(c => c.Preview, preview).Add(c => c.OnRun, () => ran++));
        await card.InvokeAsync(() => card.Find(".btn.danger").Click());
        Assert.Equal(0, ran);
        await card.InvokeAsync(() => card.Find(".callout .btn.danger").Click());
        Assert.Equal(1, ran);
    }
}
