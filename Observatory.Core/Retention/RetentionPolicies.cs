using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Retention;

/// <summary>The settings, in the database. Thread-safe.</summary>
public sealed class RetentionPolicies(IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock) : IDisposable
{
    private const int TheOne = 1;

    /// <summary>A new instance shows for a day what it will do before it does it.</summary>
    private static readonly TimeSpan s_first = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>What holds now.</summary>
    public async Task<RetentionSettings> GetAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return (await ReadAsync(db, cancel).ConfigureAwait(false)).Settings;
    }

    /// <summary>Nothing goes by itself before: a new instance waits for a day, one with history for three.</summary>
    public async Task<DateTimeOffset> GetNotBeforeAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return (await ReadAsync(db, cancel).ConfigureAwait(false)).NotBefore;
    }

    /// <summary>Datasets that are left out stay as they are. What keeps less than before waits, unless it is to hold at once.</summary>
    /// <returns>What holds now.</returns>
    /// <exception cref="BadRetentionException">Something in it cannot be; nothing was changed.</exception>
    public async Task<RetentionSettings> PutAsync(RetentionSettings wanted, bool atOnce, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        RetentionRules.Check(wanted);
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            var (held, _) = await ReadAsync(db, cancel).ConfigureAwait(false);
            var now = clock.GetUtcNow();
            var settings = wanted with
            {
                Policies = [.. held.Policies.Select(p => wanted.Policies.FirstOrDefault(w => w.Dataset == p.Dataset) is { } other
                    ? RetentionRules.Change(p, other, now, atOnce) : p)],
            };
            await WriteAsync(db, settings, cancel).ConfigureAwait(false);
            return settings;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<(RetentionSettings Settings, DateTimeOffset NotBefore)> ReadAsync(ObservatoryContext db, CancellationToken cancel)
    {
        var row = await db.RetentionSettings.AsNoTracking().FirstOrDefaultAsync(x => x.Id == TheOne, cancel).ConfigureAwait(false);
        if (row is null)
        {
            // Whoever upgrades has history that no policy was ever said of.
            var hasHistory = await db.Conversations.AnyAsync(cancel).ConfigureAwait(false);
            var wait = hasHistory ? RetentionRules.Grace : s_first;
            row = new RetentionSettingsEntity
            {
                Id = TheOne, Document = RetentionJson.Write(RetentionDatasets.Defaults), NotBefore = (clock.GetUtcNow() + wait).ToUnixTimeMilliseconds(),
            };
            db.RetentionSettings.Add(row);
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        }
        return (Whole(RetentionJson.Read<RetentionSettings>(row.Document)).At(clock.GetUtcNow()), DateTimeOffset.FromUnixTimeMilliseconds(row.NotBefore));
    }

    private static async Task WriteAsync(ObservatoryContext db, RetentionSettings settings, CancellationToken cancel)
    {
        var document = RetentionJson.Write(settings);
        await db.RetentionSettings.Where(x => x.Id == TheOne).ExecuteUpdateAsync(s => s.SetProperty(x => x.Document, document), cancel).ConfigureAwait(false);
    }

    /// <summary>Datasets that a later version knows beside those that were stored.</summary>
    private static RetentionSettings Whole(RetentionSettings stored) => stored with
    {
        Policies = [.. RetentionDatasets.Defaults.Policies.Select(d => stored.Policies.FirstOrDefault(p => p.Dataset == d.Dataset) ?? d)],
    };
}
