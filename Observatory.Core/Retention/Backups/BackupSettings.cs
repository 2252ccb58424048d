using Cronos;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Retention.Backups;

/// <summary>When backups are made by themselves, and how many stay.</summary>
/// <param name="Cron">Five fields; null = never.</param>
/// <param name="Timezone">IANA name.</param>
/// <param name="Keep">The newest so many stay.</param>
public sealed record BackupSettings(string? Cron, string Timezone, int Keep)
{
    public const int MostKept = 1_000;

    /// <summary>Sundays before what is old goes.</summary>
    public static BackupSettings Default { get; } = new("15 2 * * 0", "UTC", 4);
}

/// <summary>The settings, in the database. Thread-safe.</summary>
public sealed class BackupSettingsStore(IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock)
{
    private const string Name = "backups";

    public async Task<BackupSettings> GetAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Settings.AsNoTracking().FirstOrDefaultAsync(s => s.Name == Name, cancel).ConfigureAwait(false) is { } row
            ? RetentionJson.Read<BackupSettings>(row.Value) : BackupSettings.Default;
    }

    /// <exception cref="BadRetentionException">Something in it cannot be; nothing was changed.</exception>
    public async Task<BackupSettings> PutAsync(BackupSettings wanted, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var settings = wanted with { Cron = string.IsNullOrWhiteSpace(wanted.Cron) ? null : wanted.Cron.Trim() };
        if (settings.Cron is { } cron && !CronExpression.TryParse(cron, out _))
            throw new BadRetentionException("cron", "has not the form of five fields, as 15 2 * * 0");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(settings.Timezone ?? "", out _))
            throw new BadRetentionException("timezone", $"“{settings.Timezone}” is not known");
        if (settings.Keep is < 1 or > BackupSettings.MostKept) throw new BadRetentionException("keep", $"is not from 1 to {BackupSettings.MostKept}");
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var row = await db.Settings.AsTracking().FirstOrDefaultAsync(s => s.Name == Name, cancel).ConfigureAwait(false);
        if (row is null) db.Settings.Add(row = new SettingEntity { Name = Name });
        (row.Value, row.ChangedAt) = (RetentionJson.Write(settings), clock.GetUtcNow().ToUnixTimeMilliseconds());
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        return settings;
    }
}
