using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;
using Observatory.Core;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Realtime;
using Observatory.Tests.Support;
using Observatory.Web.Components.Shared;

namespace Observatory.Tests.Components;

/// <summary>What a list page needs to be drawn without a server or a browser.</summary>
public abstract class ListPageContext : BunitContext
{
    protected ListPageContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule("./js/shell.js").Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule("./js/charts.js").Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<ReaderState>();
        Services.AddScoped<Web.Components.Shared.Browser>();
        Services.AddSingleton<AnalyticsBroadcaster>();
        Services.AddSingleton(Import);
        Services.AddSingleton<TimeProvider>(new FakeTimeProvider(FakeLists.Now));
        Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(NullLoggerFactory.Instance);
        Services.AddSingleton(new ObservatoryOptions());
        Services.AddSingleton<IMetricsCalculator>(_ => Lists);
        Services.AddSingleton<IListFigures>(_ => Lists);
        Services.AddSingleton<IExpiringFiles>(_ => Lists);
    }

    internal FakeLists Lists { get; } = new();

    protected ImportProgress Import { get; } = new();

    protected IRenderedComponent<TPage> Open<TPage>(string address) where TPage : IComponent
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<TPage>();
    }

    /// <summary>Texts of the first column, in order.</summary>
    protected static IReadOnlyList<string> FirstColumn(IRenderedComponent<IComponent> page) =>
        [.. page.FindAll("table tbody tr td:first-child").Select(td => td.TextContent.Trim())];

    protected void FoundNothing() => Import.Update(p => p with { Roots = [new RootSnapshot("/home/ann/.claude/projects", "ann", true, 0, 0, null)] });

    protected static OverviewFigures Figures(long tokens, decimal? cost, long unpriced = 0) =>
        new() { TotalConversations = 3, TotalMessages = 40, AssistantMessages = 30, TotalTokens = tokens, InputTokens = tokens, TotalCost = cost, UnpricedTokens = unpriced, ToolCalls = 20, ToolErrors = 2 };
}
