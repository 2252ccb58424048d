using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Observatory.Web.Hosting;

internal static class HostingRegistration
{
    public static void AddObservatoryHosting(
        this IServiceCollection services, IConfiguration configuration, DataDirectory data, DataDirectoryLock ownership, ListenAddresses addresses)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(data);
        services.AddSingleton(addresses);
        services.AddSingleton(addresses.Otlp);
        // Through a factory, so that the container ends the lock, after all that was made later.
        services.AddSingleton(_ => ownership);

        var gate = new StartGate();
        services.AddSingleton(gate);
        services.AddLogging(gate.Quieten);

        services.AddDataProtection().SetApplicationName("Observatory").PersistKeysToFileSystem(new DirectoryInfo(data.Keys));
        services.Configure<HostOptions>(o =>
        {
            o.ShutdownTimeout = TimeSpan.FromSeconds(8);
            // A service of ours is started again where it fails; one of somebody else's must not end the program either.
            o.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        services.AddSecurityHeaders();
        // Who is told to listen under a name or address answers to it; the link on the console names it.
        services.PostConfigure<HostFilteringOptions>(o =>
        {
            if (!o.AllowedHosts.Contains("*")) o.AllowedHosts = [.. o.AllowedHosts, .. addresses.Hosts];
        });
        services.AddErrorAnswers();
        services.AddObservatoryRateLimits();
        services.AddHsts(_ => { });
        services.AddHealthChecks().AddCheck<ReadinessCheck>("figures", null, [], ReadinessCheck.Patience);
        services.AddHostedService<HeartbeatService>();
        services.AddHostedService<ImportAftermath>();
        services.AddHostedService<Greeting>();
        UnknownSettings.Register(services, configuration);
    }
}
