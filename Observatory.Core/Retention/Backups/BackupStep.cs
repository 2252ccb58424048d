using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Maintenance;

namespace Observatory.Core.Retention.Backups;

/// <summary>Copies the database beside whoever uses it, reads the copy again, and lets the oldest copies go that are more than are to be kept.</summary>
internal sealed class BackupStep(
    BackupFolder folder, IStoreCopy store, BackupSettingsStore settings, SchemaVersion schema, TimeProvider clock, ILogger<BackupStep> log) : IMaintenanceStep
{
    public const string StepName = "backup";

    public string Name => StepName;

    public int Order => MaintenanceOrder.Copies;

    public async IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, [EnumeratorCancellation] CancellationToken cancel)
    {
        var id = job.Arguments;
        // A copy of the database knows the job that made it, and goes on with it where it is put back.
        if (folder.Find(id) is null)
        {
            var part = folder.Begin(id);
            await store.WriteAsync(part, cancel).ConfigureAwait(false);
            if (await store.CheckAsync(part, cancel).ConfigureAwait(false) is { } reason)
                throw new InvalidDataException($"The copy is not whole, and was not kept. {reason}");
            var manifest = new BackupManifest(
                id, BackupFolder.NameOf(id), clock.GetUtcNow(), new FileInfo(part).Length, await BackupFolder.HashAsync(part, cancel).ConfigureAwait(false),
                await schema.ReadAsync(cancel).ConfigureAwait(false));
            folder.Finish(manifest);
            log.LogInformation("Backup {File}: {Bytes} bytes", manifest.File, manifest.Bytes);
        }
        foreach (var old in folder.List().Skip((await settings.GetAsync(cancel).ConfigureAwait(false)).Keep)) folder.Delete(old.Id);
        yield return MaintenancePiece.Beside();
    }
}
