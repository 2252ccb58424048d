using System.Globalization;
using Observatory.Core.Retention.Archives;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Maintenance;

namespace Observatory.Core.Retention.Backups;

/// <summary>A backup, one that is made, or one that could not be.</summary>
/// <param name="File">Its name in the folder <c>backups</c> of the data directory.</param>
/// <param name="State"><c>queued, running, done, failed</c>.</param>
/// <param name="HoldsErased">Erasures that were made since: it still holds what they erased.</param>
/// <param name="Error">Why it failed.</param>
public sealed record BackupItem(
    string Id, string File, DateTimeOffset CreatedAt, long Bytes, string? Sha256, string State, int HoldsErased, string? Error);

/// <summary>What a look through a backup found.</summary>
public sealed record BackupVerdict(bool Ok, string Sha256, string? Reason);

/// <summary>Backups: has them made, looks at them, lets them go. Thread-safe.</summary>
public sealed class BackupShelf : IDisposable
{
    private readonly BackupFolder _folder;
    private readonly IMaintenance _jobs;
    private readonly IStoreCopy _store;
    private readonly IErasedRows _erased;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _gate = new(1);

    internal BackupShelf(BackupFolder folder, IMaintenance jobs, IStoreCopy store, IErasedRows erased, TimeProvider clock) =>
        (_folder, _jobs, _store, _erased, _clock) = (folder, jobs, store, erased, clock);

    /// <summary>Has one made.</summary>
    /// <returns>Its id; that of one that is being made where there is one.</returns>
    public async Task<string> MakeAsync(CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var jobs = await JobsAsync(cancel).ConfigureAwait(false);
            if (jobs.FirstOrDefault(j => j.IsOpen && _folder.Find(j.Arguments) is null) is { } open) return open.Arguments;
            var stamp = string.Create(CultureInfo.InvariantCulture, $"observatory-{_clock.GetUtcNow():yyyyMMdd-HHmmss}");
            var id = stamp;
            for (var n = 2; _folder.Find(id) is not null || jobs.Any(j => j.Arguments == id); n++) id = $"{stamp}-{n}";
            await _jobs.AskAsync(BackupStep.StepName, id, cancel).ConfigureAwait(false);
            return id;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Newest first, those included that are being made, and those that could not be since the last that could.</summary>
    public async Task<IReadOnlyList<BackupItem>> ListAsync(CancellationToken cancel = default)
    {
        var files = _folder.List();
        var latest = files.Count > 0 ? files[0].CreatedAt.ToUnixTimeMilliseconds() : 0;
        var others = (await JobsAsync(cancel).ConfigureAwait(false))
            .Where(j => j.IsOpen || j.State == MaintenanceState.Failed && j.AskedAt > latest).Where(j => files.All(f => f.Id != j.Arguments))
            .Select(j => new BackupItem(
                j.Arguments, BackupFolder.NameOf(j.Arguments), DateTimeOffset.FromUnixTimeMilliseconds(j.AskedAt), 0, null, j.State switch
                {
                    MaintenanceState.Waiting => "queued", MaintenanceState.Running => "running", _ => "failed",
                }, 0, j.Reason));
        return [.. others, .. files.Select(f => new BackupItem(f.Id, f.File, f.CreatedAt, f.Bytes, f.Sha256, "done", _erased.Since(f.CreatedAt), null))];
    }

    /// <summary>Null = there is none of that id, or its file is gone.</summary>
    public (string Path, string Name)? FileOf(string id) =>
        _folder.Find(id) is { } manifest && File.Exists(_folder.FileOf(id)) ? (_folder.FileOf(id), manifest.File) : null;

    /// <summary>Reads all of it. Null = there is none of that id.</summary>
    public async Task<BackupVerdict?> VerifyAsync(string id, CancellationToken cancel = default)
    {
        if (_folder.Find(id) is not { } manifest) return null;
        if (!File.Exists(_folder.FileOf(id))) return new BackupVerdict(false, "", "The file is gone.");
        var hash = await BackupFolder.HashAsync(_folder.FileOf(id), cancel).ConfigureAwait(false);
        var reason = hash != manifest.Sha256 ? "The file is not the one that was written: its hash is another."
            : await _store.CheckAsync(_folder.FileOf(id), cancel).ConfigureAwait(false);
        return new BackupVerdict(reason is null, hash, reason);
    }

    /// <summary>Removes it for good, or ends its making.</summary>
    /// <returns>False = there is none of that id.</returns>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancel = default)
    {
        if (_folder.Find(id) is not null)
        {
            _folder.Delete(id);
            return true;
        }
        return (await JobsAsync(cancel).ConfigureAwait(false)).FirstOrDefault(j => j.IsOpen && j.Arguments == id) is { } job
            && await _jobs.CancelAsync(job.Id, cancel).ConfigureAwait(false);
    }

    public void Dispose() => _gate.Dispose();

    private async Task<List<MaintenanceJob>> JobsAsync(CancellationToken cancel) =>
        [.. (await _jobs.ListAsync(cancel).ConfigureAwait(false)).Where(j => j.Step == BackupStep.StepName)];
}
