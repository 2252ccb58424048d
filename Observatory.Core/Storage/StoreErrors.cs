using System.Data.Common;

namespace Observatory.Core.Storage;

/// <summary>What an error says about the store, and with it what helps.</summary>
public enum StoreErrorKind
{
    /// <summary>Nothing: it is another's.</summary>
    None,

    /// <summary>A full disk, a lock, a disk that answers with errors: it may pass.</summary>
    Passing,

    /// <summary>It stays until someone mends it: the database is gone, of another shape, or not to be written by this account.</summary>
    NeedsHelp,

    /// <summary>A part of the database cannot be read, and never will be.</summary>
    Damage,

    /// <summary>The statement or its values are wrong: it fails in the same way each time.</summary>
    Refused,
}

/// <summary>Reads errors for whoever knows no provider; a provider says what its own mean.</summary>
public abstract class StoreErrors
{
    private const int DiskFull = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>What the error itself says; its causes are not looked at.</summary>
    public StoreErrorKind KindOf(Exception error) => error switch
    {
        DbException own => KindOf(own),
        // Of what the database holds for us, byte by byte.
        InvalidDataException => StoreErrorKind.Damage,
        _ => StoreErrorKind.None,
    };

    /// <summary>A part of the database cannot be read, and never will be.</summary>
    public bool IsDamage(Exception error) => KindOf(error) == StoreErrorKind.Damage;

    /// <summary>Nothing can be written or read now, for a reason that is not the caller's: a full disk, a lock, a damaged or missing file.</summary>
    public bool IsUnavailable(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is StoreLostException || IsDamage(e)) return true;
            if (e is DbException own && IsUnavailable(own)) return true;
            if (e is IOException { HResult: DiskFull or WindowsDiskFull }) return true;
        }
        return false;
    }

    /// <summary>The provider's number for the error, null where it is not the provider's.</summary>
    public abstract int? CodeOf(Exception error);

    /// <summary>It, or its cause, is the database's.</summary>
    public static DbException? Find(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is DbException found) return found;
        }
        return null;
    }

    protected abstract StoreErrorKind KindOf(DbException error);

    /// <summary>As <see cref="IsUnavailable(Exception)"/>, of an error of the provider that is no damage.</summary>
    protected abstract bool IsUnavailable(DbException error);
}
