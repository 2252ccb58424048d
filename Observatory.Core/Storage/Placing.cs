using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Storage;

/// <summary>
/// After an upgrade from a version that counted each message in the folder it was written in: finds the project of what is stored, some conversations a
/// transaction, beside everything else. Where there is nothing to do it ends at once.
/// </summary>
internal sealed class Placing(
    IDbContextFactory<ObservatoryContext> contexts, IEventSink sink, IHostApplicationLifetime lifetime, ILogger<Placing> log) : BackgroundService
{
    private const int AtOnce = 50;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.ServingAsync(stoppingToken).ConfigureAwait(false);
        try
        {
            var placed = 0;
            for (var last = 0; await NextAsync(last, stoppingToken).ConfigureAwait(false) is { Count: > 0 } ids; last = ids[^1])
            {
                var batch = new EventBatch { Source = EventSource.Transcript };
                batch.Unplaced.AddRange(ids);
                await sink.WriteAsync(batch, stoppingToken).ConfigureAwait(false);
                await batch.Committed.WaitAsync(stoppingToken).ConfigureAwait(false);
                placed += ids.Count;
            }
            if (placed > 0) log.LogInformation("{Conversations} conversations that were stored before were given the project that they started in", placed);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What is left is tried at the next start; until then it counts as it did.
            log.LogWarning("Not all of what is stored was given its project ({Reason}); the next start goes on", e.Message);
        }
    }

    private async Task<List<int>> NextAsync(int last, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Conversations.Where(c => c.Id > last && c.StartRank < 0).OrderBy(c => c.Id).Select(c => c.Id).Take(AtOnce)
            .ToListAsync(cancel).ConfigureAwait(false);
    }
}
