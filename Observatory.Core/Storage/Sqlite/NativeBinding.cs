using System.Runtime.InteropServices;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// The calls that are made some million times a minute, straight into the library that SQLitePCL loads. Through its
/// wrapper each takes and returns a safe handle, which was a fifth of the writer's time. The caller keeps the statement alive.
/// </summary>
internal static class NativeBinding
{
    private const string Library = "e_sqlite3";

    [DllImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition,
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static extern int BindInt64(nint statement, int index, long value);

    [DllImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition,
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static extern int BindNull(nint statement, int index);

    // These two may read and write files: the collector must not wait for them.

    [DllImport(Library, EntryPoint = "sqlite3_step"), DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static extern int Step(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_reset"), DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static extern int Reset(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition,
        DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static extern long ColumnInt64(nint statement, int column);

    /// <summary>
    /// SQLite's own counting of its memory takes a lock for each allocation of every connection; nobody asks for the sum. Has an effect only before
    /// the first connection of the process, and does no harm after it.
    /// </summary>
    public static void DoNotCountMemory() => raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);

    /// <summary>A connection that only one thread uses: SQLite then takes no lock a call. The file must be there.</summary>
    public static sqlite3 OpenUnlocked(string path)
    {
        Batteries_V2.Init();
        DoNotCountMemory();
        var result = raw.sqlite3_open_v2(path, out var db, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null);
        if (result == raw.SQLITE_OK) return db;
        var message = raw.sqlite3_errmsg(db).utf8_to_string();
        db.Dispose();
        throw new Microsoft.Data.Sqlite.SqliteException($"{path} cannot be opened: {message}", result);
    }
}
