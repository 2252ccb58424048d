using Microsoft.EntityFrameworkCore;
using Observatory.Core.Pricing;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Prices;

/// <summary>The administrator's own prices: kept in the database, and in the book that prices what comes. Thread-safe.</summary>
public sealed class OwnPrices(
    IDbContextFactory<ObservatoryContext> contexts, INarrowReads reads, CurrentPrices book, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Reads them into the book. To be called before the first event is priced.</summary>
    public void Load() => book.Use(List());

    /// <summary>By their number.</summary>
    public IReadOnlyList<PriceRow> List() => [.. reads.OwnPrices().Select(Read)];

    /// <summary>Adds one. What is priced from now on has the price; what is stored keeps its own until someone asks for new prices.</summary>
    public Task<PriceRow?> AddAsync(PriceRow row, CancellationToken cancel = default) => ChangeAsync(row, null, cancel);

    /// <returns>Null = there is none of that number.</returns>
    public Task<PriceRow?> ReplaceAsync(int id, PriceRow row, CancellationToken cancel = default) => ChangeAsync(row, id, cancel);

    /// <returns>False = there is none of that number.</returns>
    public async Task<bool> RemoveAsync(int id, CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            if (await db.Prices.Where(p => p.Id == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false) == 0) return false;
            Load();
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<PriceRow?> ChangeAsync(PriceRow row, int? id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(row);
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            var entity = id is null ? new PriceEntity() : await db.Prices.AsTracking().FirstOrDefaultAsync(p => p.Id == id, cancel).ConfigureAwait(false);
            if (entity is null) return null;
            Write(entity, row);
            entity.ChangedAt = clock.GetUtcNow().ToUnixTimeMilliseconds();
            if (id is null) db.Prices.Add(entity);
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            Load();
            return Read(entity);
        }
        finally
        {
            _gate.Release();
        }
    }

    private static PriceRow Read(PriceEntity x) => new(
        x.Model, x.ValidFrom ?? long.MinValue, x.ValidTo ?? long.MaxValue, 0, x.Speed == "fast", x.Input, x.CacheWrite5m, x.CacheWrite1h, x.CacheRead,
        x.Output, false, false, x.Source) { OwnId = x.Id, Tier = x.Tier, Region = x.Region, WebSearch = x.WebSearch };

    private static void Write(PriceEntity x, PriceRow row)
    {
        (x.Model, x.Source, x.Tier, x.Region, x.Speed) = (ModelId.Normalize(row.Model), row.Source, row.Tier, row.Region, row.IsFast ? "fast" : null);
        x.ValidFrom = row.ValidFrom == long.MinValue ? null : row.ValidFrom;
        x.ValidTo = row.ValidTo == long.MaxValue ? null : row.ValidTo;
        (x.Input, x.Output, x.CacheWrite5m, x.CacheWrite1h, x.CacheRead, x.WebSearch) =
            (row.Input, row.Output, row.Write5m, row.Write1h, row.Read, row.WebSearch);
    }

    public void Dispose() => _gate.Dispose();
}
