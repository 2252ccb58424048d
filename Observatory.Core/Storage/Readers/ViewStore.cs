using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Readers;

/// <summary>Saved views in the database.</summary>
internal sealed class ViewStore(IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock) : IViews
{
    public async Task<IReadOnlyList<SavedView>> ListAsync(string reader, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var rows = await db.Views.AsNoTracking().Where(v => v.Owner == reader || v.IsShared).ToListAsync(cancel).ConfigureAwait(false);
        return [.. rows.OrderBy(v => v.Name, StringComparer.OrdinalIgnoreCase).ThenBy(v => v.Name, StringComparer.Ordinal).ThenBy(v => v.Id).Select(Of)];
    }

    public async Task<SavedView?> FindAsync(long id, string reader, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var row = await db.Views.AsNoTracking().FirstOrDefaultAsync(v => v.Id == id && (v.Owner == reader || v.IsShared), cancel).ConfigureAwait(false);
        return row is null ? null : Of(row);
    }

    public async Task<SavedView> AddAsync(ViewDraft draft, string owner, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var row = new ViewEntity { Owner = owner, CreatedAt = now };
        db.Views.Add(row);
        Fill(row, draft, now);
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        return Of(row);
    }

    public async Task<SavedView?> ChangeAsync(long id, ViewDraft draft, string owner, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (await db.Views.AsTracking().FirstOrDefaultAsync(v => v.Id == id && v.Owner == owner, cancel).ConfigureAwait(false) is not { } row) return null;
        Fill(row, draft, clock.GetUtcNow().ToUnixTimeMilliseconds());
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        return Of(row);
    }

    public async Task<bool> RemoveAsync(long id, string owner, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Views.Where(v => v.Id == id && v.Owner == owner).ExecuteDeleteAsync(cancel).ConfigureAwait(false) > 0;
    }

    private static void Fill(ViewEntity row, ViewDraft draft, long now) =>
        (row.Name, row.Path, row.Query, row.IsShared, row.ChangedAt) = (draft.Name, draft.Path, draft.Query, draft.IsShared, now);

    private static SavedView Of(ViewEntity row) => new(
        row.Id, row.Owner, row.Name, row.Path, row.Query, row.IsShared, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        DateTimeOffset.FromUnixTimeMilliseconds(row.ChangedAt));
}
