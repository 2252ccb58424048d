using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>What SQLite's codes mean.</summary>
internal sealed class SqliteErrors : StoreErrors
{
    public static SqliteErrors Instance { get; } = new();

    public override int? CodeOf(Exception error) => (error as SqliteException)?.SqliteExtendedErrorCode;

    protected override StoreErrorKind KindOf(DbException error)
    {
        const int Error = 1, ReadOnly = 8, Corrupt = 11, CannotOpen = 14, TooBig = 18, Constraint = 19, Mismatch = 20, Misuse = 21, Forbidden = 23, Range = 25,
            NoDatabase = 26;
        if (error is not SqliteException sqlite) return StoreErrorKind.None;
        return sqlite.SqliteErrorCode switch
        {
            Corrupt or NoDatabase => StoreErrorKind.Damage,
            TooBig or Constraint or Mismatch or Misuse or Range => StoreErrorKind.Refused,
            Error or ReadOnly or CannotOpen or Forbidden => StoreErrorKind.NeedsHelp,
            _ => StoreErrorKind.Passing,
        };
    }

    protected override bool IsUnavailable(DbException error)
    {
        const int Locked = 5, TableLocked = 6, ReadOnly = 8, InputOutput = 10, Full = 13, CannotOpen = 14;
        return error is SqliteException { SqliteErrorCode: Locked or TableLocked or ReadOnly or InputOutput or Full or CannotOpen };
    }
}
