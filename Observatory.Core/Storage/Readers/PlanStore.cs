using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Readers;

/// <summary>Plans in the settings of the database.</summary>
internal sealed class PlanStore(IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock) : IPlans
{
    private const string Setting = "plans";

    /// <summary>The oldest make room.</summary>
    private const int Most = 100;

    public async Task<IReadOnlyList<PlanSetting>> ReadAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return Read(await db.Settings.AsNoTracking().FirstOrDefaultAsync(s => s.Name == Setting, cancel).ConfigureAwait(false));
    }

    public async Task SetAsync(PlanSetting plan, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var row = await db.Settings.AsTracking().FirstOrDefaultAsync(s => s.Name == Setting, cancel).ConfigureAwait(false);
        var plans = Read(row).Where(p => p.Since != plan.Since).Append(plan).OrderByDescending(p => p.Since).Take(Most);
        if (row is null) db.Settings.Add(row = new SettingEntity { Name = Setting });
        (row.Value, row.ChangedAt) = (JsonSerializer.Serialize(plans), clock.GetUtcNow().ToUnixTimeMilliseconds());
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
    }

    private static PlanSetting[] Read(SettingEntity? row) => row is null ? [] : JsonSerializer.Deserialize<PlanSetting[]>(row.Value) ?? [];
}
