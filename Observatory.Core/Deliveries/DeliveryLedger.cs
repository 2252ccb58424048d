using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Deliveries;

/// <summary>The ledger in the database. Conditions stand in the statements that change rows, so that of two who want one thing one gets it.</summary>
internal sealed partial class DeliveryLedger(IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock) : IDeliveryLedger
{
    private static readonly long s_lease = (long)IDeliveryLedger.Lease.TotalMilliseconds;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<bool> OpenAsync(
        NewOccurrence occurrence, OccurrenceState state, IReadOnlyList<string> recipients, string? note = null, CancellationToken cancel = default)
    {
        return await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            if (!await DeliveryRows.AddAsync(db, occurrence, state, recipients, note, Now, cancel).ConfigureAwait(false)) return false;
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return true;
        }, cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<Delivery>> ClaimAsync(string kind, string owner, int limit, CancellationToken cancel = default)
    {
        // Most looks find nothing, and a look is no write.
        if (await NextTryAsync(kind, cancel).ConfigureAwait(false) is not { } next || next > Now) return [];
        return await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            var now = Now;
            var ids = await db.Deliveries.Where(d => d.Kind == kind && d.State == DeliveryState.Due && d.NextTryAt <= now && d.LeaseUntil <= now)
                .OrderBy(d => d.NextTryAt).ThenBy(d => d.Id).Select(d => d.Id).Take(limit).ToArrayAsync(cancel).ConfigureAwait(false);
            if (ids.Length == 0) return (IReadOnlyList<Delivery>)[];
            await db.Deliveries.Where(d => EF.Parameter(ids).Contains(d.Id)).ExecuteUpdateAsync(s => s
                .SetProperty(d => d.LeaseOwner, owner).SetProperty(d => d.LeaseUntil, now + s_lease).SetProperty(d => d.Fence, d => d.Fence + 1), cancel)
                .ConfigureAwait(false);
            var rows = await db.Deliveries.Where(d => EF.Parameter(ids).Contains(d.Id)).OrderBy(d => d.NextTryAt).ThenBy(d => d.Id).ToListAsync(cancel)
                .ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return [.. rows.Select(r => new Delivery(
                r.Id, r.OccurrenceId, r.Kind, r.SourceId, r.Occurrence, r.Recipient, r.Attempts, r.MessageId, r.FirstTryAt, owner, r.Fence))];
        }, cancel).ConfigureAwait(false);
    }

    public Task RenewAsync(string owner, CancellationToken cancel = default) => WriteAsync(db =>
    {
        var until = Now + s_lease;
        return db.Deliveries.Where(d => d.LeaseOwner == owner && (d.State == DeliveryState.Due || d.State == DeliveryState.Sending) && d.LeaseUntil > Now)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.LeaseUntil, until), cancel);
    }, cancel);

    public Task ReleaseAsync(string owner, CancellationToken cancel = default) => WriteAsync(
        db => db.Deliveries.Where(d => d.LeaseOwner == owner && d.State == DeliveryState.Due).ExecuteUpdateAsync(Free, cancel), cancel);

    public Task<bool> BeginAsync(Delivery delivery, string channel, CancellationToken cancel = default) => WriteAsync(async db =>
    {
        var now = Now;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        var begun = await db.Deliveries.Where(d => d.Id == delivery.Id && d.Fence == delivery.Fence && d.State == DeliveryState.Due && d.LeaseUntil > now)
            .ExecuteUpdateAsync(s => s
                .SetProperty(d => d.State, DeliveryState.Sending).SetProperty(d => d.Attempts, d => d.Attempts + 1).SetProperty(d => d.Channel, channel)
                .SetProperty(d => d.FirstTryAt, d => d.FirstTryAt ?? now).SetProperty(d => d.LeaseUntil, now + s_lease), cancel).ConfigureAwait(false);
        if (begun == 0) return false;
        await db.Occurrences.Where(o => o.Id == delivery.OccurrenceId && o.State != OccurrenceState.Sending).ExecuteUpdateAsync(s => s
            .SetProperty(o => o.State, OccurrenceState.Sending).SetProperty(o => o.BegunAt, o => o.BegunAt ?? now), cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return true;
    }, cancel);

    public Task<bool> EndAsync(Delivery delivery, SendResult result, CancellationToken cancel = default)
    {
        var now = Now;
        var next = result.Verdict == SendVerdict.Later ? BackOff.NextTry(delivery.Attempts + 1, delivery.FirstTryAt ?? now, now) : null;
        var state = result.Verdict switch
        {
            SendVerdict.Sent => DeliveryState.Sent,
            SendVerdict.Unknown => DeliveryState.Uncertain,
            SendVerdict.Later when next is not null => DeliveryState.Due,
            _ => DeliveryState.Failed,
        };
        return CloseAsync(delivery, DeliveryState.Sending, state, next, result.Error, cancel);
    }

    public Task<bool> SuppressAsync(Delivery delivery, string why, CancellationToken cancel = default) =>
        CloseAsync(delivery, DeliveryState.Due, DeliveryState.Suppressed, null, why, cancel);

    public async Task<bool> PostponeAsync(Delivery delivery, string why, CancellationToken cancel = default)
    {
        // It counts as a try: what can never be made is given up like what is never taken.
        if (!await BeginAsync(delivery, "", cancel).ConfigureAwait(false)) return false;
        return await EndAsync(delivery, new SendResult(SendVerdict.Later, why), cancel).ConfigureAwait(false);
    }

    public Task<bool> SkipAsync(int occurrenceId, string why, CancellationToken cancel = default) => WriteAsync(async db =>
    {
        var now = Now;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        var began = await db.Deliveries.AnyAsync(d => d.OccurrenceId == occurrenceId && (d.State != DeliveryState.Due || d.Attempts > 0), cancel)
            .ConfigureAwait(false);
        if (began) return false;
        await db.Deliveries.Where(d => d.OccurrenceId == occurrenceId).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await db.Occurrences.Where(o => o.Id == occurrenceId).ExecuteUpdateAsync(s => s
            .SetProperty(o => o.State, OccurrenceState.Skipped).SetProperty(o => o.Note, why).SetProperty(o => o.EndedAt, now), cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return true;
    }, cancel);

    public async Task<int> JudgeAsync(string kind, string owner, bool isAlone, Func<DeliveryEntity, Found> find, CancellationToken cancel = default)
    {
        var now = Now;
        await using (var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false))
        {
            var any = await Stale(db, kind, owner, isAlone, now).AnyAsync(cancel).ConfigureAwait(false);
            if (!any) return 0;
        }
        return await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            var rows = await Stale(db, kind, owner, isAlone, now).ToListAsync(cancel).ConfigureAwait(false);
            foreach (var row in rows)
            {
                if (row.State == DeliveryState.Due)
                {
                    // It was only being prepared.
                    await db.Deliveries.Where(d => d.Id == row.Id).ExecuteUpdateAsync(Free, cancel).ConfigureAwait(false);
                    continue;
                }
                var (state, error) = find(row) switch
                {
                    Found.There => (DeliveryState.Sent, null),
                    Found.NotThere => (DeliveryState.Due, null),
                    _ => (DeliveryState.Uncertain, "The server ended while this was being sent; whether it was taken is not known."),
                };
                await EndRowAsync(db, row.Id, row.Fence, DeliveryState.Sending, state, now, error, cancel).ConfigureAwait(false);
                await DeliveryRows.CloseAsync(db, row.OccurrenceId, now, cancel).ConfigureAwait(false);
            }
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return rows.Count;
        }, cancel).ConfigureAwait(false);
    }

    public Task<bool?> ResendAsync(string kind, string sourceId, string occurrence, string recipient, CancellationToken cancel = default) =>
        WriteAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        var row = await db.Deliveries.FirstOrDefaultAsync(
            d => d.Kind == kind && d.SourceId == sourceId && d.Occurrence == occurrence && d.Recipient == recipient, cancel).ConfigureAwait(false);
        if (row is null) return (bool?)null;
        if (row.State is not (DeliveryState.Failed or DeliveryState.Uncertain)) return false;
        var now = Now;
        await db.Deliveries.Where(d => d.Id == row.Id).ExecuteUpdateAsync(s => s
            .SetProperty(d => d.State, DeliveryState.Due).SetProperty(d => d.NextTryAt, now).SetProperty(d => d.FirstTryAt, (long?)null)
            .SetProperty(d => d.Fence, d => d.Fence + 1).SetProperty(d => d.LeaseOwner, (string?)null).SetProperty(d => d.LeaseUntil, 0L), cancel)
            .ConfigureAwait(false);
        await db.Occurrences.Where(o => o.Id == row.OccurrenceId).ExecuteUpdateAsync(s => s
            .SetProperty(o => o.State, OccurrenceState.Sending).SetProperty(o => o.EndedAt, (long?)null), cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return true;
    }, cancel);

    private Task<bool> CloseAsync(Delivery delivery, DeliveryState from, DeliveryState to, long? next, string? error, CancellationToken cancel) =>
        WriteAsync(async db =>
    {
        var now = Now;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        var ended = await EndRowAsync(db, delivery.Id, delivery.Fence, from, to, next ?? now, error, cancel).ConfigureAwait(false);
        if (ended == 0) return false;
        if (to == DeliveryState.Sent) await db.Deliveries.Where(d => d.Id == delivery.Id).ExecuteUpdateAsync(s => s.SetProperty(d => d.SentAt, now), cancel)
            .ConfigureAwait(false);
        await DeliveryRows.CloseAsync(db, delivery.OccurrenceId, now, cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return true;
    }, cancel);

    private static Task<int> EndRowAsync(ObservatoryContext db, int id, long fence, DeliveryState from, DeliveryState to, long next, string? error,
        CancellationToken cancel) =>
        db.Deliveries.Where(d => d.Id == id && d.Fence == fence && d.State == from).ExecuteUpdateAsync(s => s
            .SetProperty(d => d.State, to).SetProperty(d => d.Error, error).SetProperty(d => d.NextTryAt, next)
            .SetProperty(d => d.LeaseOwner, (string?)null).SetProperty(d => d.LeaseUntil, 0L), cancel);

    /// <summary>With several processes a lease that is over says that its holder is gone; a lone one knows that everybody else is.</summary>
    private static IQueryable<DeliveryEntity> Stale(ObservatoryContext db, string kind, string owner, bool isAlone, long now) => db.Deliveries.Where(
        d => d.Kind == kind && d.LeaseOwner != null && (d.State == DeliveryState.Sending || d.State == DeliveryState.Due)
            && (isAlone ? !d.LeaseOwner.StartsWith(owner) : d.LeaseUntil <= now));

    private static void Free(Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<DeliveryEntity> setters) =>
        setters.SetProperty(d => d.LeaseOwner, (string?)null).SetProperty(d => d.LeaseUntil, 0L).SetProperty(d => d.Fence, d => d.Fence + 1);

    private async Task<T> WriteAsync<T>(Func<ObservatoryContext, Task<T>> work, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await work(db).ConfigureAwait(false);
    }
}
