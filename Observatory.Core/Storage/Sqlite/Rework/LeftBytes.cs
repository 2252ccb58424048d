using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Sqlite.Rework;

/// <summary>
/// What was written over in earlier times may still stand in gaps of pages, and in the log. The file is made anew where it is not large; the log is cut.
/// </summary>
internal static class LeftBytes
{
    /// <summary>Beyond it the writer would stand still for too long: gaps are then filled as pages are used again.</summary>
    private const long LargestFile = 512L * 1024 * 1024;

    private const int Tries = 20;

    public static async Task ClearAsync(SqliteDatabase database, EventWriter writer, SqliteConnection connection, ILogger log, CancellationToken cancel)
    {
        try
        {
            var size = new FileInfo(database.Path).Length;
            var free = new DriveInfo(Path.GetFullPath(database.Path)).AvailableFreeSpace;
            if (size <= LargestFile && free > 3 * size)
                await writer.StandStillAsync(() => Execute(database, connection, "VACUUM"), cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            log.LogInformation("The database could not be made anew ({Message}); gaps of it are filled in time", e.Message);
        }
        for (var i = 0; i < Tries && !TryCut(connection); i++) await Task.Delay(100, cancel).ConfigureAwait(false);
    }

    private static void Execute(SqliteDatabase database, SqliteConnection connection, string sql)
    {
        using var turn = database.Turns.Take();
        using var statement = Statement.On(connection, sql);
        while (statement.Read())
        {
        }
    }

    /// <summary>False while somebody reads.</summary>
    private static bool TryCut(SqliteConnection connection)
    {
        try
        {
            // Who reads is not waited for: the writer would wait with us.
            Run(connection, "PRAGMA busy_timeout=100");
            return Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)") == 0;
        }
        catch (SqliteException)
        {
            return false;
        }
        finally
        {
            Run(connection, "PRAGMA busy_timeout=5000");
        }
    }

    private static long Run(SqliteConnection connection, string sql)
    {
        using var statement = Statement.On(connection, sql);
        var first = 0L;
        while (statement.Read()) first = statement.Long(0);
        return first;
    }
}
