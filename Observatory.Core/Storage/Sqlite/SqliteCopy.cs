using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Copies the database from one snapshot of it, on a connection of its own that can be stopped in the middle of a statement.</summary>
internal sealed class SqliteCopy(SqliteDatabase database) : IStoreCopy
{
    private const int Interrupted = 9;

    public Task WriteAsync(string target, CancellationToken cancel = default) => Task.Run(() =>
    {
        database.Guard.Check();
        using var connection = Open(database.Path, SqliteOpenMode.ReadWrite);
        Run(connection, "VACUUM INTO $target", target, cancel);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(target, SqliteDatabase.OwnerOnly);
        using var file = new FileStream(target, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }, cancel);

    public Task<string?> CheckAsync(string file, CancellationToken cancel = default) => Task.Run(() =>
    {
        try
        {
            using var connection = Open(file, SqliteOpenMode.ReadOnly);
            return Run(connection, "PRAGMA integrity_check(1)", null, cancel) is "ok" ? null : "It is damaged.";
        }
        catch (SqliteException e)
        {
            return $"It cannot be read: {e.Message}";
        }
    }, cancel);

    internal static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    internal static string? Run(SqliteConnection connection, string sql, string? target, CancellationToken cancel)
    {
        var handle = connection.Handle!;
        using var stop = cancel.Register(() => raw.sqlite3_interrupt(handle));
        try
        {
            cancel.ThrowIfCancellationRequested();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            if (target is not null) command.Parameters.AddWithValue("$target", target);
            return command.ExecuteScalar()?.ToString();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == Interrupted && cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException("The copy was stopped.", e, cancel);
        }
    }
}
