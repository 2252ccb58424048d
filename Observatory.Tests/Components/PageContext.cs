using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;
using Observatory.Core.Accounts;
using Observatory.Core.Auditing;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Realtime;
using Observatory.Core.Storage.Rework;
using Observatory.Tests.Support;
using Observatory.Web.Auditing;
using Observatory.Web.Components.Shared;

namespace Observatory.Tests.Components;

/// <summary>What every page needs to be drawn without a server or a browser; contexts of pages add the figures.</summary>
public abstract class PageContext : BunitContext
{
    // Its second is too short on a machine that does much else.
    static PageContext() => DefaultWaitTimeout = Patience.Usual;

    /// <param name="now">Where the clock stands.</param>
    /// <param name="modules">Scripts that the pages load; calls to them do nothing.</param>
    protected PageContext(DateTimeOffset now, params string[] modules)
    {
        Clock = new FakeTimeProvider(now);
        JSInterop.Mode = JSRuntimeMode.Loose;
        foreach (var module in modules) JSInterop.SetupModule($"./js/{module}.js").Mode = JSRuntimeMode.Loose;
        // A page alone has no place for what floats; tests that need it render it.
        Services.AddMudServices(mud => mud.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton<ReaderState>();
        Services.AddScoped<Web.Components.Shared.Browser>();
        Services.AddSingleton(MetricCatalogue.Default);
        Services.AddScoped(Engines.Of);
        Services.AddSingleton(Broadcaster);
        Services.AddSingleton(Import);
        Services.AddSingleton(new Observatory.Core.Alerts.AlertBoard());
        Services.AddSingleton(Rework);
        Services.AddSingleton<IAudit>(Audit);
        Services.AddScoped<Auditor>();
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
    }

    private UserRole? _role;

    protected FakeTimeProvider Clock { get; }

    internal HeardAudit Audit { get; } = new();

    protected AnalyticsBroadcaster Broadcaster { get; } = new();

    protected ImportProgress Import { get; } = new();

    protected ReworkFigures Rework { get; } = new();

    /// <summary>Who looks at the page.</summary>
    protected void SignIn(UserRole role)
    {
        if (_role is null)
        {
            Services.AddCascadingValue(_ =>
                Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ann"),
                new Claim(ClaimTypes.Role, _role.ToString()!)], "test")))));
        }
        _role = role;
    }

    /// <summary>Chooses in the library's select or field of suggestions whose input has this id.</summary>
    protected static Task ChooseAsync<TValue>(IRenderedComponent<IComponent> page, string id, TValue value) =>
        page.InvokeAsync(() => page.FindComponents<MudBaseInput<TValue>>().First(c => c.FindAll($"#{id}").Count > 0).Instance.ValueChanged.InvokeAsync(value));

    protected NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();
}
