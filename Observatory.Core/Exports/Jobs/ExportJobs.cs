using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Exports.Jobs;

/// <summary>Files that were asked for, in the database; how far those in work are, in memory. Thread-safe.</summary>
public sealed class ExportJobs(IDbContextFactory<ObservatoryContext> contexts, ExportFolder folder, TimeProvider clock)
{
    /// <summary>That wait or are in work, of all owners together.</summary>
    public const int MostOpen = 200;

    private const int MostListed = 200;
    private const int IdBytes = 16;

    private readonly ConcurrentDictionary<string, ExportRun> _running = new();
    private volatile TaskCompletionSource _changed = NewChange();

    /// <summary>Ends when one comes or goes after this was read.</summary>
    internal Task Changed => _changed.Task;

    /// <exception cref="TooManyExportsException">Too many wait.</exception>
    public async Task<ExportJob> AskAsync(ExportOwner owner, ExportRequest request, string format, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(request);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (await db.Exports.CountAsync(IsOpen, cancel).ConfigureAwait(false) >= MostOpen) throw new TooManyExportsException(MostOpen);
        var row = new ExportEntity
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), OwnerId = owner.Id, OwnerName = owner.Asker.Name,
            OwnerRole = (int)owner.Asker.Role, Dataset = request.Dataset, Format = format, Request = StoredRequest.Write(request), CreatedAt = Now,
        };
        db.Exports.Add(row);
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        Tell();
        return Read(row);
    }

    /// <summary>Newest first: own ones, of an administrator all.</summary>
    public async Task<IReadOnlyList<ExportJob>> ListAsync(ExportOwner owner, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var rows = await db.Exports.Where(VisibleTo(owner)).OrderByDescending(e => e.CreatedAt).ThenBy(e =>
            e.Id).Take(MostListed).AsNoTracking().ToListAsync(cancel)
            .ConfigureAwait(false);
        return [.. rows.Select(Read)];
    }

    /// <summary>Null where there is none by that id that the owner may see.</summary>
    public async Task<ExportJob?> FindAsync(ExportOwner owner, string id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var row = await db.Exports.Where(VisibleTo(owner)).AsNoTracking().FirstOrDefaultAsync(e => e.Id == id, cancel).ConfigureAwait(false);
        return row is null ? null : Read(row);
    }

    /// <summary>Path of the finished file; null = it is not there.</summary>
    public string? FileOf(ExportJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var path = folder.FileOf(job.Id);
        return job.State == ExportState.Done && File.Exists(path) ? path : null;
    }

    /// <summary>Cancels what is in work, and removes everything else with its file. False = there is none that the owner may see.</summary>
    public async Task<bool> RemoveAsync(ExportOwner owner, string id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var now = Now;
        var cancelled = await db.Exports.Where(VisibleTo(owner)).Where(e => e.Id == id && e.State == (int)ExportState.Running).ExecuteUpdateAsync(
            s => s.SetProperty(e => e.State, (int)ExportState.Cancelled).SetProperty(e => e.EndedAt, now), cancel).ConfigureAwait(false);
        if (cancelled > 0)
        {
            if (_running.TryGetValue(id, out var run)) await run.CancelAsync().ConfigureAwait(false);
            Tell();
            return true;
        }
        if (await db.Exports.Where(VisibleTo(owner)).Where(e => e.Id == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false) == 0) return false;
        folder.Remove(id);
        Tell();
        return true;
    }

    /// <summary>Puts back what was in work when the program ended: it is begun again.</summary>
    internal async Task RecoverAsync(int mostTries, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (!await db.Exports.AnyAsync(e => e.State == (int)ExportState.Running, cancel).ConfigureAwait(false)) return;
        var now = Now;
        await db.Exports.Where(e => e.State == (int)ExportState.Running && e.Tries >= mostTries).ExecuteUpdateAsync(
            s => s.SetProperty(e => e.State, (int)ExportState.Failed).SetProperty(e => e.EndedAt, now)
                .SetProperty(e => e.Error, "The program ended while it was made, each time that it was tried."), cancel).ConfigureAwait(false);
        await db.Exports.Where(e => e.State == (int)ExportState.Running).ExecuteUpdateAsync(
            s => s.SetProperty(e => e.State, (int)ExportState.Queued), cancel).ConfigureAwait(false);
    }

    /// <summary>The oldest that waits, which is in work from now on; null = none.</summary>
    internal async Task<(ExportJob Job, ExportOwner Owner, ExportRun Run)?> BeginAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        while (true)
        {
            var row = await db.Exports.AsNoTracking().Where(e => e.State == (int)ExportState.Queued).OrderBy(e => e.CreatedAt).ThenBy(e => e.Id)
                .FirstOrDefaultAsync(cancel).ConfigureAwait(false);
            if (row is null) return null;
            var run = _running[row.Id] = new ExportRun();
            // One that was removed meanwhile is not begun.
            var begun = await db.Exports.Where(e => e.Id == row.Id && e.State == (int)ExportState.Queued).ExecuteUpdateAsync(
                s => s.SetProperty(e => e.State, (int)ExportState.Running).SetProperty(e => e.Tries, e => e.Tries + 1), cancel).ConfigureAwait(false);
            row.State = (int)ExportState.Running;
            if (begun > 0) return (Read(row), new ExportOwner(row.OwnerId, new(row.OwnerName, (Accounts.UserRole)row.OwnerRole), false), run);
            Forget(row.Id);
        }
    }

    /// <summary>Notes how it ended. False = it was cancelled or removed before.</summary>
    /// <param name="error">For people; null = it is done.</param>
    internal async Task<bool> EndAsync(string id, long rows, long bytes, string? error, TimeSpan kept, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var (now, state) = (Now, error is null ? ExportState.Done : ExportState.Failed);
        var ended = await db.Exports.Where(e => e.Id == id && e.State == (int)ExportState.Running).ExecuteUpdateAsync(
            s => s.SetProperty(e => e.State, (int)state).SetProperty(e => e.Rows, rows).SetProperty(e => e.Bytes, bytes).SetProperty(e => e.Error, error)
                .SetProperty(e => e.EndedAt, now).SetProperty(e => e.ExpiresAt, now + (long)kept.TotalMilliseconds), cancel).ConfigureAwait(false);
        return ended > 0;
    }

    internal void Forget(string id)
    {
        if (_running.TryRemove(id, out var run)) run.Dispose();
    }

    /// <summary>Removes files whose time is over, and what nobody remembers of them.</summary>
    /// <param name="remembered">How long after that it is said that there was one.</param>
    internal async Task ExpireAsync(TimeSpan remembered, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var now = Now;
        var over = await db.Exports.Where(e => e.State == (int)ExportState.Done && e.ExpiresAt <= now).Select(e =>
            e.Id).ToListAsync(cancel).ConfigureAwait(false);
        foreach (var id in over)
        {
            folder.Remove(id);
            await db.Exports.Where(e => e.Id == id).ExecuteUpdateAsync(s => s.SetProperty(e => e.State, (int)ExportState.Expired),
                cancel).ConfigureAwait(false);
        }
        var forgotten = now - (long)remembered.TotalMilliseconds;
        var old = db.Exports.Where(e => e.State >= (int)ExportState.Failed && e.EndedAt < forgotten);
        // Who deletes nothing waits for the writer all the same.
        if (await old.AnyAsync(cancel).ConfigureAwait(false)) await old.ExecuteDeleteAsync(cancel).ConfigureAwait(false);
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static Expression<Func<ExportEntity, bool>> IsOpen { get; } =
        e => e.State == (int)ExportState.Queued || e.State == (int)ExportState.Running;

    private static Expression<Func<ExportEntity, bool>> VisibleTo(ExportOwner owner)
    {
        if (owner.IsAdmin) return e => true;
        var id = owner.Id;
        return e => e.OwnerId == id;
    }

    private ExportJob Read(ExportEntity row)
    {
        var state = (ExportState)row.State;
        // Its time may be over before anybody looked.
        if (state == ExportState.Done && row.ExpiresAt <= Now) state = ExportState.Expired;
        var run = state == ExportState.Running ? _running.GetValueOrDefault(row.Id) : null;
        var created = Time(row.CreatedAt);
        return new ExportJob(
            row.Id, row.OwnerId, row.OwnerName, StoredRequest.Read(row.Dataset, row.Request, created), row.Format, state, run?.Rows ?? row.Rows,
                run?.Bytes ?? row.Bytes,
            state == ExportState.Done ? 1 : run?.Progress ?? 0, created, row.ExpiresAt is { } end ? Time(end) : null, row.Error);
    }

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private void Tell() => Interlocked.Exchange(ref _changed, NewChange()).TrySetResult();

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
