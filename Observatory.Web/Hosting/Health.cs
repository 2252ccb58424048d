using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Observatory.Core.Hosting;
using Observatory.Core.Storage;

namespace Observatory.Web.Hosting;

internal static class Health
{
    /// <summary>Status only: nothing about the data, so that no identity is needed.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous().DisableRateLimiting();
        app.MapHealthChecks("/health/ready").AllowAnonymous().DisableRateLimiting();
    }
}

/// <summary>Ready = the store answers, and takes what comes.</summary>
internal sealed class ReadinessCheck(
    IReadSnapshots snapshots, WriterFigures writer, StoreHealth store, ServiceFigures services, ILogger<ReadinessCheck> log) : IHealthCheck
{
    private string? _said;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (writer.IsFailing || services.IsDown(ServiceNames.Writer)) return Task.FromResult(HealthCheckResult.Unhealthy());
        try
        {
            snapshots.Probe();
        }
        catch (Exception e)
        {
            // Probes come every few seconds, and each would say the same.
            if (e is not StoreLostException && Interlocked.Exchange(ref _said, e.Message) != e.Message)
                log.LogError("The store does not answer: {Reason}", e.Message);
            return Task.FromResult(HealthCheckResult.Unhealthy());
        }
        Volatile.Write(ref _said, null);
        return Task.FromResult(store.IsWell ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
}
