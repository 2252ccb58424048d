using MudBlazor;
using MudBlazor.Services;
using Observatory.Web.Components.Pages.Conversations;
using Observatory.Web.Components.Shared;
using Observatory.Web.Filters;
using Observatory.Web.Hosting;

namespace Observatory.Web.Components;

internal static class ComponentRegistration
{
    public static IServiceCollection AddObservatoryComponents(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            // A page that lost its connection is kept for a minute's walk through a tunnel; a few of them, for each holds its figures.
            circuits.DisconnectedCircuitMaxRetained = 8;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
            circuits.PersistedCircuitInMemoryMaxRetained = 32;
        });
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
            mud.SnackbarConfiguration.VisibleStateDuration = 3_000;
            mud.SnackbarConfiguration.ShowTransitionDuration = 100;
            mud.SnackbarConfiguration.HideTransitionDuration = 100;
        });
        services.AddSingleton(s => new FilterFiles(
            s.GetRequiredService<DataDirectory>().Filters, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<FilterFiles>>()));
        services.AddSingleton<StoredFilters>();
        services.AddScoped<ReaderState>();
        services.AddScoped<Browser>();
        return services;
    }

    public static void MapObservatoryComponents(this WebApplication app)
    {
        app.MapConversationPrint();
        // The headers of the host say who may frame us; a second policy of the framework's own would only confuse.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
    }
}
