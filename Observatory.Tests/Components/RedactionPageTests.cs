using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Privacy.Own;
using Observatory.Core.Storage.Redaction;
using Observatory.Web.Components.Pages.Redaction;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class RedactionPageTests : ListPageContext
{
    private readonly FakeRedaction _redaction = new();

    public RedactionPageTests() => Services.AddSingleton<IOwnRedaction>(_redaction);

    private sealed class FakeRedaction : IOwnRedaction
    {
        public IReadOnlyList<OwnRule> Rules { get; set; } = [];

        public Task ReplaceAsync(IReadOnlyList<OwnRule> wanted, CancellationToken cancel = default)
        {
            OwnRuleTrial.Check(wanted);
            Rules = wanted;
            return Task.CompletedTask;
        }
    }

    private IRenderedComponent<RedactionPage> OpenEmpty()
    {
        var page = Open<RedactionPage>("/admin/redaction");
        page.WaitForAssertion(() => Assert.Contains("There is none", page.Find("tr.none").TextContent, StringComparison.Ordinal));
        return page;
    }

    [Fact]
    public void A_rule_is_tried_added_switched_off_and_removed()
    {
        var page = OpenEmpty();
        page.Find("#rule-name").Input("customer");
        page.Find("#rule-pattern").Input("CUST-[0-9]+");
        page.Find("#rule-sample").Input("Ask CUST-12 and CUST-3.");
        page.FindAll("form button").First(b => b.TextContent == "Try it").Click();
        page.WaitForAssertion(() => Assert.Equal("Ask [redacted:customer] and [redacted:customer].", page.Find("#rule-result").TextContent));
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["customer"], FirstColumn(page)));
        page.Find("button[aria-label='Switch customer off']").Click();
        page.WaitForAssertion(() => Assert.False(Assert.Single(_redaction.Rules).Enabled));
        page.WaitForElement("button[aria-label='Switch customer on']");
        page.Find("button[aria-label='Remove customer']").Click();
        page.WaitForAssertion(() => Assert.Empty(_redaction.Rules));
    }

    [Fact]
    public void A_rule_that_cannot_be_used_says_why()
    {
        var page = OpenEmpty();
        page.Find("#rule-name").Input("x");
        page.Find("#rule-pattern").Input("(");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("pattern does not compile", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(_redaction.Rules);
    }
}
