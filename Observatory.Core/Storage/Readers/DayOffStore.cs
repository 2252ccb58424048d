using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Readers;

/// <summary>Days off in the database.</summary>
internal sealed class DayOffStore(IDbContextFactory<ObservatoryContext> contexts) : IDaysOff
{
    public async Task<IReadOnlyList<DayOff>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var rows = await db.DaysOff.AsNoTracking().ToListAsync(cancel).ConfigureAwait(false);
        return [.. rows.OrderBy(d => d.Day).ThenBy(d => d.Zone, StringComparer.Ordinal).Select(d => new DayOff(DateOnly.FromDayNumber(d.Day), d.Name, d.Zone))];
    }

    public async Task ReplaceAsync(IReadOnlyList<DayOff> days, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(days);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var there = await db.DaysOff.AsTracking().ToListAsync(cancel).ConfigureAwait(false);
        var left = there.ToDictionary(d => (d.Day, d.Zone));
        foreach (var day in days.DistinctBy(d => (d.Date, d.Zone)))
        {
            // What stays keeps where it comes from.
            if (left.Remove((day.Date.DayNumber, day.Zone), out var row)) row.Name = day.Name;
            else db.DaysOff.Add(new DayOffEntity { Day = day.Date.DayNumber, Name = day.Name, Zone = day.Zone });
        }
        db.DaysOff.RemoveRange(left.Values);
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
    }
}
