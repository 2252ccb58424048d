using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Deliveries;

internal sealed partial class DeliveryLedger
{
    public async Task<long?> NextTryAsync(string kind, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        // What somebody holds comes back when the lease ends.
        return await db.Deliveries.Where(d => d.Kind == kind && d.State == DeliveryState.Due)
            .MinAsync(d => (long?)(d.NextTryAt > d.LeaseUntil ? d.NextTryAt : d.LeaseUntil), cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<DeliveryEntity>> UntriedAsync(string kind, long before, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Deliveries.Where(d => d.Kind == kind && d.State == DeliveryState.Due && d.Attempts == 0 && d.NextTryAt < before)
            .OrderBy(d => d.NextTryAt).ThenBy(d => d.Id).Take(100).ToListAsync(cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<OccurrenceHistory>> HistoryAsync(string kind, string sourceId, int limit, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var occurrences = await db.Occurrences.Where(o => o.Kind == kind && o.SourceId == sourceId).OrderByDescending(o => o.DueAt).ThenByDescending(o => o.Id)
            .Take(limit).ToListAsync(cancel).ConfigureAwait(false);
        var ids = occurrences.Select(o => o.Id).ToArray();
        var deliveries = (await db.Deliveries.Where(d => EF.Parameter(ids).Contains(d.OccurrenceId)).OrderBy(d => d.Id).ToListAsync(cancel)
            .ConfigureAwait(false))
            .ToLookup(d => d.OccurrenceId);
        return [.. occurrences.Select(o => new OccurrenceHistory(o, [.. deliveries[o.Id]]))];
    }

    public async Task<OccurrenceHistory?> FindAsync(string kind, string sourceId, string occurrence, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var row = await db.Occurrences.FirstOrDefaultAsync(o => o.Kind == kind && o.SourceId == sourceId && o.Occurrence == occurrence, cancel)
            .ConfigureAwait(false);
        if (row is null) return null;
        return new OccurrenceHistory(row, await db.Deliveries.Where(d => d.OccurrenceId == row.Id).OrderBy(d => d.Id).ToListAsync(cancel)
            .ConfigureAwait(false));
    }

    public Task<int> ForgetAsync(long before, CancellationToken cancel = default) => WriteAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        var old = db.Occurrences.Where(o => o.EndedAt != null && o.EndedAt < before);
        await db.KeptMails.Where(m => old.Any(o => o.Id == m.OccurrenceId)).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await db.Deliveries.Where(d => old.Any(o => o.Id == d.OccurrenceId)).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        var gone = await old.ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return gone;
    }, cancel);

    public Task ForgetAsync(string kind, string sourceId, CancellationToken cancel = default) => WriteAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await DeliveryRows.ForgetAsync(db, kind, sourceId, cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return 0;
    }, cancel);
}
