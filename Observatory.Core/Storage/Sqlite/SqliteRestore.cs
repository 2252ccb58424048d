using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Observatory.Core.Auditing;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// Puts a copy in the place of the database file. All work is done on a second file in a folder of its own; the last step is one change of a name. The caller
/// holds the lock on the data directory.
/// </summary>
internal sealed class SqliteRestore(string path, TimeProvider clock) : IStoreRestore
{
    private const string Columns = "seq, at, actor_kind, actor_id, actor_name, action, target, address, details, hash";

    private string Work => Path.Combine(Path.GetDirectoryName(path)!, "restoring");

    public async Task<StoreRestored> RunAsync(string file, Action<IAuditTable> seal, CancellationToken cancel = default)
    {
        Refuse(file);
        if (Directory.Exists(Work)) Directory.Delete(Work, recursive: true);
        Directory.CreateDirectory(Work);
        try
        {
            var target = Path.Combine(Work, Path.GetFileName(path));
            File.Copy(file, target);
            await PrepareAsync(file, target, cancel).ConfigureAwait(false);
            var rows = TakeLogOver(target);
            Close(target);
            var aside = Swap(target);
            using var restored = new SqliteDatabase(path, clock, NullLogger<SqliteDatabase>.Instance);
            await restored.PrepareAsync(new Contexts(restored.ConnectionString), cancel).ConfigureAwait(false);
            seal(new AuditTable(restored));
            var counts = Count(restored);
            Forget(restored);
            return counts with { Aside = aside, AuditRows = rows };
        }
        finally
        {
            Directory.Delete(Work, recursive: true);
        }
    }

    private void Refuse(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists) throw new StartRefusedException($"There is no file {file}.");
        if (info.Length == 0) throw new StartRefusedException($"{file} is empty.");
        if (Path.GetFullPath(file) == Path.GetFullPath(path)) throw new StartRefusedException($"{file} is the database itself.");
        if (new FileInfo(file + "-wal") is { Exists: true, Length: > 0 })
            throw new StartRefusedException($"{file} has a log beside it: it is in use, or was not closed, and is no copy.");
        const long Mega = 1024 * 1024;
        var free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
        if (free < info.Length + Mega)
            throw new StartRefusedException($"The copy takes {info.Length / Mega + 1} MB, and {free / Mega} MB are left. What is there now is kept beside it.");
    }

    /// <summary>Whether it is ours and whole; an older one is brought up to date.</summary>
    private async Task PrepareAsync(string file, string target, CancellationToken cancel)
    {
        try
        {
            using var database = new SqliteDatabase(target, clock, NullLogger<SqliteDatabase>.Instance);
            await database.PrepareAsync(new Contexts(database.ConnectionString), cancel).ConfigureAwait(false);
            var faults = await new StoreCheck(database).RunAsync(cancel).ConfigureAwait(false);
            Forget(database);
            if (faults.Count > 0) throw new StartRefusedException($"The database {target} is damaged ({faults[0]}).");
        }
        catch (StartRefusedException e)
        {
            throw new StartRefusedException($"It cannot be restored. {e.Message.Replace(target, file, StringComparison.Ordinal)}", e);
        }
    }

    /// <summary>What was done is not undone: the log stays the one that there is, with what was done since the copy was made.</summary>
    private long? TakeLogOver(string target)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var copy = SqliteCopy.Open(target, SqliteOpenMode.ReadWrite);
            Run(copy, "ATTACH DATABASE $value AS present", path);
            if (Run(copy, "SELECT COUNT(*) FROM present.sqlite_master WHERE name = 'audit_log'") is not 1L) return null;
            using var transaction = copy.BeginTransaction();
            Run(copy, "DELETE FROM main.audit_log");
            Run(copy, $"INSERT INTO main.audit_log ({Columns}) SELECT {Columns} FROM present.audit_log ORDER BY seq");
            var rows = (long)Run(copy, "SELECT COUNT(*) FROM main.audit_log")!;
            transaction.Commit();
            return rows;
        }
        catch (SqliteException)
        {
            // It is damaged: that is why somebody restores it. The mark beside it says what is missing.
            return null;
        }
    }

    private string? Swap(string target)
    {
        string? aside = null;
        if (File.Exists(path))
        {
            aside = string.Create(CultureInfo.InvariantCulture, $"{path}.before-restore-{clock.GetUtcNow():yyyyMMdd-HHmmss}");
            for (var n = 2; File.Exists(aside); n++) aside = $"{aside.Split('~')[0]}~{n}";
            using (var present = new SqliteDatabase(path, clock, NullLogger<SqliteDatabase>.Instance)) Forget(present);
            Close(path);
            // A log that could not be written back belongs to what it stood beside; whatever else stands there is made anew.
            if (new FileInfo(path + "-wal") is { Exists: true, Length: > 0 }) File.Move(path + "-wal", aside + "-wal");
            File.Delete(path + "-wal");
            File.Delete(path + "-shm");
            DiskNames.KeepAs(path, aside);
        }
        File.Move(target, path, overwrite: true);
        DiskNames.Sync(Path.GetDirectoryName(path)!);
        return aside;
    }

    /// <summary>Writes the log back into its database, so that the file is all of it.</summary>
    private static void Close(string file)
    {
        try
        {
            using var connection = SqliteCopy.Open(file, SqliteOpenMode.ReadWrite);
            Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // Damaged: it is kept as it is, with its log.
        }
    }

    private static StoreRestored Count(SqliteDatabase database)
    {
        using var connection = database.Open();
        long Of(string from) => (long)Run(connection, $"SELECT COUNT(*) FROM {from} WHERE IsVoid = 0")!;
        var conversations = (long)Run(connection, "SELECT COUNT(*) FROM conversations")!;
        return new StoreRestored(conversations, Of("prompts") + Of("responses"), Of("tool_calls"), Of("events"), null, null);
    }

    private static object? Run(SqliteConnection connection, string sql, string? value = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (value is not null) command.Parameters.AddWithValue("$value", value);
        return command.ExecuteScalar();
    }

    /// <summary>Connections that wait to be used again would keep the file open.</summary>
    private static void Forget(SqliteDatabase database)
    {
        using var one = new SqliteConnection(database.ConnectionString);
        SqliteConnection.ClearPool(one);
    }

    private sealed class Contexts(string connect) : IDbContextFactory<ObservatoryContext>
    {
        public ObservatoryContext CreateDbContext()
        {
            var builder = new DbContextOptionsBuilder<SqliteObservatoryContext>();
            SqliteDatabase.Configure(builder, connect);
            return new SqliteObservatoryContext(builder.Options);
        }
    }
}
