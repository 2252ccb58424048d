using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Readers;

/// <summary>Marks in the database: few rows, read whole.</summary>
internal sealed class AnomalyMarkStore(IDbContextFactory<ObservatoryContext> contexts) : IAnomalyMarks
{
    public async Task<IReadOnlyList<AnomalyMark>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var rows = await db.AnomalyMarks.AsNoTracking().OrderBy(m => m.Id).ToListAsync(cancel).ConfigureAwait(false);
        return [.. rows.Select(m => new AnomalyMark(m.AnomalyId, (Expectation)m.Expected, m.By, DateTimeOffset.FromUnixTimeMilliseconds(m.At)))];
    }

    public async Task SetAsync(AnomalyMark mark, DayOff? dayOff, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(mark);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var row = await db.AnomalyMarks.AsTracking().FirstOrDefaultAsync(m => m.AnomalyId == mark.AnomalyId, cancel).ConfigureAwait(false);
        if (row is null) db.AnomalyMarks.Add(row = new AnomalyMarkEntity { AnomalyId = mark.AnomalyId });
        (row.Expected, row.By, row.At) = ((int)mark.Expected, mark.By, mark.At.ToUnixTimeMilliseconds());
        var brought = await db.DaysOff.Where(d => d.AnomalyId == mark.AnomalyId).ToListAsync(cancel).ConfigureAwait(false);
        db.DaysOff.RemoveRange(brought);
        if (dayOff is not null) await AddAsync(db, mark.AnomalyId, dayOff, cancel).ConfigureAwait(false);
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
    }

    public async Task RemoveAsync(string anomalyId, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        db.AnomalyMarks.RemoveRange(await db.AnomalyMarks.Where(m => m.AnomalyId == anomalyId).ToListAsync(cancel).ConfigureAwait(false));
        db.DaysOff.RemoveRange(await db.DaysOff.Where(d => d.AnomalyId == anomalyId).ToListAsync(cancel).ConfigureAwait(false));
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>A day that is on the list already stays as it is there: it is not this mark's to take away.</summary>
    private static async Task AddAsync(ObservatoryContext db, string anomalyId, DayOff day, CancellationToken cancel)
    {
        var number = day.Date.DayNumber;
        var isThere = await db.DaysOff.AnyAsync(d => d.Day == number && d.Zone == day.Zone && d.AnomalyId != anomalyId, cancel).ConfigureAwait(false);
        if (!isThere) db.DaysOff.Add(new DayOffEntity { Day = number, Name = day.Name, Zone = day.Zone, AnomalyId = anomalyId });
    }
}
