using Microsoft.EntityFrameworkCore;
using Observatory.Core.Deliveries;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Reports;

internal sealed partial class ReportStore
{
    public async Task<IReadOnlyList<SuppressionEntity>> SuppressedAsync(int id, CancellationToken cancel = default)
    {
        var source = ReportSource.IdOf(id);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Suppressions.Where(s => s.Kind == DeliveryKinds.Report && s.SourceId == source).OrderBy(s => s.Recipient).ToListAsync(cancel)
            .ConfigureAwait(false);
    }

    public async Task<bool> SuppressAsync(int id, string recipient, CancellationToken cancel = default)
    {
        if (await FindAsync(id, cancel).ConfigureAwait(false) is null) return false;
        var source = ReportSource.IdOf(id);
        return await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            if (await db.Suppressions.AnyAsync(s => s.Kind == DeliveryKinds.Report && s.SourceId == source && s.Recipient == recipient, cancel)
                .ConfigureAwait(false)) return true;
            db.Suppressions.Add(new SuppressionEntity { Kind = DeliveryKinds.Report, SourceId = source, Recipient = recipient, At = Now });
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return true;
        }, cancel).ConfigureAwait(false);
    }

    public Task<bool> UnsuppressAsync(int id, string recipient, CancellationToken cancel = default) => WriteAsync(async db =>
    {
        var source = ReportSource.IdOf(id);
        return await db.Suppressions.Where(s => s.Kind == DeliveryKinds.Report && s.SourceId == source && s.Recipient == recipient).ExecuteDeleteAsync(cancel)
            .ConfigureAwait(false) > 0;
    }, cancel);

    public Task SayAsync(int id, string occurrence, string recipient, bool isUseful, CancellationToken cancel = default) => WriteAsync(async db =>
    {
        var (source, now) = (ReportSource.IdOf(id), Now);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        var said = db.MailFeedback.Where(f => f.Kind == DeliveryKinds.Report && f.SourceId == source && f.Occurrence == occurrence
            && f.Recipient == recipient);
        await said.ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        db.MailFeedback.Add(new MailFeedbackEntity
        {
            Kind = DeliveryKinds.Report, SourceId = source, Occurrence = occurrence, Recipient = recipient, IsUseful = isUseful, At = now,
        });
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return 0;
    }, cancel);

    public async Task<(int Useful, int NotUseful)> SaidAsync(int id, CancellationToken cancel = default)
    {
        var source = ReportSource.IdOf(id);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var counts = await db.MailFeedback.Where(f => f.Kind == DeliveryKinds.Report && f.SourceId == source).GroupBy(f => f.IsUseful)
            .Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancel).ConfigureAwait(false);
        return (counts.FirstOrDefault(c => c.Key)?.Count ?? 0, counts.FirstOrDefault(c => !c.Key)?.Count ?? 0);
    }

    public async Task<KeptMail?> FindMailAsync(int occurrenceId, string audience, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.KeptMails.FirstOrDefaultAsync(m => m.OccurrenceId == occurrenceId && m.Audience == audience, cancel).ConfigureAwait(false) is { } row
            ? KeptMail.Unpack(row.Data) : null;
    }

    public async Task<KeptMail> KeepMailAsync(int occurrenceId, string audience, KeptMail mail, CancellationToken cancel = default)
    {
        var data = mail.Pack();
        return await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            var kept = await db.KeptMails.FirstOrDefaultAsync(m => m.OccurrenceId == occurrenceId && m.Audience == audience, cancel).ConfigureAwait(false);
            if (kept is not null) return KeptMail.Unpack(kept.Data);
            db.KeptMails.Add(new KeptMailEntity { OccurrenceId = occurrenceId, Audience = audience, Data = data });
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return mail;
        }, cancel).ConfigureAwait(false);
    }
}
