using Observatory.Core.Auditing;

namespace Observatory.Core.Storage;

/// <summary>Copies the whole store while it is used. Thread-safe.</summary>
public interface IStoreCopy
{
    /// <summary>Writes all that is committed to a file of its own: what is committed meanwhile is not in it. On the disk when it returns.</summary>
    /// <param name="target">There is none of that name.</param>
    /// <param name="cancel">Ends it within a moment; what there is of the file is of no use.</param>
    Task WriteAsync(string target, CancellationToken cancel = default);

    /// <summary>Reads all of a copy.</summary>
    /// <returns>What is wrong; null = nothing.</returns>
    Task<string?> CheckAsync(string file, CancellationToken cancel = default);
}

/// <summary>Puts a copy in the place of the store, where no program runs.</summary>
internal interface IStoreRestore
{
    /// <summary>
    /// Looks at the copy first, brings it up to date and takes the audit log over; then what was there is kept beside it under another name. Until the last
    /// step what is there is what there was.
    /// </summary>
    /// <param name="file">The copy. It is not changed.</param>
    /// <param name="seal">Told the table of the log once the copy is in its place.</param>
    /// <param name="cancel">Ends it before that.</param>
    /// <exception cref="StartRefusedException">It is none, is damaged, or is of a newer version. Nothing was changed.</exception>
    Task<StoreRestored> RunAsync(string file, Action<IAuditTable> seal, CancellationToken cancel = default);
}

/// <summary>What is there now.</summary>
/// <param name="Aside">Where that lies which was there before; null = there was nothing.</param>
/// <param name="AuditRows">Rows of the log that were taken over; null = the database that was there could not be read, and the copy's own are there.</param>
public sealed record StoreRestored(long Conversations, long Messages, long ToolCalls, long Events, string? Aside, long? AuditRows);
