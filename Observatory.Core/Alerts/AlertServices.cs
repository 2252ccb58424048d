using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observatory.Core.Hosting;

namespace Observatory.Core.Alerts;

/// <summary>Looks at all rules, again and again.</summary>
internal sealed class AlertService(
    AlertRounds rounds, AlertStore store, IHostApplicationLifetime lifetime, ServiceFigures figures, TimeProvider clock, ILogger<AlertService> log)
    : RestartedService(figures, clock, log)
{
    /// <summary>How often what is old is looked for, in rounds.</summary>
    private const int Tidying = 500;

    private readonly TimeProvider _clock = clock;

    protected override string Name => ServiceNames.Alerts;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await lifetime.ServingAsync(stoppingToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(rounds.Interval, _clock);
        for (var round = 0; ; round++)
        {
            // SQLite answers on the thread that asks.
            await Task.Run(() => rounds.RunAsync(stoppingToken), stoppingToken).ConfigureAwait(false);
            if (round % Tidying == 0) await store.ForgetAsync(stoppingToken).ConfigureAwait(false);
            await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
        }
    }
}

/// <summary>Sends messages when they are due.</summary>
internal sealed class AlertSending(
    AlertSender sender, AlertRounds rounds, AlertBell bell, IHostApplicationLifetime lifetime, ServiceFigures figures, TimeProvider clock,
        ILogger<AlertSending> log)
    : RestartedService(figures, clock, log)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _clock = clock;

    protected override string Name => ServiceNames.AlertMessages;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await lifetime.ServingAsync(stoppingToken).ConfigureAwait(false);
        while (!stoppingToken.IsCancellationRequested)
        {
            var rung = bell.Rung;
            await Task.Run(() => rounds.ShowAsync(stoppingToken), stoppingToken).ConfigureAwait(false);
            await Task.Run(() => sender.RunAsync(stoppingToken), stoppingToken).ConfigureAwait(false);
            var next = await sender.NextAsync(stoppingToken).ConfigureAwait(false);
            var pause = next is { } at ? TimeSpan.FromMilliseconds(Math.Clamp(at - _clock.GetUtcNow().ToUnixTimeMilliseconds(), 50,
                (long)s_look.TotalMilliseconds))
                : s_look;
            await Task.WhenAny(rung, Task.Delay(pause, _clock, stoppingToken)).ConfigureAwait(false);
        }
    }
}
