using Microsoft.EntityFrameworkCore;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Storage;

/// <summary>Reads the bookmarks that the writer committed.</summary>
internal sealed class BookmarkStore(IDbContextFactory<ObservatoryContext> contexts) : IBookmarkStore
{
    public async Task<IReadOnlyList<Bookmark>> LoadBookmarksAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var files = await db.Files.ToListAsync(cancel).ConfigureAwait(false);
        return [.. files.Select(f => new Bookmark(f.Path, f.Offset, f.Line, (ulong)f.HeadHash, f.HeadLength, (ulong)f.TailHash, f.Size, f.ModifiedAt))];
    }
}
