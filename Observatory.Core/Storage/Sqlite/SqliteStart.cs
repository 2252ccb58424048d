using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Sqlite.Rework;

namespace Observatory.Core.Storage.Sqlite;

internal sealed class SqliteStart(SqliteDatabase database, IDbContextFactory<ObservatoryContext> contexts, ObservatoryOptions options) : IStoreStart
{
    public async Task PrepareAsync(CancellationToken cancel)
    {
        await database.PrepareAsync(contexts, cancel).ConfigureAwait(false);
        TextRework.Begin(database, options.Privacy.Content);
    }
}
