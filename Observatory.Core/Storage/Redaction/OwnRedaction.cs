using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Privacy.Own;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Redaction;

/// <summary>The administrator's redaction rules. Thread-safe.</summary>
public interface IOwnRedaction
{
    /// <summary>In their order.</summary>
    IReadOnlyList<OwnRule> Rules { get; }

    /// <summary>Puts these in place of all others: they hold for what comes in from now on.</summary>
    /// <exception cref="OwnRuleException">One of them cannot be used.</exception>
    Task ReplaceAsync(IReadOnlyList<OwnRule> wanted, CancellationToken cancel = default);
}

/// <summary>Keeps them in the database.</summary>
internal sealed class OwnRedaction(IDbContextFactory<ObservatoryContext> contexts, INarrowReads reads, OwnRules rules, TimeProvider clock)
    : IOwnRedaction, IDisposable
{
    private const string Setting = "redaction";

    private readonly SemaphoreSlim _gate = new(1);

    public IReadOnlyList<OwnRule> Rules => rules.All;

    /// <summary>Reads them. To be called before the first text is looked at.</summary>
    public void Load()
    {
        if (reads.Setting(Setting) is { } kept) rules.Use(JsonSerializer.Deserialize<OwnRule[]>(kept)!);
    }

    public async Task ReplaceAsync(IReadOnlyList<OwnRule> wanted, CancellationToken cancel = default)
    {
        OwnRuleTrial.Check(wanted);
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            var row = await db.Settings.AsTracking().FirstOrDefaultAsync(s => s.Name == Setting, cancel).ConfigureAwait(false);
            if (row is null) db.Settings.Add(row = new SettingEntity { Name = Setting });
            (row.Value, row.ChangedAt) = (JsonSerializer.Serialize(wanted), clock.GetUtcNow().ToUnixTimeMilliseconds());
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            rules.Use(wanted);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
