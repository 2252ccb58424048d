using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;
using Observatory.Core.Storage.Sqlite.Blocks;
using Observatory.Core.Storage.Writing.Keys;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>The database file: where it is, how it is opened, and how it is brought up to date at start.</summary>
public sealed class SqliteDatabase(string path, TimeProvider clock, ILogger<SqliteDatabase> log) : IDisposable
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly StoreState _state = new(path + ".state");
    private StoreGuard? _guard;

    /// <summary>Versions before this one can lose committed pages in WAL mode.</summary>
    public static Version MinimumVersion { get; } = new(3, 51, 3);

    public string Path { get; } = path;

    /// <summary>Never makes a file: where the database was taken away, there is none.</summary>
    public string ConnectionString { get; } = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true,
        Mode = SqliteOpenMode.ReadWrite }.ToString();

    public StoreHealth Health { get; } = new(path, SqliteErrors.Instance, clock, log);

    /// <summary>The program before this one ended without closing it: it was killed, or the power went.</summary>
    public bool WasUnclean { get; private set; }

    internal WriteTurns Turns { get; } = new();

    internal StoreGuard Guard => _guard ??= new StoreGuard(Path, Health);

    /// <summary>New items of one kind in one transaction that make a block; fewer are rows. To be set before the first write.</summary>
    internal int FewestInBlock { get; set; } = BlockFormat.FewestRows;

    /// <summary>Keys of a kind that the writer holds in memory. To be set before the first write.</summary>
    internal int KeysInMemory { get; set; } = KeyStore.Limit;

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
    /// Checks the engine, brings the file up to date (<see cref="SqliteUpgrade"/>), and begins to watch it. The caller holds the lock on the data directory.
    /// </summary>
    /// <exception cref="StartRefusedException">The engine is too old, or the database is damaged, newer than the program, or none of this
    /// program's.</exception>
    public async Task PrepareAsync(IDbContextFactory<ObservatoryContext> contexts, CancellationToken cancel)
    {
        CheckEngine();
        try
        {
            WasUnclean = _state.Read() == StoreState.Open;
            await new SqliteUpgrade(this, _state, clock, log).RunAsync(contexts, cancel).ConfigureAwait(false);
            Guard.Begin();
            KeepForOwner();
            _state.Write(StoreState.Open);
        }
        catch (SqliteException e)
        {
            throw new StartRefusedException(SqliteErrors.Instance.IsDamage(e)
                ? $"The database {Path} is damaged ({e.Message}). Move it away and start again: transcripts that are still there are imported anew."
                : $"The database {Path} cannot be opened: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The database {Path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Notes the clean end: what is left open by then was killed.</summary>
    public void Dispose()
    {
        if (!Guard.IsWatching) return;
        Guard.Dispose();
        _state.Write(StoreState.Closed);
    }

    /// <summary>One of an earlier version, or made under another mask, may be readable by others.</summary>
    private void KeepForOwner()
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (var file in Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(Path)!, System.IO.Path.GetFileName(Path) + "*"))
        {
            try
            {
                if (File.GetUnixFileMode(file) != OwnerOnly) File.SetUnixFileMode(file, OwnerOnly);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another account's, which lets this one write: its mode is not ours to choose.
            }
        }
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

    /// <summary>A connection of the pool, without EF: for what must not wait for its model. Dispose it soon.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        Pragmas.Apply(connection);
        return connection;
    }

    /// <summary>
    /// The writer's own connection, outside the pool, with a larger cache and later checkpoints. For one thread at a time. A damaged block is left out where
    /// it reads all of them, and said; where one is asked for, it is an error.
    /// </summary>
    public sqlite3 OpenWriter()
    {
        var db = Open("PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY;");
        BlockModule.Register(db);
        BlockDamage.Tolerate(db, Health.ReportDamage);
        return db;
    }

    /// <summary>A connection outside the pool that sees what is committed and changes nothing, with a small cache. For one thread at a time.</summary>
    public sqlite3 OpenReader() => Open("PRAGMA query_only=ON; PRAGMA cache_size=-1024;");

    private sqlite3 Open(string more)
    {
        var db = NativeBinding.OpenUnlocked(Path);
        var result = raw.sqlite3_exec(db, Pragmas.Common + more);
        if (result == raw.SQLITE_OK) return db;
        var error = new SqliteException(raw.sqlite3_errmsg(db).utf8_to_string(), result, raw.sqlite3_extended_errcode(db));
        db.Dispose();
        throw error;
    }
}
