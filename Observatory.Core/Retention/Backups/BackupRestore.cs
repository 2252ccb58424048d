using Microsoft.Extensions.Logging.Abstractions;
using Observatory.Core.Auditing;
using Observatory.Core.Storage;

namespace Observatory.Core.Retention.Backups;

/// <summary>Puts a backup in the place of the database, where no program runs.</summary>
internal static class BackupRestore
{
    /// <param name="store">Of the database.</param>
    /// <param name="mark">File of the audit log's mark.</param>
    /// <param name="file">The backup.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancel">Ends it before anything has changed.</param>
    /// <exception cref="StartRefusedException">It is no backup that can be used. Nothing was changed.</exception>
    public static async Task<StoreRestored> RunAsync(IStoreRestore store, string mark, string file, TimeProvider clock, CancellationToken cancel)
    {
        if (BackupFolder.Beside(file) is { } manifest && File.Exists(file)
            && await BackupFolder.HashAsync(file, cancel).ConfigureAwait(false) != manifest.Sha256)
            throw new StartRefusedException($"{file} is not the file that was written: its hash is another than the one beside it.");
        return await store.RunAsync(file, Seal, cancel).ConfigureAwait(false);

        void Seal(IAuditTable table)
        {
            using var log = new AuditLog(table, new AuditMarkFile(mark), clock, NullLogger<AuditLog>.Instance);
            log.Begin();
            log.Record(new AuditEvent(AuditActor.Job("restore"), AuditActions.Restore, Path.GetFileName(file), null, "put in the place of the database"));
            log.TryWrite();
        }
    }
}
