using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Maintenance;

/// <summary>Jobs in the database. Thread-safe.</summary>
internal sealed class MaintenanceJobs(
    IDbContextFactory<ObservatoryContext> contexts, IEnumerable<IMaintenanceStep> steps, TimeProvider clock) : IMaintenance, IDisposable
{
    private const int MostListed = 100;

    private readonly Dictionary<string, IMaintenanceStep> _steps = steps.ToDictionary(s => s.Name, StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1);
    private volatile TaskCompletionSource _changed = NewChange();

    public IReadOnlyCollection<IMaintenanceStep> Steps => _steps.Values;

    /// <summary>Ends when an order comes or is taken back after this was read.</summary>
    public Task Changed => _changed.Task;

    public IMaintenanceStep? StepOf(MaintenanceJob job) => _steps.GetValueOrDefault(job.Step);

    public async Task<int> AskAsync(string step, string arguments = "", CancellationToken cancel = default)
    {
        if (!_steps.ContainsKey(step)) throw new ArgumentException($"There is no maintenance step “{step}”.", nameof(step));
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            var same = await db.Maintenance.Where(IsOpen).FirstOrDefaultAsync(j => j.Step == step && j.Arguments == arguments, cancel).ConfigureAwait(false);
            if (same is not null) return same.Id;
            var row = new MaintenanceEntity { Step = step, Arguments = arguments, AskedAt = Now };
            db.Maintenance.Add(row);
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            return row.Id;
        }
        finally
        {
            _gate.Release();
            Tell();
        }
    }

    public async Task<bool> CancelAsync(int id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var now = Now;
        var ended = await db.Maintenance.Where(IsOpen).Where(j => j.Id == id)
            .ExecuteUpdateAsync(s => s.SetProperty(j => j.State, (int)MaintenanceState.Cancelled).SetProperty(j => j.EndedAt, now), cancel)
            .ConfigureAwait(false);
        Tell();
        return ended > 0;
    }

    public async Task<MaintenanceJob?> FindAsync(int id, CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Maintenance.FirstOrDefaultAsync(j => j.Id == id, cancel).ConfigureAwait(false) is { } row ? Read(row) : null;
    }

    public async Task<IReadOnlyList<MaintenanceJob>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return [.. (await db.Maintenance.OrderByDescending(j => j.Id).Take(MostListed).ToListAsync(cancel).ConfigureAwait(false)).Select(Read)];
    }

    /// <summary>The job whose turn it is, null = there is none.</summary>
    public async Task<MaintenanceJob?> NextAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var open = await db.Maintenance.Where(IsOpen).OrderBy(j => j.Id).ToListAsync(cancel).ConfigureAwait(false);
        return open.Select(Read).OrderBy(j => StepOf(j)?.Order ?? int.MaxValue).ThenBy(j => j.Id).FirstOrDefault();
    }

    /// <summary>Notes that it has begun.</summary>
    public Task BeginAsync(MaintenanceJob job, CancellationToken cancel)
    {
        var now = Now;
        return ChangeAsync(job, s => s.SetProperty(j => j.State, (int)MaintenanceState.Running).SetProperty(j => j.StartedAt, j => j.StartedAt ?? now), cancel);
    }

    /// <summary>Notes how far it is, for pieces that are no transaction of the writer.</summary>
    public Task NoteAsync(MaintenanceJob job, CancellationToken cancel) => ChangeAsync(
        job, s => s.SetProperty(j => j.Place, job.Place).SetProperty(j => j.Done, job.Done).SetProperty(j => j.Total, job.Total)
            .SetProperty(j => j.Failures, 0), cancel);

    /// <summary>Notes that it has ended.</summary>
    public Task EndAsync(MaintenanceJob job, CancellationToken cancel)
    {
        var now = Now;
        return ChangeAsync(
            job, s => s.SetProperty(j => j.State, (int)MaintenanceState.Done).SetProperty(j => j.EndedAt, now)
                .SetProperty(j => j.Reason, (string?)null), cancel);
    }

    /// <summary>Notes a try that failed, and with <paramref name="isLast"/> that there is no other.</summary>
    public Task FailAsync(MaintenanceJob job, string reason, bool isLast, CancellationToken cancel)
    {
        var (state, ended) = isLast ? (MaintenanceState.Failed, (long?)Now) : (MaintenanceState.Running, null);
        return ChangeAsync(job, s => s.SetProperty(j => j.State, (int)state).SetProperty(j => j.EndedAt, ended)
            .SetProperty(j => j.Failures, j => j.Failures + 1).SetProperty(j => j.Reason, reason), cancel);
    }

    public void Dispose() => _gate.Dispose();

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static Expression<Func<MaintenanceEntity, bool>> IsOpen { get; } =
        j => j.State == (int)MaintenanceState.Waiting || j.State == (int)MaintenanceState.Running;

    /// <summary>One that was cancelled meanwhile stays cancelled.</summary>
    private async Task ChangeAsync(
        MaintenanceJob job, Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<MaintenanceEntity>> set, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        await db.Maintenance.Where(IsOpen).Where(j => j.Id == job.Id).ExecuteUpdateAsync(set, cancel).ConfigureAwait(false);
    }

    private static MaintenanceJob Read(MaintenanceEntity x) => new(
        x.Id, x.Step, x.Arguments, (MaintenanceState)x.State, x.Place, x.Done, x.Total, x.Failures, x.Reason, x.AskedAt, x.StartedAt, x.EndedAt);

    private void Tell() => Interlocked.Exchange(ref _changed, NewChange()).TrySetResult();

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
