using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage;

namespace Observatory.Core.Demo;

/// <summary>
/// Fills an empty instance with a made-up month. One that was interrupted is finished: the session ids say which month it was, and what
/// is there already has the same keys.
/// </summary>
public sealed class DemoFill(IDbContextFactory<ObservatoryContext> contexts, IEventSink sink, TimeProvider clock, ILogger<DemoFill> log)
{
    /// <summary>Where the month ends that may be written here, or null where the instance holds data of its own.</summary>
    public async Task<DateTimeOffset?> FindEndAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (await db.Conversations.AnyAsync(c => !EF.Functions.Like(c.SessionId, DemoMonth.IdPrefix + "%"), cancel).ConfigureAwait(false)) return null;
        var known = await db.Conversations.OrderBy(c => c.Id).Select(c => c.SessionId).FirstOrDefaultAsync(cancel).ConfigureAwait(false);
        return known is null ? clock.GetUtcNow() : DemoMonth.EndOf(known);
    }

    /// <summary>Writes the month; returns when all of it is committed.</summary>
    public async Task WriteAsync(DateTimeOffset end, CancellationToken cancel)
    {
        var written = new List<Task>();
        var events = 0;
        foreach (var batch in new DemoMonth(DemoMonth.DefaultSeed, end).Batches())
        {
            cancel.ThrowIfCancellationRequested();
            await sink.WriteAsync(batch, cancel).ConfigureAwait(false);
            written.Add(batch.Committed);
            events += batch.Events.Count;
        }
        await Task.WhenAll(written).WaitAsync(cancel).ConfigureAwait(false);
        log.LogInformation("Demo data is in place: {Events} made-up events of {Days} days", events, DemoMonth.Days);
    }
}
