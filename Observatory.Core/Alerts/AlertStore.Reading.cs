using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Alerts;

public sealed partial class AlertStore
{
    /// <summary>How long what is resolved is listed.</summary>
    public const long Listed = BucketClock.Day;

    /// <summary>What is not normal, the worst first, then what is resolved since yesterday.</summary>
    public async Task<IReadOnlyList<AlertItem>> ListAlertsAsync(CancellationToken cancel = default)
    {
        var since = Now - Listed;
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var rows = await db.Alerts.Where(a => a.EndedAt == null || a.EndedAt > since).ToListAsync(cancel).ConfigureAwait(false);
        if (rows.Count == 0) return [];
        var rules = await RulesOfAsync(db, [.. rows.Select(r => r.RuleId).Distinct()], cancel).ConfigureAwait(false);
        return [.. rows.Where(r => rules.ContainsKey(r.RuleId)).OrderBy(r => Order(r, rules[r.RuleId])).ThenByDescending(r => r.Since).ThenBy(r => r.Id)
            .Select(r => Item(r, rules[r.RuleId]))];
    }

    public async Task<AlertItem?> FindAlertAsync(int id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (await db.Alerts.FirstOrDefaultAsync(a => a.Id == id, cancel).ConfigureAwait(false) is not { } row) return null;
        return (await RulesOfAsync(db, [row.RuleId], cancel).ConfigureAwait(false)).TryGetValue(row.RuleId, out var rule) ? Item(row, rule) : null;
    }

    /// <summary>Somebody has taken it on. Null = there is none; it stays as it is where it is over.</summary>
    public async Task<AlertItem?> AcknowledgeAsync(int id, string by, CancellationToken cancel = default)
    {
        var now = Now;
        await WriteAsync(db => db.Alerts.Where(a => a.Id == id && a.EndedAt == null).ExecuteUpdateAsync(s => s
            .SetProperty(a => a.AcknowledgedBy, by).SetProperty(a => a.AcknowledgedAt, now), cancel), cancel).ConfigureAwait(false);
        return await FindAlertAsync(id, cancel).ConfigureAwait(false);
    }

    /// <summary>Nobody is told of its rule until then. Null = there is no such alert.</summary>
    /// <param name="until">Not after now = the silence is over.</param>
    public async Task<AlertItem?> SilenceAsync(int id, DateTimeOffset until, string by, CancellationToken cancel = default)
    {
        await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            var row = await db.AlertRules.AsTracking().FirstOrDefaultAsync(r => db.Alerts.Any(a => a.Id == id && a.RuleId == r.Id), cancel)
                .ConfigureAwait(false);
            if (row is null) return 0;
            var at = until.ToUnixTimeMilliseconds();
            var lasts = at > Now;
            row.State = JsonSerializer.Serialize(StateOf(row) with { SilencedUntil = lasts ? at : null, SilencedBy = lasts ? by : null }, AlertJson.Options);
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return 1;
        }, cancel).ConfigureAwait(false);
        bell.Ring();
        return await FindAlertAsync(id, cancel).ConfigureAwait(false);
    }

    /// <summary>What looks at a rule found, newest first.</summary>
    /// <param name="before">Number of the row that the page before ended with, null = from the newest.</param>
    public async Task<AlertPage<AlertCheck>> HistoryAsync(
        int rule, long? start, long? end, int limit, int? before, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var all = db.AlertChecks.Where(c => c.RuleId == rule && (start == null || c.Until >= start) && (end == null || c.At < end));
        var rows = await all.Where(c => before == null || c.Id < before).OrderByDescending(c => c.Id).Take(limit + 1).ToListAsync(cancel).ConfigureAwait(false);
        return new AlertPage<AlertCheck>(
            [.. rows.Take(limit).Select(c => new AlertCheck(Time(c.At), c.State, c.Value, c.Late, Time(c.Until), c.Count))],
            rows.Count > limit ? rows[limit - 1].Id.ToString(CultureInfo.InvariantCulture) : null, await all.CountAsync(cancel).ConfigureAwait(false));
    }

    /// <summary>Messages, newest first.</summary>
    public async Task<AlertPage<AlertDelivery>> DeliveriesAsync(int limit, int? before, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var rows = await db.AlertNotices.Where(n => before == null || n.Id < before).OrderByDescending(n => n.Id).Take(limit + 1).ToListAsync(cancel)
            .ConfigureAwait(false);
        return new AlertPage<AlertDelivery>(
            [.. rows.Take(limit).Select(n => new AlertDelivery(
                Time(n.EndedAt ?? n.CreatedAt), new AlertRuleName(n.RuleId, n.RuleName), n.Channel, n.To.Length > 0 ? n.To : null, WordOf(n.State), n.Attempts,
                n.Error, n.Told))],
            rows.Count > limit ? rows[limit - 1].Id.ToString(CultureInfo.InvariantCulture) : null,
            await db.AlertNotices.CountAsync(cancel).ConfigureAwait(false));
    }

    /// <summary>When each rule has fired, on which UTC days since; for a row of small marks.</summary>
    public async Task<ILookup<int, long>> FiredAsync(long since, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var rows = await db.AlertChecks.Where(c => c.Until >= since && (c.State == AlertStates.Firing || c.State == AlertStates.Recovering))
            .Select(c => new { c.RuleId, c.At, c.Until }).ToListAsync(cancel).ConfigureAwait(false);
        return rows.SelectMany(r => Enumerable.Range(0, (int)(BucketClock.DayOf(r.Until) - BucketClock.DayOf(Math.Max(since, r.At))) + 1)
            .Select(d => (r.RuleId, Day: BucketClock.DayOf(Math.Max(since, r.At)) + d))).Distinct().ToLookup(p => p.RuleId, p => p.Day);
    }

    private static string WordOf(NoticeState state) => state.ToString().ToLowerInvariant();

    private async Task<Dictionary<int, KeptRule>> RulesOfAsync(Storage.ObservatoryContext db, int[] ids, CancellationToken cancel) =>
        (await db.AlertRules.Where(r => EF.Parameter(ids).Contains(r.Id)).ToListAsync(cancel).ConfigureAwait(false)).Select(Read).OfType<KeptRule>()
            .ToDictionary(r => r.Id);

    private AlertItem Item(AlertEntity row, KeptRule rule) => new(
        row.Id, new AlertRuleName(rule.Id, rule.Rule.Name), row.State, Time(row.Since), row.Value, row.Reason, LinkOf(rule.Id), row.AcknowledgedBy,
        rule.State.IsSilenced(Now) ? Time(rule.State.SilencedUntil!.Value) : null)
    {
        Severity = rule.Rule.Severity, Kind = rule.Rule.Kind, AcknowledgedAt = row.AcknowledgedAt is { } at ? Time(at) : null,
    };

    /// <summary>The page that shows the rule.</summary>
    internal string LinkOf(int rule) => links.Page(string.Create(CultureInfo.InvariantCulture, $"/alerts?rule={rule}"));

    private static int Order(AlertEntity row, KeptRule rule)
    {
        var severity = rule.Rule.Severity switch { "critical" => 0, "warning" => 1, _ => 2 };
        return row.State switch
        {
            AlertStates.Firing or AlertStates.Recovering => severity, AlertStates.Error => 3, AlertStates.Pending => 4, AlertStates.NoData => 5, _ => 6,
        };
    }
}
