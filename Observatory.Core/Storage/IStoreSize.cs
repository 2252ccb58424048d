namespace Observatory.Core.Storage;

/// <summary>How large the database is, and what of it takes how much.</summary>
public interface IStoreSize
{
    /// <summary>Counts every table: some seconds where much is stored.</summary>
    /// <param name="db">A snapshot's context.</param>
    /// <param name="cancel">Gives up.</param>
    Task<StoreSize> ReadAsync(ObservatoryContext db, CancellationToken cancel = default);
}

/// <param name="File">Bytes of the database file.</param>
/// <param name="Log">Bytes of its write-ahead log.</param>
/// <param name="Used">Bytes of the file that hold something; the rest is room that deleted rows left.</param>
/// <param name="Tables">By name; the bytes are estimated from a sample of each and add up to <paramref name="Used"/>.</param>
public sealed record StoreSize(long File, long Log, long Used, IReadOnlyDictionary<string, TableSize> Tables);

/// <param name="Rows">Exactly.</param>
/// <param name="Bytes">About.</param>
public readonly record struct TableSize(long Rows, long Bytes);
