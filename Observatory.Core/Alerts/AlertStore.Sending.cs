using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Deliveries;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Alerts;

/// <param name="Body">JSON of the message.</param>
/// <param name="Secret">Null = the channel has none.</param>
internal sealed record DueCall(int Id, int RuleId, string Channel, string To, string Body, string? Secret);

public sealed partial class AlertStore
{
    /// <summary>Of mails of alerts in the ledger: one for each address and moment, whatever rules are in it.</summary>
    private const string MailSource = "mail";

    private const string Interrupted = "The program ended while this was being sent; whether it was taken is not known.";

    /// <summary>What waits for one address goes into one mail, which the ledger holds from then on.</summary>
    internal async Task GroupMailsAsync(CancellationToken cancel)
    {
        var now = Now;
        await using (var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false))
        {
            var any = await db.AlertNotices.AnyAsync(n => n.Channel == AlertWords.Mail && n.State == NoticeState.Due && n.ReadyAt <= now,
                cancel).ConfigureAwait(false);
            if (!any) return;
        }
        await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            var due = await db.AlertNotices.AsTracking().Where(n => n.Channel == AlertWords.Mail && n.State == NoticeState.Due).OrderBy(n => n.Id)
                .ToListAsync(cancel).ConfigureAwait(false);
            foreach (var group in due.GroupBy(n => n.To).Where(g => g.Any(n => n.ReadyAt <= now)))
            {
                var first = group.First();
                var name = first.Id.ToString(CultureInfo.InvariantCulture);
                await DeliveryRows.AddAsync(
                    db, new NewOccurrence(DeliveryKinds.Alert, MailSource, name, now, first.CreatedAt, now,
                        first.CreatedAt.ToString(CultureInfo.InvariantCulture)),
                    OccurrenceState.Due, [group.Key], null, now, cancel).ConfigureAwait(false);
                foreach (var notice in group) (notice.State, notice.Occurrence) = (NoticeState.Sending, name);
            }
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return 0;
        }, cancel).ConfigureAwait(false);
    }

    internal async Task<IReadOnlyList<string>> MailBodiesAsync(string occurrence, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.AlertNotices.Where(n => n.Occurrence == occurrence).OrderBy(n => n.Id).Select(n => n.Body).ToListAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Messages in mails are where their mail is.</summary>
    internal Task FollowMailsAsync(CancellationToken cancel) => WriteAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
        var open = await db.AlertNotices.AsTracking().Where(n => n.State == NoticeState.Sending && n.Occurrence != null).ToListAsync(cancel)
            .ConfigureAwait(false);
        var names = open.Select(n => n.Occurrence!).Distinct().ToArray();
        var deliveries = await db.Deliveries.Where(d => d.Kind == DeliveryKinds.Alert && d.SourceId == MailSource && EF.Parameter(names).Contains(d.Occurrence))
            .ToDictionaryAsync(d => d.Occurrence, cancel).ConfigureAwait(false);
        foreach (var notice in open)
        {
            if (!deliveries.TryGetValue(notice.Occurrence!, out var delivery)) continue;
            (notice.Attempts, notice.Error) = (delivery.Attempts, delivery.Error);
            notice.State = delivery.State switch
            {
                DeliveryState.Sent => NoticeState.Sent, DeliveryState.Failed or DeliveryState.Suppressed => NoticeState.Failed,
                DeliveryState.Uncertain => NoticeState.Uncertain, _ => NoticeState.Sending,
            };
            if (notice.State != NoticeState.Sending) notice.EndedAt = Now;
        }
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return 0;
    }, cancel);

    /// <summary>What was under way when a program ended: mails are judged by the ledger, of calls nobody knows.</summary>
    internal async Task JudgeCallsAsync(CancellationToken cancel)
    {
        var now = Now;
        await WriteAsync(db => db.AlertNotices.Where(n => n.State == NoticeState.Sending && n.Occurrence == null).ExecuteUpdateAsync(s => s
            .SetProperty(n => n.State, NoticeState.Uncertain).SetProperty(n => n.Error, Interrupted).SetProperty(n => n.EndedAt, now), cancel), cancel)
            .ConfigureAwait(false);
        await FollowMailsAsync(cancel).ConfigureAwait(false);
    }

    internal async Task<IReadOnlyList<DueCall>> DueCallsAsync(int most, CancellationToken cancel)
    {
        var now = Now;
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var due = await db.AlertNotices.Where(n => n.State == NoticeState.Due && n.Channel != AlertWords.Mail && n.ReadyAt <= now).OrderBy(n => n.Id).Take(most)
            .ToListAsync(cancel).ConfigureAwait(false);
        if (due.Count == 0) return [];
        var rules = await RulesOfAsync(db, [.. due.Select(d => d.RuleId).Distinct()], cancel).ConfigureAwait(false);
        return [.. due.Select(n => new DueCall(n.Id, n.RuleId, n.Channel, n.To, n.Body,
            n.Channel == AlertWords.Webhook ? rules.GetValueOrDefault(n.RuleId)?.Secrets.GetValueOrDefault(n.To) : null))];
    }

    /// <summary>From here on somebody may see it. False = it is over already.</summary>
    internal async Task<bool> BeginCallAsync(int id, int attempt, CancellationToken cancel) => await WriteAsync(db =>
        db.AlertNotices.Where(n => n.Id == id && (n.State == NoticeState.Due || n.State == NoticeState.Sending)).ExecuteUpdateAsync(s => s
            .SetProperty(n => n.State, NoticeState.Sending).SetProperty(n => n.Attempts, attempt), cancel), cancel).ConfigureAwait(false) > 0;

    internal Task EndCallAsync(int id, string? error, CancellationToken cancel)
    {
        var now = Now;
        return WriteAsync(db => db.AlertNotices.Where(n => n.Id == id).ExecuteUpdateAsync(s => s
            .SetProperty(n => n.State, error is null ? NoticeState.Sent : NoticeState.Failed).SetProperty(n => n.Error, error).SetProperty(n => n.EndedAt, now),
            cancel), cancel);
    }

    internal async Task<long?> NextDueAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.AlertNotices.Where(n => n.State == NoticeState.Due).MinAsync(n => (long?)n.ReadyAt, cancel).ConfigureAwait(false);
    }
}
