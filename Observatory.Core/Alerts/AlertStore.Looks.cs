using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Alerts;

/// <summary>What a look at a rule found.</summary>
/// <param name="Seen">As the rule was when it was looked at.</param>
/// <param name="Verdict">Null = the look failed.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record Look(KeptRule Seen, Verdict? Verdict, string? Failure, bool IsLate);

public sealed partial class AlertStore
{
    /// <summary>What was found is kept so long.</summary>
    private const long KeptChecks = 90 * BucketClock.Day, KeptNotices = 400 * BucketClock.Day;

    /// <summary>What comes within this time goes in one mail.</summary>
    internal const long Grouped = 30_000;

    /// <summary>Of one rule to one channel.</summary>
    private const int MostAnHour = 2;

    /// <summary>Takes what looks found: states, alerts, history and messages change together.</summary>
    /// <returns>Messages for the page and the hub.</returns>
    internal async Task<IReadOnlyList<AlertMessage>> TakeAsync(IReadOnlyList<Look> looks, long now, CancellationToken cancel)
    {
        if (looks.Count == 0) return [];
        var pages = new List<AlertMessage>();
        var isTold = await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            foreach (var look in looks) await TakeAsync(db, look, now, pages, cancel).ConfigureAwait(false);
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return true;
        }, cancel).ConfigureAwait(false);
        if (isTold) bell.Ring();
        return pages;
    }

    private async Task TakeAsync(ObservatoryContext db, Look look, long now, List<AlertMessage> pages, CancellationToken cancel)
    {
        var id = look.Seen.Id;
        var row = await db.AlertRules.AsTracking().FirstOrDefaultAsync(r => r.Id == id, cancel).ConfigureAwait(false);
        // Changed or deleted meanwhile: the next round looks at it as it is now.
        if (row is not { Enabled: true } || row.ChangedAt != look.Seen.ChangedAt.ToUnixTimeMilliseconds()) return;
        var before = StateOf(row);
        var rule = look.Seen.Rule;
        var next = look.Verdict is { } verdict ? AlertMachine.Next(before, rule, verdict, now) : AlertMachine.Failed(before, look.Failure!, now);
        await NoteAsync(db, id, next, look.IsLate, now, cancel).ConfigureAwait(false);
        await KeepAsync(db, id, next, now, cancel).ConfigureAwait(false);
        next = await TellAsync(db, look, before, next, now, pages, cancel).ConfigureAwait(false);
        row.State = JsonSerializer.Serialize(next, AlertJson.Options);
    }

    /// <summary>The history: a look that found the same as the one before makes no row.</summary>
    private static async Task NoteAsync(ObservatoryContext db, int rule, RuleState next, bool isLate, long now, CancellationToken cancel)
    {
        var last = await db.AlertChecks.AsTracking().Where(c => c.RuleId == rule).OrderByDescending(c => c.Id).FirstOrDefaultAsync(cancel)
            .ConfigureAwait(false);
        if (last is not null && last.State == next.Shown && !isLate)
        {
            (last.Until, last.Count, last.Value) = (now, last.Count + 1, next.Value);
            return;
        }
        db.AlertChecks.Add(new AlertCheckEntity { RuleId = rule, At = now, Until = now, Count = 1, State = next.Shown, Value = next.Value, Late = isLate });
    }

    /// <summary>The list of alerts follows the state.</summary>
    private static async Task KeepAsync(ObservatoryContext db, int rule, RuleState next, long now, CancellationToken cancel)
    {
        if (next.State == AlertStates.Normal) await CloseAsync(db, rule, false, now, cancel).ConfigureAwait(false);
        else await OpenAsync(db, rule, false, next.State, next.Since, next.Value, next.Reason, next.IsFiring, cancel).ConfigureAwait(false);
        if (next.FailingSince is not { } failing) await CloseAsync(db, rule, true, now, cancel).ConfigureAwait(false);
        else await OpenAsync(db, rule, true, AlertStates.Error, failing, null, next.Failure ?? "", true, cancel).ConfigureAwait(false);
    }

    private static async Task OpenAsync(
        ObservatoryContext db, int rule, bool isFailure, string state, long since, double? value, string reason, bool hasFired, CancellationToken cancel)
    {
        var row = await db.Alerts.AsTracking().FirstOrDefaultAsync(a => a.RuleId == rule && a.EndedAt == null && a.IsFailure == isFailure, cancel)
            .ConfigureAwait(false);
        if (row is null) db.Alerts.Add(row = new AlertEntity { RuleId = rule, IsFailure = isFailure });
        (row.State, row.Since, row.Value, row.Reason, row.HasFired) = (state, since, value, reason, row.HasFired || hasFired);
    }

    private async Task<RuleState> TellAsync(
        ObservatoryContext db, Look look, RuleState before, RuleState next, long now, List<AlertMessage> pages, CancellationToken cancel)
    {
        var (rule, id) = (look.Seen.Rule, look.Seen.Id);
        var name = new AlertRuleName(id, rule.Name);
        var told = new Dictionary<string, string>(next.Told ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        var held = new Dictionary<string, string>(next.Held ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        if (next.IsSilenced(now)) return next;
        if (before.FailingSince is null && next.FailingSince is { } failing)
        {
            // That nobody can look is said once, apart from what was found last.
            var failure = new AlertMessage(name, AlertStates.Error, Time(failing), next.Value, $"The rule cannot be judged: {next.Failure}", LinkOf(id));
            foreach (var channel in rule.Channels)
            {
                if (!await IsTooOftenAsync(db, id, channel, now, cancel).ConfigureAwait(false))
                    await AddAsync(db, id, channel, failure, false, now, pages, cancel).ConfigureAwait(false);
            }
        }
        if (look.Verdict is not { } verdict) return next;
        if (rule.Kind == AlertWords.Budget)
        {
            await TellStepsAsync(db, look, verdict, next, now, pages, cancel).ConfigureAwait(false);
            return next;
        }
        var wanted = next.IsFiring ? AlertStates.Firing : AlertStates.Resolved;
        var message = new AlertMessage(name, wanted, Time(next.Since), next.Value, next.Reason, LinkOf(id));
        foreach (var channel in rule.Channels)
        {
            var key = KeyOf(channel);
            if (told.GetValueOrDefault(key, AlertStates.Resolved) == wanted)
            {
                // Back to what was told: there is nothing more to say.
                held.Remove(key);
                continue;
            }
            if (await IsTooOftenAsync(db, id, channel, now, cancel).ConfigureAwait(false))
            {
                if (held.TryAdd(key, wanted)) db.AlertNotices.Add(Notice(id, channel, message, false, now, NoticeState.Held));
                continue;
            }
            await AddAsync(db, id, channel, message, false, now, pages, cancel).ConfigureAwait(false);
            told[key] = wanted;
            held.Remove(key);
        }
        return next with { Told = told.Count == 0 ? null : told, Held = held.Count == 0 ? null : held };
    }

    /// <summary>Of steps that are reached the last that is new is told; none of them is told again in this period.</summary>
    private async Task TellStepsAsync(
        ObservatoryContext db, Look look, Verdict verdict, RuleState next, long now, List<AlertMessage> pages, CancellationToken cancel)
    {
        var (id, period) = (look.Seen.Id, verdict.PeriodStart);
        var known = await db.AlertSteps.Where(s => s.RuleId == id && s.PeriodStart == period).Select(s => s.Step).ToListAsync(cancel).ConfigureAwait(false);
        var news = verdict.Steps.Except(known, StringComparer.Ordinal).ToList();
        if (news.Count == 0) return;
        foreach (var step in news) db.AlertSteps.Add(new AlertStepEntity { RuleId = id, PeriodStart = period, Step = step, At = now });
        var percents = news.Where(s => s != BudgetStatus.ForecastStep).ToList();
        var what = percents.Count > 0 ? $"{percents[^1]} % of the budget is reached." : "The budget will be used up before its period ends.";
        var message = new AlertMessage(
            new AlertRuleName(id, look.Seen.Rule.Name), AlertStates.Firing, Time(next.Since), next.Value, $"{what} {verdict.Reason}", LinkOf(id));
        foreach (var channel in look.Seen.Rule.Channels) await AddAsync(db, id, channel, message, true, now, pages, cancel).ConfigureAwait(false);
    }

    /// <summary>It was told as often as it may be within an hour.</summary>
    private static async Task<bool> IsTooOftenAsync(ObservatoryContext db, int rule, AlertChannel channel, long now, CancellationToken cancel)
    {
        var (from, to) = (now - BucketClock.Hour, channel.To ?? "");
        return await db.AlertNotices.CountAsync(n => n.RuleId == rule && n.Channel == channel.Kind && n.To == to && !n.IsStep
            && n.State != NoticeState.Held && n.CreatedAt > from, cancel).ConfigureAwait(false) >= MostAnHour;
    }

    private static async Task AddAsync(
        ObservatoryContext db, int rule, AlertChannel channel, AlertMessage message, bool isStep, long now, List<AlertMessage> pages, CancellationToken cancel)
    {
        var isPage = channel.Kind == AlertWords.Page;
        var notice = Notice(rule, channel, message, isStep, now, isPage ? NoticeState.Sent : NoticeState.Due);
        if (isPage)
        {
            // It stands on the page as soon as it is kept.
            (notice.Attempts, notice.EndedAt) = (1, now);
            pages.Add(message);
        }
        else if (channel.Kind == AlertWords.Mail)
        {
            var first = await db.AlertNotices.Where(n => n.Channel == AlertWords.Mail && n.To == channel.To && n.State == NoticeState.Due && n.ReadyAt > now)
                .MinAsync(n => (long?)n.ReadyAt, cancel).ConfigureAwait(false);
            notice.ReadyAt = first ?? now + Grouped;
        }
        db.AlertNotices.Add(notice);
        // What follows counts it.
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
    }

    private static AlertNoticeEntity Notice(int rule, AlertChannel channel, AlertMessage message, bool isStep, long now, NoticeState state) => new()
    {
        RuleId = rule, RuleName = message.Rule.Name, Channel = channel.Kind, To = channel.To ?? "", Told = message.State, IsStep = isStep,
        Body = JsonSerializer.Serialize(message, AlertMessages.Options), CreatedAt = now, ReadyAt = now, State = state,
        EndedAt = state == NoticeState.Held ? now : null,
    };

    private static string KeyOf(AlertChannel channel) => channel.To is { } to ? $"{channel.Kind} {to}" : channel.Kind;

    /// <summary>What is old goes.</summary>
    internal async Task ForgetAsync(CancellationToken cancel)
    {
        var (checks, notices) = (Now - KeptChecks, Now - KeptNotices);
        await WriteAsync(async db =>
        {
            await db.AlertChecks.Where(c => c.Until < checks).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            await db.Alerts.Where(a => a.EndedAt < checks).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            await db.AlertSteps.Where(s => s.At < notices).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            return await db.AlertNotices.Where(n => n.CreatedAt < notices).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        }, cancel).ConfigureAwait(false);
    }
}
