using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Observatory.Core.Reports;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Alerts;

/// <summary>Rules, what came of them and who was told, in the database. Thread-safe.</summary>
public sealed partial class AlertStore(
    IDbContextFactory<ObservatoryContext> contexts, HookHosts hosts, AlertBell bell, IReportLinks links, TimeProvider clock,
    ILogger<AlertStore> log)
{
    private const string SecretPrefix = "whsec_";
    private const int SecretBytes = 32;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<KeptRule>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return [.. (await db.AlertRules.ToListAsync(cancel).ConfigureAwait(false)).Select(Read).OfType<KeptRule>()
            .OrderBy(r => r.Rule.Name, StringComparer.OrdinalIgnoreCase).ThenBy(r => r.Id)];
    }

    public async Task<KeptRule?> FindAsync(int id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.AlertRules.FirstOrDefaultAsync(r => r.Id == id, cancel).ConfigureAwait(false) is { } row ? Read(row) : null;
    }

    /// <returns>The rule, and the addresses of webhooks whose secrets are new.</returns>
    public async Task<(KeptRule Rule, IReadOnlySet<string> NewSecrets)> CreateAsync(AlertRule rule, CancellationToken cancel = default)
    {
        var now = Now;
        var (secrets, news) = SecretsOf(rule, new Dictionary<string, string>());
        var row = new AlertRuleEntity
        {
            Definition = AlertJson.Write(rule).ToJsonString(), Secrets = JsonSerializer.Serialize(secrets), Enabled = rule.Enabled, CreatedAt = now,
            ChangedAt = now, State = JsonSerializer.Serialize(new RuleState { Since = now }, AlertJson.Options),
        };
        await WriteAsync(db =>
        {
            db.AlertRules.Add(row);
            return db.SaveChangesAsync(cancel);
        }, cancel).ConfigureAwait(false);
        bell.Ring();
        return (Read(row)!, news);
    }

    /// <summary>Null = there is none. Its state, who took it on and its silence stay.</summary>
    public async Task<(KeptRule Rule, IReadOnlySet<string> NewSecrets)?> ReplaceAsync(int id, AlertRule rule, CancellationToken cancel = default)
    {
        var found = await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            if (await db.AlertRules.AsTracking().FirstOrDefaultAsync(r => r.Id == id, cancel).ConfigureAwait(false) is not { } row) return null;
            var (secrets, news) = SecretsOf(rule, JsonSerializer.Deserialize<Dictionary<string, string>>(row.Secrets)!);
            (row.Definition, row.Secrets) = (AlertJson.Write(rule).ToJsonString(), JsonSerializer.Serialize(secrets));
            (row.Enabled, row.ChangedAt) = (rule.Enabled, Now);
            if (!rule.Enabled) await EndAsync(db, row, cancel).ConfigureAwait(false);
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return new { Row = row, News = news };
        }, cancel).ConfigureAwait(false);
        bell.Ring();
        return found is null ? null : (Read(found.Row)!, found.News);
    }

    /// <summary>With everything that came of it. False = there is none.</summary>
    public async Task<bool> DeleteAsync(int id, CancellationToken cancel = default)
    {
        var gone = await WriteAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel).ConfigureAwait(false);
            await db.Alerts.Where(a => a.RuleId == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            await db.AlertChecks.Where(a => a.RuleId == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            await db.AlertSteps.Where(a => a.RuleId == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            // What was sent stays told of; what waits is not sent any more.
            await db.AlertNotices.Where(n => n.RuleId == id && n.State == NoticeState.Due).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            var rows = await db.AlertRules.Where(r => r.Id == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            await transaction.CommitAsync(cancel).ConfigureAwait(false);
            return rows;
        }, cancel).ConfigureAwait(false);
        bell.Ring();
        return gone > 0;
    }

    /// <summary>A rule that is off is normal, and nobody is told.</summary>
    private async Task EndAsync(ObservatoryContext db, AlertRuleEntity row, CancellationToken cancel)
    {
        var now = Now;
        var state = StateOf(row);
        if (state.State == AlertStates.Normal && state.FailingSince is null) return;
        row.State = JsonSerializer.Serialize(state with
        {
            State = AlertStates.Normal, Since = now, RecoveringSince = null, FailingSince = null, Failure = null, Told = null, Held = null,
        }, AlertJson.Options);
        await CloseAsync(db, row.Id, null, now, cancel).ConfigureAwait(false);
    }

    /// <summary>Ends what lasts: what fired is listed as resolved for a while, what was only about to is forgotten.</summary>
    private static async Task CloseAsync(ObservatoryContext db, int rule, bool? isFailure, long now, CancellationToken cancel)
    {
        var open = db.Alerts.Where(a => a.RuleId == rule && a.EndedAt == null && (isFailure == null || a.IsFailure == isFailure));
        await open.Where(a => !a.HasFired).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        await open.ExecuteUpdateAsync(s => s.SetProperty(a => a.EndedAt, now).SetProperty(a => a.State, AlertStates.Resolved).SetProperty(a => a.Since, now),
            cancel).ConfigureAwait(false);
    }

    /// <summary>Webhooks that stay keep their secrets, new ones get one.</summary>
    private static (Dictionary<string, string> Secrets, HashSet<string> News) SecretsOf(AlertRule rule, Dictionary<string, string> before)
    {
        var (secrets, news) = (new Dictionary<string, string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var to in rule.Channels.Where(c => c.Kind == AlertWords.Webhook).Select(c => c.To!))
        {
            if (!before.TryGetValue(to, out var secret))
            {
                secret = SecretPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
                news.Add(to);
            }
            secrets[to] = secret;
        }
        return (secrets, news);
    }

    internal static RuleState StateOf(AlertRuleEntity row) => JsonSerializer.Deserialize<RuleState>(row.State, AlertJson.Options) ?? new RuleState();

    /// <summary>Null = what is kept cannot be read; the others go on.</summary>
    internal KeptRule? Read(AlertRuleEntity row)
    {
        using var json = JsonDocument.Parse(row.Definition);
        var reader = new AlertRuleReader(null, hosts) { IsKept = true };
        if (reader.Read(json.RootElement) is not { } rule)
        {
            log.LogError("The rule {Id} cannot be read: {Field}", row.Id, reader.Errors.Keys.FirstOrDefault());
            return null;
        }
        return new KeptRule(row.Id, rule, StateOf(row), JsonSerializer.Deserialize<Dictionary<string, string>>(row.Secrets)!, Time(row.CreatedAt),
            Time(row.ChangedAt));
    }

    private static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);

    private async Task<T> WriteAsync<T>(Func<ObservatoryContext, Task<T>> work, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await work(db).ConfigureAwait(false);
    }
}
