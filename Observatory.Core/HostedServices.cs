using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observatory.Core.Auditing;
using Observatory.Core.Hosting;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Core.Ingestion.Uploads;
using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Prices;
using Observatory.Core.Storage.Redaction;
using Observatory.Core.Storage.Rework;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core;

/// <summary>Brings the database up to date before any other service starts.</summary>
internal sealed class DatabaseStart(IStoreStart store, UploadFolder uploads, ILogger<DatabaseStart> log) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await store.PrepareAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            uploads.Clear();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("What an earlier upload left could not be removed: {Message}", e.Message);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Runs the writer of the audit log from the moment the database is up to date; at the end it writes what waits.</summary>
internal sealed class AuditService(AuditLog audit, ServiceFigures figures, TimeProvider clock, ILogger<AuditService> log) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private Task _run = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        audit.Begin();
        _run = Task.Run(() => Restarts.RunAsync(ServiceNames.Audit, audit.RunAsync, figures, clock, log, _end.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Behind everybody who may still have something to record.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        audit.TryWrite();
    }

    public void Dispose() => _end.Dispose();
}

/// <summary>Runs the writer; at the end it writes what waits, and gives up only when the host's time is over.</summary>
internal sealed class WriterService(
    EventWriter writer, OwnPrices prices, OwnRedaction redaction, ServiceFigures figures, TimeProvider clock, ILogger<WriterService> log)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _abandon = new();
    private Task _run = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        prices.Load();
        redaction.Load();
        // On a thread of its own: a transaction blocks it for its whole length.
        _run = Task.Factory.StartNew(
            () => Restarts.RunAsync(ServiceNames.Writer, writer.RunAsync, figures, clock, log, _abandon.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        writer.Complete();
        try
        {
            await _run.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await _abandon.CancelAsync().ConfigureAwait(false);
            await _run.ConfigureAwait(false);
        }
    }

    public void Dispose() => _abandon.Dispose();
}

/// <summary>Runs the transcript source. Registered after the writer, so that it stops first.</summary>
internal sealed class TranscriptService(
    TranscriptSource source, IHostApplicationLifetime lifetime, ServiceFigures figures, TimeProvider clock, ILogger<TranscriptService> log)
    : RestartedService(figures, clock, log)
{
    protected override string Name => ServiceNames.Transcripts;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        // An import takes every core, and a start that waits for it is a slow one.
        await lifetime.ServingAsync(stoppingToken).ConfigureAwait(false);
        await Task.Run(() => source.RunAsync(stoppingToken), stoppingToken).ConfigureAwait(false);
    }
}

/// <summary>Brings stored texts to what is kept today, once pages are served and beside them.</summary>
internal sealed class ReworkService(
    IStoredTexts texts, IHostApplicationLifetime lifetime, ServiceFigures figures, TimeProvider clock, ILogger<ReworkService> log)
        : RestartedService(figures, clock, log)
{
    protected override string Name => ServiceNames.Rework;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await lifetime.ServingAsync(stoppingToken).ConfigureAwait(false);
        await Task.Run(() => texts.RunAsync(stoppingToken), stoppingToken).ConfigureAwait(false);
    }
}

/// <summary>Keeps the sums of days up to date, once pages are served and beside them.</summary>
internal sealed class DaySumService(
    DaySumUpkeep upkeep, IHostApplicationLifetime lifetime, ServiceFigures figures, TimeProvider clock, ILogger<DaySumService> log)
        : RestartedService(figures, clock, log)
{
    protected override string Name => ServiceNames.DaySums;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await lifetime.ServingAsync(stoppingToken).ConfigureAwait(false);
        await Task.Run(() => upkeep.RunAsync(stoppingToken), stoppingToken).ConfigureAwait(false);
    }
}

/// <summary>For services whose work may begin when the start is over.</summary>
public static class HostStart
{
    /// <summary>Ends when requests are answered; at once where they are already.</summary>
    public static async Task ServingAsync(this IHostApplicationLifetime lifetime, CancellationToken cancel)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult).ConfigureAwait(false);
        await started.Task.WaitAsync(cancel).ConfigureAwait(false);
    }
}
