using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;
using Observatory.Core.Storage.Sqlite.Blocks;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>The database file: where it is, how it is opened, and how it is brought up to date at start.</summary>
public sealed class SqliteDatabase(string path, TimeProvider clock, ILogger<SqliteDatabase> log)
{
    /// <summary>Versions before this one can lose committed pages in WAL mode.</summary>
    public static Version MinimumVersion { get; } = new(3, 51, 3);

    public string Path { get; } = path;

    public string ConnectionString { get; } = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true }.ToString();

    /// <summary>New items of one kind in one transaction that make a block; fewer are rows. To be set before the first write.</summary>
    internal int FewestInBlock { get; set; } = BlockFormat.FewestRows;

    /// <summary>The one place that builds options, for the program, the tests and the migration tool.</summary>
    public static void Configure(DbContextOptionsBuilder builder, string connectionString) => builder
        .UseSqlite(connectionString)
        .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
        .ReplaceService<IMigrationsSqlGenerator, WithoutRowIdGenerator>()
        .AddInterceptors(new Pragmas());

    /// <summary>
    /// Builds EF's model on another core while the host is put together. The start does not wait for it, only the first page does. Touches no
    /// file; what fails here fails again, and is heard, where it is needed.
    /// </summary>
    public static void WarmUp() => Task.Run(() =>
    {
        Batteries_V2.Init();
        NativeBinding.DoNotCountMemory();
        var builder = new DbContextOptionsBuilder<SqliteObservatoryContext>();
        Configure(builder, "Data Source=:memory:");
        using var db = new SqliteObservatoryContext(builder.Options);
        _ = db.Model;
    });

    /// <summary>
    /// Checks the engine, clears a migration lock that a kill left behind, backs up before an upgrade, migrates. The caller holds the
    /// lock on the data directory.
    /// </summary>
    /// <exception cref="StartRefusedException">The engine is too old, or the database is damaged or newer than the program.</exception>
    public async Task PrepareAsync(IDbContextFactory<ObservatoryContext> contexts, CancellationToken cancel)
    {
        CheckEngine();
        try
        {
            await UpgradeAsync(contexts, cancel).ConfigureAwait(false);
        }
        catch (SqliteException e)
        {
            const int Corrupt = 11, NotADatabase = 26;
            throw new StartRefusedException(e.SqliteErrorCode is Corrupt or NotADatabase
                ? $"The database {Path} is damaged ({e.Message}). Move it away and start again: transcripts that are still there are imported anew."
                : $"The database {Path} cannot be opened: {e.Message}", e);
        }
    }

    private async Task UpgradeAsync(IDbContextFactory<ObservatoryContext> contexts, CancellationToken cancel)
    {
        // A start that was cut short may have left an empty file.
        if (new FileInfo(Path) is not { Exists: true, Length: > 0 })
        {
            await CreateAsync(cancel).ConfigureAwait(false);
            return;
        }
        await ClearStaleLockAsync(cancel).ConfigureAwait(false);
        if (await IsUpToDateAsync(cancel).ConfigureAwait(false)) return;
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancel).ConfigureAwait(false)).ToList();
        var unknown = applied.Except(db.Database.GetMigrations()).ToList();
        if (unknown.Count > 0)
        {
            throw new StartRefusedException(
                $"The database {Path} was written by a newer version of this program (it has {unknown[^1]}). Install that version, or choose another Observatory:DataDirectory.");
        }
        if (applied.Count > 0) await BackUpAsync(cancel).ConfigureAwait(false);
        await db.Database.MigrateAsync(cancel).ConfigureAwait(false);
        KeepForOwner();
    }

    /// <summary>
    /// All migrations at once, as text that the migration tool wrote: EF would build a model for each of them first. Each is a transaction that
    /// notes itself, so that a start which was cut short goes on as an upgrade.
    /// </summary>
    private async Task CreateAsync(CancellationToken cancel)
    {
        // Outside the pool: whatever breaks off in the middle of a transaction ends with its connection.
        await using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder(ConnectionString) { Pooling = false }.ToString()))
        {
            await connection.OpenAsync(cancel).ConfigureAwait(false);
            BlockModule.Register(connection.Handle!);
            await using var command = connection.CreateCommand();
            command.CommandText = Pragmas.OfNewFile + Pragmas.Common + Schema;
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
        if (!await IsUpToDateAsync(cancel).ConfigureAwait(false)) throw new StartRefusedException($"The database {Path} could not be made: not all of its tables are there.");
        KeepForOwner();
    }

    /// <summary><c>Migrations/schema.sql</c>; a test holds it against the migrations.</summary>
    internal static string Schema
    {
        get
        {
            using var text = new StreamReader(typeof(SqliteDatabase).Assembly.GetManifestResourceStream("schema.sql")!);
            return text.ReadToEnd();
        }
    }

    /// <summary>Its companions (-wal, -shm) get the mode of the database.</summary>
    private void KeepForOwner()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>The history holds this program's migrations and no other: most starts, and then EF is not needed to begin.</summary>
    private async Task<bool> IsUpToDateAsync(CancellationToken cancel)
    {
        var known = typeof(SqliteDatabase).Assembly.GetTypes().Select(t => t.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().ToHashSet();
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync(cancel).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM sqlite_master WHERE name = '__EFMigrationsHistory'";
        if (Convert.ToInt64(await command.ExecuteScalarAsync(cancel).ConfigureAwait(false), null) == 0) return false;
        command.CommandText = "SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\"";
        await using var rows = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var applied = new HashSet<string>();
        while (await rows.ReadAsync(cancel).ConfigureAwait(false)) applied.Add(rows.GetString(0));
        return applied.SetEquals(known);
    }

    private static void CheckEngine()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        if (Version.Parse(connection.ServerVersion) < MinimumVersion)
        {
            throw new StartRefusedException($"SQLite {connection.ServerVersion} can lose committed data; {MinimumVersion} or newer is needed.");
        }
    }

    /// <summary>A kill during a migration leaves a row that would block every later start for ever.</summary>
    private async Task ClearStaleLockAsync(CancellationToken cancel)
    {
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync(cancel).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if (Convert.ToInt64(await command.ExecuteScalarAsync(cancel).ConfigureAwait(false), null) == 0) return;
        command.CommandText = "DELETE FROM \"__EFMigrationsLock\"";
        if (await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false) > 0) log.LogWarning("Cleared a migration lock that an interrupted start left behind");
    }

    /// <summary>Under its own name only once it is whole: one that a kill cut off looks like none.</summary>
    private async Task BackUpAsync(CancellationToken cancel)
    {
        var (target, partial) = ($"{Path}.before-upgrade-{clock.GetUtcNow():yyyyMMdd-HHmmss}", Path + ".backup-unfinished");
        File.Delete(partial);
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync(cancel).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $target";
        command.Parameters.AddWithValue("$target", partial);
        await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(partial, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(partial, target, overwrite: true);
        log.LogInformation("Backed the database up to {Target} before the upgrade", target);
    }

    /// <summary>A connection of the pool, without EF: for what must not wait for its model. Dispose it soon.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        Pragmas.Apply(connection);
        return connection;
    }

    /// <summary>The writer's own connection, outside the pool, with a larger cache and later checkpoints. For one thread at a time.</summary>
    public sqlite3 OpenWriter()
    {
        var db = NativeBinding.OpenUnlocked(Path);
        var result = raw.sqlite3_exec(db, Pragmas.Common + "PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY;");
        if (result == raw.SQLITE_OK)
        {
            BlockModule.Register(db);
            return db;
        }
        var error = new SqliteException(raw.sqlite3_errmsg(db).utf8_to_string(), result, raw.sqlite3_extended_errcode(db));
        db.Dispose();
        throw error;
    }
}
