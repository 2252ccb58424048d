using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Observatory.Core.Storage;

/// <summary>What an error says about the store, for whoever knows no provider.</summary>
public static class StoreErrors
{
    private const int DiskFull = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Nothing can be written or read now, for a reason that is not the caller's: a full disk, a lock, a damaged or missing file.</summary>
    public static bool IsUnavailable(Exception error)
    {
        const int Locked = 5, TableLocked = 6, ReadOnly = 8, InputOutput = 10, Full = 13, CannotOpen = 14;
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is StoreLostException || IsDamage(e)) return true;
            if (e is SqliteException sqlite && sqlite.SqliteErrorCode is Locked or TableLocked or ReadOnly or InputOutput or Full or CannotOpen) return true;
            if (e is IOException { HResult: DiskFull or WindowsDiskFull }) return true;
        }
        return false;
    }

    /// <summary>It, or its cause, is the database's.</summary>
    public static DbException? Find(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is DbException found) return found;
        }
        return null;
    }

    /// <summary>A part of the database cannot be read, and never will be.</summary>
    internal static bool IsDamage(Exception error)
    {
        const int Corrupt = 11, NoDatabase = 26;
        return error is SqliteException { SqliteErrorCode: Corrupt or NoDatabase } or InvalidDataException;
    }
}
