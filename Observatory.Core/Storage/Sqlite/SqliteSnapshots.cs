using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Read transactions of SQLite: deferred, because EF's own would ask for the write lock.</summary>
internal sealed class SqliteSnapshots(IDbContextFactory<ObservatoryContext> contexts, SqliteDatabase database) : IReadSnapshots
{
    public async Task<ReadSnapshot> OpenAsync(CancellationToken cancel)
    {
        var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        try
        {
            await db.Database.OpenConnectionAsync(cancel).ConfigureAwait(false);
            var connection = (SqliteConnection)db.Database.GetDbConnection();
            var inner = connection.BeginTransaction(deferred: true);
            var transaction = await db.Database.UseTransactionAsync(inner, cancel).ConfigureAwait(false);
            return new ReadSnapshot(db, new Ending(inner, transaction!));
        }
        catch
        {
            await db.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Probe()
    {
        database.Guard.Check();
        using var connection = database.Open();
        using var row = Statement.On(connection, "SELECT COUNT(*) FROM runs");
        row.Read();
    }

    private sealed class Ending(SqliteTransaction inner, IDbContextTransaction outer) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await outer.DisposeAsync().ConfigureAwait(false);
            await inner.DisposeAsync().ConfigureAwait(false);
        }
    }
}
