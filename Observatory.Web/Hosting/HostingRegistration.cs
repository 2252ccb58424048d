using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Observatory.Core;

namespace Observatory.Web.Hosting;

internal static class HostingRegistration
{
    public static void AddObservatoryHosting(
        this IServiceCollection services, IConfiguration configuration, ObservatoryOptions settings, DataDirectory data, DataDirectoryLock ownership,
        ListenAddresses addresses)
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
        services.AddLogging(CircuitFailures.Listen);

        services.AddDataProtection().SetApplicationName("Observatory");
        services.AddSingleton<KeyFiles>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, KeyFilesSetup>();
        services.AddHostedService<KeyRingCheck>();
        services.Configure<HostOptions>(o =>
        {
            o.ShutdownTimeout = TimeSpan.FromSeconds(8);
            // A service of ours is started again where it fails; one of somebody else's must not end the program either.
            o.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        services.AddHostNames();
        services.AddSecurityHeaders();
        // Who is told to listen under a name or address answers to it; the link on the console names it.
        services.PostConfigure<HostFilteringOptions>(o =>
        {
            if (!o.AllowedHosts.Contains("*")) o.AllowedHosts = [.. o.AllowedHosts, .. addresses.Hosts];
        });
        services.AddForwarding(settings);
        services.AddSingleton<OriginCheck>();
        services.AddErrorAnswers();
        services.AddObservatoryRateLimits();
        services.AddSingleton<LiveConnections>();
        services.AddSingleton<HeavyAnswers>();
        services.AddHsts(_ => { });
        services.AddHealthChecks().AddCheck<ReadinessCheck>("figures", null, [], ReadinessCheck.Patience);
        services.AddHostedService<ZoneCheck>();
        services.AddHostedService<HeartbeatService>();
        services.AddHostedService<Aftermath>();
        services.AddHostedService<Greeting>();
        services.AddHostedService<Hangup>();
        services.AddQuietConsole();
        UnknownSettings.Register(services, configuration);
    }
}
