using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Deliveries;

/// <summary>Rows of the ledger, for whoever changes something of its own in the same transaction.</summary>
internal static class DeliveryRows
{
    /// <summary>An occurrence with a delivery for each recipient; who unsubscribed gets one that says so. False = it is there already.</summary>
    /// <remarks>The unique index has the last word: of two processes that add it at once, the second one's transaction fails.</remarks>
    public static async Task<bool> AddAsync(
        ObservatoryContext db, NewOccurrence what, OccurrenceState state, IReadOnlyList<string> recipients, string? note, long now, CancellationToken cancel)
    {
        if (await db.Occurrences.AnyAsync(o => o.Kind == what.Kind && o.SourceId == what.SourceId && o.Occurrence == what.Occurrence, cancel)
            .ConfigureAwait(false)) return false;
        var occurrence = new OccurrenceEntity
        {
            Kind = what.Kind, SourceId = what.SourceId, Occurrence = what.Occurrence, DueAt = what.DueAt, PeriodStart = what.PeriodStart,
                PeriodEnd = what.PeriodEnd,
            State = state, Note = note, EndedAt = state is OccurrenceState.Missed or OccurrenceState.Skipped ? now : null,
        };
        db.Occurrences.Add(occurrence);
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        var unwanted = (await db.Suppressions.Where(s => s.Kind == what.Kind && s.SourceId == what.SourceId).Select(s => s.Recipient).ToListAsync(cancel)
            .ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        foreach (var recipient in recipients)
        {
            var isUnwanted = unwanted.Contains(recipient);
            db.Deliveries.Add(new DeliveryEntity
            {
                OccurrenceId = occurrence.Id, Kind = what.Kind, SourceId = what.SourceId, Occurrence = what.Occurrence, Recipient = recipient,
                State = isUnwanted ? DeliveryState.Suppressed : DeliveryState.Due, Error = isUnwanted ? "Unsubscribed." : null,
                MessageId = MessageIds.Of(what, recipient), NextTryAt = what.DueAt,
            });
        }
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        if (recipients.Count > 0) await CloseAsync(db, occurrence.Id, now, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>Where nothing of it is open any more, the occurrence is done.</summary>
    public static async Task CloseAsync(ObservatoryContext db, int occurrenceId, long now, CancellationToken cancel)
    {
        var isOpen = await db.Deliveries.AnyAsync(
            d => d.OccurrenceId == occurrenceId && (d.State == DeliveryState.Due || d.State == DeliveryState.Sending), cancel).ConfigureAwait(false);
        if (isOpen) return;
        await db.Occurrences.Where(o => o.Id == occurrenceId && o.State != OccurrenceState.Done).ExecuteUpdateAsync(s => s
            .SetProperty(o => o.State, OccurrenceState.Done).SetProperty(o => o.EndedAt, now), cancel).ConfigureAwait(false);
    }

    public static async Task ForgetAsync(ObservatoryContext db, string kind, string sourceId, CancellationToken cancel)
    {
        var own = db.Occurrences.Where(o => o.Kind == kind && o.SourceId == sourceId);
        await db.KeptMails.Where(m => own.Any(o => o.Id == m.OccurrenceId)).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await db.Deliveries.Where(d => d.Kind == kind && d.SourceId == sourceId).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await own.ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await db.Suppressions.Where(s => s.Kind == kind && s.SourceId == sourceId).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await db.MailFeedback.Where(f => f.Kind == kind && f.SourceId == sourceId).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
    }
}
