using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// Holds the files of the database against their paths. A file that is removed or replaced stays open and takes what is written, and all of it is gone
/// with the process: so nobody is told that something is stored before this was asked. Thread-safe.
/// </summary>
internal sealed class StoreGuard(string path, StoreHealth health) : IDisposable
{
    private static readonly string[] s_suffixes = ["", "-wal", "-shm"];

    private readonly (string Path, FileIdentity? Was)[] _files = new (string, FileIdentity?)[s_suffixes.Length];
    private volatile bool _isWatching;

    public bool IsWatching => _isWatching;

    /// <summary>Held open and unused: while it is, SQLite neither removes nor makes anew the companions of the database, so each stays one file.</summary>
    private sqlite3? _keeper;

    /// <summary>Notes which files they are. The database is there and up to date.</summary>
    public void Begin()
    {
        if (_isWatching) return;
        _keeper = NativeBinding.OpenUnlocked(path);
        var result = raw.sqlite3_exec(_keeper, Pragmas.Common + "SELECT 1 FROM sqlite_master LIMIT 1;");
        if (result != raw.SQLITE_OK)
            throw new SqliteException(raw.sqlite3_errmsg(_keeper).utf8_to_string(), result & 0xFF, raw.sqlite3_extended_errcode(_keeper));
        for (var i = 0; i < s_suffixes.Length; i++) _files[i] = (path + s_suffixes[i], FileIdentity.Of(path + s_suffixes[i]));
        _isWatching = true;
    }

    /// <exception cref="StoreLostException">Some file of it is not the one of the start.</exception>
    public void Check()
    {
        if (!_isWatching) return;
        foreach (var (file, was) in _files)
        {
            if (was is null || FileIdentity.Of(file) == was) continue;
            var reason = $"The database {path} was removed, moved or replaced while the program runs ({Path.GetFileName(file)} is another file or none). "
                + $"Nothing is "
                + "taken until it is back: move it back with its -wal and -shm, or start the program again to go on with what lies there now.";
            health.Report(StoreFaultKind.Lost, reason);
            throw new StoreLostException(reason);
        }
        health.Over(StoreFaultKind.Lost, $"The database {path} is back; what comes in is taken again.");
    }

    public void Dispose()
    {
        _isWatching = false;
        _keeper?.Dispose();
        _keeper = null;
    }
}
