using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;
using Observatory.Core.Storage.Sqlite.Blocks;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Makes the database where there is none, and brings one of an earlier version up to date. What is not ours is not touched.</summary>
internal sealed class SqliteUpgrade(SqliteDatabase database, StoreState state, TimeProvider clock, ILogger log)
{
    /// <summary>In the header of each database that this program made since it knows it: "OBSV".</summary>
    public const int ApplicationId = 0x4F425356;

    private const string History = "__EFMigrationsHistory", Lock = "__EFMigrationsLock";
    private const string Another = "Move it away, or choose another Observatory:DataDirectory.";

    private static readonly HashSet<string> s_known =
        [.. typeof(SqliteDatabase).Assembly.GetTypes().Select(t => t.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>()];

    private string File => database.Path;

    /// <summary>Names the copy of an upgrade that has not ended.</summary>
    private string Note => File + ".upgrading";

    /// <summary><c>Migrations/schema.sql</c>; a test holds it against the migrations.</summary>
    internal static string Schema
    {
        get
        {
            using var text = new StreamReader(typeof(SqliteDatabase).Assembly.GetManifestResourceStream("schema.sql")!);
            return text.ReadToEnd();
        }
    }

    /// <exception cref="StartRefusedException">It is none of this program's, newer than the program, or not whole. Nothing was changed.</exception>
    public async Task RunAsync(IDbContextFactory<ObservatoryContext> contexts, CancellationToken cancel)
    {
        // A start that was cut short may have left an empty file; where the state is known, there was more.
        var file = new FileInfo(File);
        if (file is not { Exists: true, Length: > 0 })
        {
            if (file.Exists && (state.Read() is not null || new FileInfo(File + "-wal") is { Exists: true, Length: > 0 }))
            {
                throw new StartRefusedException(
                    $"The database {File} is empty, and it was not before. Put back a copy of it, or delete it to begin anew: transcripts that are still "
                        + $"there are "
                    + "imported again.");
            }
            await CreateAsync(cancel).ConfigureAwait(false);
            return;
        }
        var (applied, id) = await ReadAsync(cancel).ConfigureAwait(false);
        if (applied.Except(s_known).Order(StringComparer.Ordinal).LastOrDefault() is { } newest)
        {
            throw new StartRefusedException(
                $"The database {File} was written by a newer version of this program (it has {newest}). Install that version, or choose another "
                + "Observatory:DataDirectory.");
        }
        await ClearStaleLockAsync(cancel).ConfigureAwait(false);
        if (applied.SetEquals(s_known)) await CheckAsync(cancel).ConfigureAwait(false);
        else await UpgradeAsync(contexts, applied, cancel).ConfigureAwait(false);
        if (id == 0) await SignAsync(cancel).ConfigureAwait(false);
    }

    private async Task UpgradeAsync(IDbContextFactory<ObservatoryContext> contexts, HashSet<string> applied, CancellationToken cancel)
    {
        if (applied.Count > 0) await BackUpAsync(applied, cancel).ConfigureAwait(false);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        await db.Database.MigrateAsync(cancel).ConfigureAwait(false);
        System.IO.File.Delete(Note);
    }

    /// <summary>
    /// All migrations at once, as text that the migration tool wrote: EF would build a model for each of them first. Each is a transaction that
    /// notes itself, so that a start which was cut short goes on as an upgrade.
    /// </summary>
    private async Task CreateAsync(CancellationToken cancel)
    {
        // Outside the pool: whatever breaks off in the middle of a transaction ends with its connection.
        var connect = new SqliteConnectionStringBuilder(database.ConnectionString) { Pooling = false, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();
        await using (var connection = new SqliteConnection(connect))
        {
            await connection.OpenAsync(cancel).ConfigureAwait(false);
            BlockModule.Register(connection.Handle!);
            await using var command = connection.CreateCommand();
            command.CommandText = Pragmas.OfNewFile + Pragmas.Common + Sign + Schema;
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
        var (applied, _) = await ReadAsync(cancel).ConfigureAwait(false);
        if (!applied.SetEquals(s_known)) throw new StartRefusedException($"The database {File} could not be made: not all of its tables are there.");
    }

    private static string Sign { get; } = string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id={ApplicationId}; ");

    private async Task SignAsync(CancellationToken cancel)
    {
        await using var connection = await OpenAsync(database.ConnectionString, cancel).ConfigureAwait(false);
        await RunAsync(connection, Sign, cancel).ConfigureAwait(false);
    }

    /// <summary>What the file says of itself: most starts end here, and then EF is not needed to begin.</summary>
    /// <exception cref="StartRefusedException">Another program's.</exception>
    private async Task<(HashSet<string> Applied, long Id)> ReadAsync(CancellationToken cancel)
    {
        await using var connection = await OpenAsync(database.ConnectionString, cancel).ConfigureAwait(false);
        var sign = await TextsAsync(connection, "SELECT application_id || '' FROM pragma_application_id", cancel).ConfigureAwait(false);
        var id = long.Parse(sign[0], CultureInfo.InvariantCulture);
        var applied = await AppliedAsync(connection, cancel).ConfigureAwait(false);
        const string Others = $"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('{History}', '{Lock}')";
        var tables = await TextsAsync(connection, Others, cancel).ConfigureAwait(false);
        // Each migration notes itself with what it makes, the first one with all versions.
        var isForeign = id != 0 ? id != ApplicationId : tables.Count > 0 && !applied.Contains(s_known.Min(StringComparer.Ordinal)!);
        return isForeign ? throw new StartRefusedException($"{File} is a database of another program. {Another}") : (applied, id);
    }

    private static async Task<HashSet<string>> AppliedAsync(SqliteConnection connection, CancellationToken cancel)
    {
        var history = await TextsAsync(connection, $"SELECT name FROM sqlite_master WHERE name = '{History}'", cancel).ConfigureAwait(false);
        return history.Count == 0 ? [] : [.. await TextsAsync(connection, $"SELECT MigrationId FROM {History}", cancel).ConfigureAwait(false)];
    }

    private async Task CheckAsync(CancellationToken cancel)
    {
        await using var connection = await OpenAsync(database.ConnectionString, cancel).ConfigureAwait(false);
        if (SchemaCheck.FindMissing(connection) is not { } missing) return;
        throw new StartRefusedException(
            $"The database {File} lacks {missing}: it is damaged or was changed. Put back a copy of it, or move it away and start again: transcripts that "
                + $"are still "
            + "there are imported anew.");
    }

    /// <summary>A kill during a migration leaves a row that would block every later start for ever.</summary>
    private async Task ClearStaleLockAsync(CancellationToken cancel)
    {
        await using var connection = await OpenAsync(database.ConnectionString, cancel).ConfigureAwait(false);
        var locks = await TextsAsync(connection, $"SELECT name FROM sqlite_master WHERE name = '{Lock}'", cancel).ConfigureAwait(false);
        if (locks.Count == 0) return;
        if (await RunAsync(connection, $"DELETE FROM {Lock}", cancel)
            .ConfigureAwait(false) > 0) log.LogWarning("Cleared a migration lock that an interrupted start left behind");
    }

    /// <summary>
    /// Under its own name only once it is whole: one that a kill cut off looks like none. An upgrade that did not end leaves one copy, however often it is
    /// begun.
    /// </summary>
    private async Task BackUpAsync(HashSet<string> applied, CancellationToken cancel)
    {
        var (target, partial) = ($"{File}.before-upgrade-{clock.GetUtcNow():yyyyMMdd-HHmmss}", File + ".backup-unfinished");
        System.IO.File.Delete(partial);
        if (await ReadNoteAsync(cancel).ConfigureAwait(false) is var (earlier, its))
        {
            // Where a part of the upgrade is done, the copy is what was there before.
            if (!its.SetEquals(applied)) return;
            System.IO.File.Delete(earlier);
        }
        NeedRoom();
        await using (var connection = await OpenAsync(database.ConnectionString, cancel).ConfigureAwait(false))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO $target";
            command.Parameters.AddWithValue("$target", partial);
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
        if (!OperatingSystem.IsWindows()) System.IO.File.SetUnixFileMode(partial, SqliteDatabase.OwnerOnly);
        await System.IO.File.WriteAllTextAsync(Note, System.IO.Path.GetFileName(target), cancel).ConfigureAwait(false);
        System.IO.File.Move(partial, target, overwrite: true);
        log.LogInformation("Backed the database up to {Target} before the upgrade", target);
    }

    /// <summary>The copy that an upgrade made which did not end, and what was applied then. Null = there is none.</summary>
    private async Task<(string Path, HashSet<string> Applied)?> ReadNoteAsync(CancellationToken cancel)
    {
        if (!System.IO.File.Exists(Note)) return null;
        var name = System.IO.Path.GetFileName((await System.IO.File.ReadAllTextAsync(Note, cancel).ConfigureAwait(false)).Trim());
        var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(File)!, name);
        if (!name.StartsWith(System.IO.Path.GetFileName(File) + ".before-upgrade-", StringComparison.Ordinal) || !System.IO.File.Exists(path)) return null;
        var read = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString();
        await using var copy = await OpenAsync(read, cancel).ConfigureAwait(false);
        return (path, await AppliedAsync(copy, cancel).ConfigureAwait(false));
    }

    private void NeedRoom()
    {
        var folder = System.IO.Path.GetDirectoryName(File)!;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var needed = new FileInfo(File).Length;
        if (free >= needed) return;
        const int Mega = 1024 * 1024;
        throw new StartRefusedException(
            $"The database {File} is of an earlier version and is copied before its upgrade: that takes {needed / Mega + 1} MB, "
                + $"and {folder} has {free / Mega} MB left. "
            + "Make room and start again.");
    }

    private static async Task<SqliteConnection> OpenAsync(string connect, CancellationToken cancel)
    {
        var connection = new SqliteConnection(connect);
        try
        {
            await connection.OpenAsync(cancel).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<int> RunAsync(SqliteConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }

    private static async Task<List<string>> TextsAsync(SqliteConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var rows = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var texts = new List<string>();
        while (await rows.ReadAsync(cancel).ConfigureAwait(false)) texts.Add(rows.GetString(0));
        return texts;
    }
}
