using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observatory.Core.Accounts;
using Observatory.Core.Hosting;
using Observatory.Core.Storage;

namespace Observatory.Core.Exports.Jobs;

/// <summary>
/// Makes the files that were asked for, one at a time, once requests are answered. What was in work when the program ended is made again; a file has its name
/// only when it is whole.
/// </summary>
internal sealed class ExportService(
    ExportJobs jobs, ExportFolder folder, AnalyticsReads reads, AnalyticsTracker tracker, StoreErrors errors, IHostApplicationLifetime lifetime,
    ServiceFigures figures, Askers askers, TimeProvider clock, ILogger<ExportService> log) : RestartedService(figures, clock, log)
{
    /// <summary>An export that ends the program is not tried for ever.</summary>
    private const int MostTries = 3;

    private static readonly TimeSpan s_kept = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_remembered = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_look = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _log = log;

    protected override string Name => ServiceNames.Exports;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await lifetime.ServingAsync(stoppingToken).ConfigureAwait(false);
        folder.RemoveParts();
        await jobs.RecoverAsync(MostTries, stoppingToken).ConfigureAwait(false);
        while (true)
        {
            // Taken before the look: what comes between the two is not missed.
            var changed = jobs.Changed;
            await jobs.ExpireAsync(s_remembered, stoppingToken).ConfigureAwait(false);
            if (await jobs.BeginAsync(stoppingToken).ConfigureAwait(false) is { } next)
            {
                await Task.Run(() => MakeAsync(next.Job, next.Owner, next.Run, stoppingToken), stoppingToken).ConfigureAwait(false);
                continue;
            }
            try
            {
                await changed.WaitAsync(s_look, _clock, stoppingToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Time to look for what has expired.
            }
        }
    }

    private async Task MakeAsync(ExportJob job, ExportOwner owner, ExportRun run, CancellationToken stopping)
    {
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, run.Cancelled);
            var (rows, bytes) = await WriteAsync(job, owner, run, ending.Token).ConfigureAwait(false);
            if (!await jobs.EndAsync(job.Id, rows, bytes, null, s_kept, stopping).ConfigureAwait(false)) folder.Remove(job.Id);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It is made again by the next start.
            throw;
        }
        catch (OperationCanceledException) when (run.Cancelled.IsCancellationRequested)
        {
            folder.Remove(job.Id);
        }
        catch (Exception e)
        {
            folder.Remove(job.Id);
            _log.LogError(e, "The export {Id} of {Dataset} failed", job.Id, job.Request.Dataset);
            await jobs.EndAsync(job.Id, run.Rows, 0, Reason(e), s_kept, stopping).ConfigureAwait(false);
            if (errors.IsUnavailable(e)) await Task.Delay(s_pause, _clock, stopping).ConfigureAwait(false);
        }
        finally
        {
            jobs.Forget(job.Id);
        }
    }

    private async Task<(long Rows, long Bytes)> WriteAsync(ExportJob job, ExportOwner owner, ExportRun run, CancellationToken cancel)
    {
        var format = ExportFormats.Find(job.Format) ?? throw new NotSupportedException($"This version of the program does not know the format {job.Format}.");
        var engine = new AnalyticsEngine(new OneAsker(await askers.FindAsync(owner.Id, owner.Asker, cancel).ConfigureAwait(false)), reads, tracker);
        var table = await Exporter.OpenAsync(engine, job.Request, format, cancel).ConfigureAwait(false);
        await using (table.ConfigureAwait(false))
        {
            var file = folder.Create(job.Id);
            await using (file.ConfigureAwait(false))
            {
                run.Begin(table, file);
                await format.WriteAsync(table, file, cancel).ConfigureAwait(false);
                await file.FlushAsync(cancel).ConfigureAwait(false);
                var bytes = file.Position;
                file.Flush(flushToDisk: true);
                await file.DisposeAsync().ConfigureAwait(false);
                folder.Finish(job.Id);
                return (table.RowsRead, bytes);
            }
        }
    }

    private static string Reason(Exception error) => error switch
    {
        IOException => $"The file could not be written: {error.Message}",
        WithheldException => "Too few people were active for a viewer to see figures of them.",
        UnknownUserException => "A filter names somebody whom its owner does not see by this name.",
        UnauthorizedAccessException => "Who asked for it may not see this any more.",
        _ => error.Message,
    };

    private sealed class OneAsker(Asker asker) : IAskerSource
    {
        public Asker Current => asker;
    }
}
