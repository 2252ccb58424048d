using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Maintenance;

namespace Observatory.Core.Retention.Archives;

/// <summary>How far a restore is.</summary>
/// <param name="State"><c>queued, running, done, failed, cancelled</c>.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="Rows">Put back so far; those included that were put back before.</param>
/// <param name="KeepUntil">They go then.</param>
/// <param name="LeftOut">Rows of who was erased, of conversations that are gone, and texts that are not kept any more.</param>
/// <param name="AlreadyThere">Rows that were never deleted: they are not put beside themselves.</param>
/// <param name="Error">Why it failed.</param>
public sealed record ArchiveRestore(
    int Id, string Archive, string State, double Progress, long Rows, DateTimeOffset KeepUntil, long LeftOut, long AlreadyThere, string? Error);

/// <summary>Why an archive is not restored.</summary>
public enum RestoreRefusal
{
    None,

    /// <summary>There is no such archive.</summary>
    Unknown,

    /// <summary>It is not what was written.</summary>
    Damaged,

    /// <summary>What it holds is read from the file: it is no part of any list of rows.</summary>
    OnlyToRead,
}

/// <summary>Archives that are there: looks at them, puts them back, lets them go. Thread-safe.</summary>
public sealed class ArchiveShelf
{
    public const int LongestKeep = 365;

    private readonly ArchiveFolder _folder;
    private readonly IMaintenance _jobs;
    private readonly IDbContextFactory<ObservatoryContext> _contexts;
    private readonly TimeProvider _clock;

    internal ArchiveShelf(ArchiveFolder folder, IMaintenance jobs, IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock) =>
        (_folder, _jobs, _contexts, _clock) = (folder, jobs, contexts, clock);

    /// <summary>Newest days first.</summary>
    public IReadOnlyList<ArchiveManifest> List() => _folder.List();

    /// <summary>Null = there is none of that id, or its file is gone.</summary>
    public (string Path, string Name)? FileOf(string id) =>
        _folder.Find(id) is { } manifest && File.Exists(_folder.FileOf(id)) ? (_folder.FileOf(id), ArchiveFolder.FileNameOf(manifest)) : null;

    /// <summary>Reads all of it. Null = there is none of that id.</summary>
    public Task<ArchiveVerdict?> VerifyAsync(string id, CancellationToken cancel = default) => Task.Run(
        () => _folder.Find(id) is { } manifest ? ArchiveReader.Verify(_folder.FileOf(id), manifest, cancel) : null, cancel);

    /// <param name="id">Of an archive.</param>
    /// <param name="keepDays">1 to <see cref="LongestKeep"/>.</param>
    /// <param name="cancel">Gives up before it begins.</param>
    public async Task<(int? Id, RestoreRefusal Refusal, string? Reason)> RestoreAsync(string id, int keepDays, CancellationToken cancel = default)
    {
        if (_folder.Find(id) is not { } manifest) return (null, RestoreRefusal.Unknown, null);
        if (manifest.Dataset == RetentionDatasets.DeadLetters) return (null, RestoreRefusal.OnlyToRead, null);
        if (await VerifyAsync(id, cancel).ConfigureAwait(false) is { Ok: false } verdict) return (null, RestoreRefusal.Damaged, verdict.Reason);
        return (await _jobs.AskAsync(RestoreStep.StepName, RestoreStep.ArgumentsOf(id, keepDays), cancel).ConfigureAwait(false), RestoreRefusal.None, null);
    }

    /// <summary>Null = there is none of that number.</summary>
    public async Task<ArchiveRestore?> FindRestoreAsync(int id, CancellationToken cancel = default) =>
        await _jobs.FindAsync(id, cancel).ConfigureAwait(false) is { Step: RestoreStep.StepName } job ? Read(job) : null;

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<ArchiveRestore>> ListRestoresAsync(CancellationToken cancel = default) =>
        [.. (await _jobs.ListAsync(cancel).ConfigureAwait(false)).Where(j => j.Step == RestoreStep.StepName).Select(Read)];

    /// <summary>Lets go what was put back and is over its time, and archives that the policy keeps no longer.</summary>
    /// <returns>Ids of archives that went.</returns>
    public async Task<IReadOnlyList<string>> TidyAsync(RetentionPolicy policy, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var now = _clock.GetUtcNow();
        var at = now.ToUnixTimeMilliseconds();
        await using (var db = await _contexts.CreateDbContextAsync(cancel).ConfigureAwait(false))
        {
            if (await db.RestoredRows.AnyAsync(r => r.KeepUntil <= at, cancel).ConfigureAwait(false)
                || await db.RestoredTexts.AnyAsync(r => r.KeepUntil <= at, cancel).ConfigureAwait(false))
                await _jobs.AskAsync(RestoredExpiryStep.StepName, RestoredExpiryStep.ArgumentsOf(at), cancel).ConfigureAwait(false);
        }
        var (gone, kept) = (new List<string>(), 0L);
        // The youngest first: what is too much is the oldest.
        foreach (var archive in _folder.List().OrderByDescending(a => a.CreatedAt).ThenByDescending(a => a.From))
        {
            kept += archive.Bytes;
            var isOld = policy.Days is { } days && archive.CreatedAt < now.UtcDateTime.Date.AddDays(-days);
            if (!isOld && !(kept > policy.MaxBytes)) continue;
            _folder.Delete(archive.Id);
            gone.Add(archive.Id);
        }
        return gone;
    }

    private static ArchiveRestore Read(MaintenanceJob job)
    {
        var place = RestorePlace.Read(job.Place);
        var state = job.State switch
        {
            MaintenanceState.Waiting => "queued", MaintenanceState.Running => "running", MaintenanceState.Done => "done",
            MaintenanceState.Failed => "failed", _ => "cancelled",
        };
        var progress = state == "done" ? 1 : job.Total == 0 ? 0 : Math.Min(1, (double)place.Lines / job.Total);
        return new ArchiveRestore(
            job.Id, RestoreStep.Read(job.Arguments).Archive, state, progress, place.Rows,
            DateTimeOffset.FromUnixTimeMilliseconds(RestoreStep.KeepUntil(job)), place.LeftOut, place.There, job.Reason);
    }
}
