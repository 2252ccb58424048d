using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Observatory.Core.Demo;

/// <summary>
/// Runs the fill behind the start. Whether the instance is empty is asked before anything else may write; the writing itself delays
/// nobody.
/// </summary>
internal sealed class DemoService(DemoFill fill, ObservatoryOptions options, ILogger<DemoService> log) : BackgroundService
{
    private DateTimeOffset? _end;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Demo) return;
        _end = await fill.FindEndAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_end is not { } end)
        {
            log.LogInformation("Observatory:Demo is set, but there is data here already: no demo data is added");
            return;
        }
        await Task.Yield();
        try
        {
            await fill.WriteAsync(end, stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The program is useful without it; the next start goes on.
            log.LogWarning(e, "Demo data could not be written");
        }
    }
}
