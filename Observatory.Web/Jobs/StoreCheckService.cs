using Observatory.Core;
using Observatory.Core.Hosting;
using Observatory.Core.Storage;

namespace Observatory.Web.Jobs;

/// <summary>After an end that was none (a kill, a power cut) looks through the database, once pages are served and beside them.</summary>
internal sealed class StoreCheckService(
    IStoreCheck check, IHostApplicationLifetime lifetime, ServiceFigures figures, TimeProvider clock, ILogger<StoreCheckService> log)
    : RestartedService(figures, clock, log)
{
    private readonly ILogger _log = log;

    protected override string Name => ServiceNames.StoreCheck;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        if (!check.IsDue) return;
        await lifetime.ServingAsync(stoppingToken);
        if ((await check.RunAsync(stoppingToken)).Count == 0)
            _log.LogInformation("The program before this one was ended without closing the database; it was checked, and it is whole");
    }
}
