using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Metrics;

namespace Observatory.Core;

/// <summary>Stands in until the real registration of the core takes this file's place.</summary>
public static class ObservatoryCore
{
    public static IServiceCollection AddObservatoryCore(this IServiceCollection services, ObservatoryOptions options, string dataDirectory)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(dataDirectory);
        return services.AddSingleton<IHeartbeat, Silent>().AddSingleton<INightlyRecount, Silent>();
    }

    private sealed class Silent : IHeartbeat, INightlyRecount
    {
        public Task BeatAsync(CancellationToken cancel) => Task.CompletedTask;

        public Task<RecountResult> RunAsync(CancellationToken cancel) => Task.FromResult(new RecountResult(default, 0, 0));
    }
}
