using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Realtime;
using Observatory.Tests.Support;
using Observatory.Web.Components.Shared;

namespace Observatory.Tests.Components;

/// <summary>What the pages of conversations need to be drawn without a server or a browser.</summary>
public abstract class ConversationContext : BunitContext
{
    protected ConversationContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        foreach (var module in new[] { "shell", "charts", "turns" }) JSInterop.SetupModule($"./js/{module}.js").Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<ReaderState>();
        Services.AddScoped<Web.Components.Shared.Browser>();
        Services.AddSingleton(Broadcaster);
        Services.AddSingleton(new ImportProgress());
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        Services.AddSingleton<IMetricsCalculator>(_ => Metrics);
    }

    internal FakeMetrics Metrics { get; } = new();

    protected FakeTimeProvider Clock { get; } = new(FakeMetrics.Now);

    protected AnalyticsBroadcaster Broadcaster { get; } = new();

    protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    protected void Publish(params string[] conversations) =>
        Broadcaster.Publish(new ChangeNotice(2, conversations.ToHashSet(), false, 1, FakeMetrics.Now));
}
