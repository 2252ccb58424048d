using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core;
using Observatory.Core.Accounts;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Metrics.Live;
using Observatory.Tests.Support;

namespace Observatory.Tests.Components;

/// <summary>What a list page needs besides.</summary>
public abstract class ListPageContext : PageContext
{
    protected ListPageContext() : base(FakeLists.Now, "shell", "charts")
    {
        Services.AddSingleton(new ObservatoryOptions());
        Services.AddSingleton<Observatory.Core.Pricing.IPriceBook>(Observatory.Core.Pricing.PriceBook.Default);
        Services.AddSingleton<IMetricsCalculator>(_ => Lists);
        Services.AddSingleton<IListFigures>(_ => Lists);
        Services.AddSingleton<IExpiringFiles>(_ => Lists);
        Services.AddSingleton<IKeptFigures>(_ => Kept);
        Services.AddSingleton<ISessionStatuses>(_ => Statuses);
        Services.AddSingleton<IAccountStore>(Accounts);
        Services.AddSingleton<ApiKeyService>();
        SignIn(Core.Accounts.UserRole.Admin);
    }

    internal FakeLists Lists { get; } = new();

    internal FakeKept Kept { get; } = new();

    internal FakeStatuses Statuses { get; } = new();

    internal FakeAccounts Accounts { get; } = new();


    protected IRenderedComponent<TPage> Open<TPage>(string address) where TPage : IComponent
    {
        Navigation.NavigateTo(address);
        return Render<TPage>();
    }

    /// <summary>Texts of the first column, in order.</summary>
    protected static IReadOnlyList<string> FirstColumn(IRenderedComponent<IComponent> page) =>
        [.. page.FindAll("table tbody tr td:first-child").Select(td => td.TextContent.Trim())];

    protected void FoundNothing() => Import.Update(p => p with { Roots = [new RootSnapshot("/home/ann/.claude/projects", "ann", true, 0, 0, null)] });

    protected static OverviewFigures Figures(long tokens, decimal? cost, long unpriced = 0) =>
        new() { TotalConversations = 3, TotalMessages = 40, AssistantMessages = 30, TotalTokens = tokens, InputTokens = tokens, TotalCost = cost,
            UnpricedTokens = unpriced, ToolCalls = 20, ToolErrors = 2 };
}
