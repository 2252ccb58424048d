using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observatory.Core.Hosting;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Maintenance;

/// <summary>
/// Runs the jobs, one at a time and piece by piece, once requests are answered. Registered after the writer, so that it stops first. A piece that failed is
/// tried again
/// from the place that is stored: for ever where the store may take it later, else some times.
/// </summary>
internal sealed class MaintenanceService(
    MaintenanceJobs jobs, EventWriter writer, StoreErrors errors, IHostApplicationLifetime lifetime, ServiceFigures figures, TimeProvider clock,
    ILogger<MaintenanceService> log) : RestartedService(figures, clock, log)
{
    private const int MostFailures = 3;

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _log = log;

    /// <summary>Between two notes of how far a job is, where its pieces are no transactions.</summary>
    private static readonly TimeSpan s_note = TimeSpan.FromSeconds(1);

    protected override string Name => ServiceNames.Maintenance;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await lifetime.ServingAsync(stoppingToken).ConfigureAwait(false);
        foreach (var step in jobs.Steps)
        {
            if (await step.IsDueAsync(stoppingToken).ConfigureAwait(false)) await jobs.AskAsync(step.Name, cancel: stoppingToken).ConfigureAwait(false);
        }
        while (true)
        {
            // Taken before the look: an order that comes between the two is not missed.
            var changed = jobs.Changed;
            var job = await jobs.NextAsync(stoppingToken).ConfigureAwait(false);
            if (job is not null) await Task.Run(() => TryAsync(job, stoppingToken), stoppingToken).ConfigureAwait(false);
            else await changed.WaitAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task TryAsync(MaintenanceJob job, CancellationToken cancel)
    {
        if (jobs.StepOf(job) is not { } step)
        {
            await jobs.FailAsync(job, "This version of the program does not know the step.", isLast: true, cancel).ConfigureAwait(false);
            return;
        }
        try
        {
            await RunAsync(step, job, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            await FailAsync(job, e, cancel).ConfigureAwait(false);
        }
    }

    private async Task FailAsync(MaintenanceJob job, Exception error, CancellationToken cancel)
    {
        var failures = (await jobs.FindAsync(job.Id, cancel).ConfigureAwait(false))?.Failures ?? job.Failures;
        var isLast = !errors.IsUnavailable(error) && failures + 1 >= MostFailures;
        _log.LogError(error, "Maintenance “{Step}” failed ({Reason}) and is {Outcome}", job.Step, error.Message, isLast ? "given up" : "tried again");
        await jobs.FailAsync(job, error.Message, isLast, cancel).ConfigureAwait(false);
        if (!isLast) await Task.Delay(RetryPlan.PauseAfter(failures + 1, RetryPlan.LongestPause), _clock, cancel).ConfigureAwait(false);
    }

    private async Task RunAsync(IMaintenanceStep step, MaintenanceJob job, CancellationToken cancel)
    {
        await jobs.BeginAsync(job, cancel).ConfigureAwait(false);
        var (began, noted) = (_clock.GetTimestamp(), _clock.GetTimestamp());
        await foreach (var piece in step.PiecesAsync(job, cancel).ConfigureAwait(false))
        {
            job = await DoAsync(piece, job, cancel).ConfigureAwait(false);
            if (piece.Work is null && (piece.Standstill is not null || _clock.GetElapsedTime(noted) >= s_note))
            {
                await jobs.NoteAsync(job, cancel).ConfigureAwait(false);
                noted = _clock.GetTimestamp();
            }
            var rest = MaintenancePacing.RestAfter(_clock.GetElapsedTime(began), writer.Figures.QueueDepth > 0);
            await Task.Delay(rest, cancel).ConfigureAwait(false);
            // Cancelled, or another goes first: it is taken up again where it was left.
            if (await jobs.NextAsync(cancel).ConfigureAwait(false) is not { } next || next.Id != job.Id)
            {
                await jobs.NoteAsync(job, cancel).ConfigureAwait(false);
                return;
            }
            began = _clock.GetTimestamp();
        }
        await jobs.NoteAsync(job, cancel).ConfigureAwait(false);
        await jobs.EndAsync(job, cancel).ConfigureAwait(false);
    }

    /// <returns>The job as it is behind the piece.</returns>
    private async Task<MaintenanceJob> DoAsync(MaintenancePiece piece, MaintenanceJob job, CancellationToken cancel)
    {
        if (piece.Work is { } work)
        {
            await writer.InTransactionAsync(state =>
            {
                work(state);
                var after = After(piece, job);
                state.Rows.Write(new MaintenancePlace(after.Id, after.Place, after.Done, after.Total));
            }, cancel).ConfigureAwait(false);
        }
        else if (piece.Standstill is { } standstill) await writer.StandStillAsync(standstill, cancel).ConfigureAwait(false);
        return After(piece, job);
    }

    private static MaintenanceJob After(MaintenancePiece piece, MaintenanceJob job) =>
        job with { Place = piece.Place ?? job.Place, Done = job.Done + piece.Done, Total = piece.Total > 0 ? piece.Total : job.Total };
}
