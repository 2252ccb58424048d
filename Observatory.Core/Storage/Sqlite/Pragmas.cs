using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Observatory.Core.Storage.Sqlite.Blocks;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Sets up every connection that EF opens.</summary>
internal sealed class Pragmas : DbConnectionInterceptor
{
    /// <summary>FULL: in simulated power cuts NORMAL lost acknowledged rows, FULL none; with group commit it costs little.</summary>
    internal const string Common =
        "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; " +
        "PRAGMA journal_size_limit=67108864; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;";

    /// <summary>
    /// For a new file, before all else. Never for one that is there: to set it takes the write lock, and then whoever reads would wait for
    /// whoever writes.
    /// </summary>
    internal const string OfNewFile = "PRAGMA auto_vacuum=INCREMENTAL; ";

    private static readonly ConditionalWeakTable<sqlite3, object> s_done = [];

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    internal static void Apply(DbConnection connection)
    {
        // The pool hands out the same handle again and again, and it keeps what was set.
        var handle = ((SqliteConnection)connection).Handle!;
        if (s_done.TryGetValue(handle, out _)) return;
        BlockModule.Register(handle);
        // EF asks whether the database exists over a read-only connection, where these would fail.
        if (new SqliteConnectionStringBuilder(connection.ConnectionString).Mode == SqliteOpenMode.ReadOnly) return;
        using var command = connection.CreateCommand();
        command.CommandText = Common;
        command.ExecuteNonQuery();
        s_done.AddOrUpdate(handle, Common);
    }
}
