using Microsoft.EntityFrameworkCore;
using Observatory.Core.Auditing;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Maintenance;

namespace Observatory.Core.Retention;

/// <summary>Makes plans, runs them once, and says how far runs are. Plans and runs stand in the database: they outlive the program. Thread-safe.</summary>
public sealed class RetentionRuns : IDisposable
{
    private const int MostListed = 100;

    /// <summary>A plan that takes more of a table is looked at twice where the clock has jumped.</summary>
    private const double MuchOfATable = 0.2;

    /// <summary>What was shown is run while it is still what there is.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(1);

    private readonly IDbContextFactory<ObservatoryContext> _contexts;
    private readonly RetentionPolicies _policies;
    private readonly RetentionPlanner _planner;
    private readonly IMaintenance _jobs;
    private readonly ClockJumps _jumps;
    private readonly IAudit _audit;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _gate = new(1);

    internal RetentionRuns(
        IDbContextFactory<ObservatoryContext> contexts, RetentionPolicies policies, RetentionPlanner planner, IMaintenance jobs, ClockJumps jumps,
        IAudit audit, TimeProvider clock) =>
        (_contexts, _policies, _planner, _jobs, _jumps, _audit, _clock) = (contexts, policies, planner, jobs, jumps, audit, clock);

    /// <summary>Finds what would go by the policies that hold, and remembers it for an hour. Changes nothing.</summary>
    public async Task<RetentionPreview> PreviewAsync(CancellationToken cancel = default)
    {
        var plan = await _planner.MakeAsync(await _policies.GetAsync(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        var row = new RetentionPlanEntity { PlanId = Guid.NewGuid().ToString("N"), MadeAt = Now, Document = RetentionJson.Write(plan) };
        await using var db = await _contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        // What nobody ran is of no use to anybody after its hour.
        var old = Now - (long)TimeSpan.FromDays(1).TotalMilliseconds;
        await db.RetentionPlans.Where(p => p.RunAt == null && p.MadeAt < old).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
        db.RetentionPlans.Add(row);
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        return new RetentionPreview(row.PlanId, Time(plan.Cutoff), plan.Tables);
    }

    /// <param name="planId">Of a preview.</param>
    /// <param name="isConfirmed">Somebody says that it is meant, although the clock jumped.</param>
    /// <param name="actor">Who runs it.</param>
    /// <param name="cancel">Gives up before it begins.</param>
    /// <returns>Number of the run, or why there is none.</returns>
    public async Task<(int? Id, RunRefusal Refusal)> RunAsync(string planId, bool isConfirmed, string actor, CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await using var db = await _contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            if (await db.RetentionPlans.AsTracking().FirstOrDefaultAsync(p => p.PlanId == planId, cancel).ConfigureAwait(false) is not { } row)
                return (null, RunRefusal.Unknown);
            if (row.RunAt is not null) return (null, RunRefusal.Ran);
            if (Now - row.MadeAt > s_lifetime.TotalMilliseconds) return (null, RunRefusal.Expired);
            var plan = RetentionJson.Read<RetentionPlan>(row.Document);
            if (!isConfirmed && _jumps.HasJumped && plan.Shares.Values.Any(s => s > MuchOfATable)) return (null, RunRefusal.Unconfirmed);
            // Who has asked for archives since gets them; who wants none any more has to count again.
            if (!plan.Archive && (await _policies.GetAsync(cancel).ConfigureAwait(false)).Archive)
            {
                row.Document = RetentionJson.Write(plan with { Archive = true });
                await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            }
            // The job is asked for first: if the program is killed between the two, the plan is run, and asking again finds it.
            row.JobId = await _jobs.AskAsync(RetentionStep.StepName, RetentionStep.ArgumentsOf(row.Id), cancel).ConfigureAwait(false);
            (row.RunAt, row.Actor) = (Now, actor);
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            return (row.Id, RunRefusal.None);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes a plan and runs it, when the clock says so.</summary>
    /// <returns>Number of the run; null = it is too early for one, nothing is to go, or somebody has to confirm it.</returns>
    public async Task<int?> RunDueAsync(CancellationToken cancel = default)
    {
        if (_clock.GetUtcNow() < await _policies.GetNotBeforeAsync(cancel).ConfigureAwait(false)) return null;
        var preview = await PreviewAsync(cancel).ConfigureAwait(false);
        if (preview.Tables.All(t => t.Rows == 0)) return null;
        var run = (await RunAsync(preview.PlanId, isConfirmed: false, "schedule", cancel).ConfigureAwait(false)).Id;
        if (run is { } id) _audit.Record(new AuditEvent(AuditActor.Job("retention"), AuditActions.RetentionRun, $"run {id}", null, "begun by the schedule"));
        return run;
    }

    /// <summary>The newest first, at most 100.</summary>
    public async Task<IReadOnlyList<RetentionRun>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var rows = await db.RetentionPlans.AsNoTracking().Where(p => p.RunAt != null).OrderByDescending(p => p.Id).Take(MostListed)
            .ToListAsync(cancel).ConfigureAwait(false);
        var jobs = rows.Select(r => r.JobId).ToArray();
        var found = await db.Maintenance.AsNoTracking().Where(m => jobs.Contains(m.Id)).ToDictionaryAsync(m => m.Id, cancel).ConfigureAwait(false);
        return [.. rows.Select(r => Read(r, found.GetValueOrDefault(r.JobId ?? 0)))];
    }

    /// <summary>Null = there is none of that number.</summary>
    public async Task<RetentionRun?> FindAsync(int id, CancellationToken cancel = default)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (await RowAsync(db, id, cancel).ConfigureAwait(false) is not { } row) return null;
        return Read(row, await db.Maintenance.AsNoTracking().FirstOrDefaultAsync(m => m.Id == row.JobId, cancel).ConfigureAwait(false));
    }

    /// <summary>Ends it behind the piece that it is at; it goes on when somebody says so.</summary>
    /// <returns>False = it is not running. Null = there is none of that number.</returns>
    public Task<bool?> PauseAsync(int id, CancellationToken cancel = default) => StopAsync(id, isPause: true, cancel);

    /// <summary>Ends it for good; what is gone stays gone.</summary>
    /// <inheritdoc cref="PauseAsync"/>
    public async Task<bool?> CancelAsync(int id, CancellationToken cancel = default)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (await RowAsync(db, id, cancel).ConfigureAwait(false) is not { } row) return null;
        if (!row.IsPaused) return await StopAsync(id, isPause: false, cancel).ConfigureAwait(false);
        await db.RetentionPlans.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.IsPaused, false), cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>Goes on where it was paused.</summary>
    /// <returns>False = it is not paused. Null = there is none of that number.</returns>
    public async Task<bool?> ResumeAsync(int id, CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await using var db = await _contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            if (await db.RetentionPlans.AsTracking().FirstOrDefaultAsync(p => p.Id == id && p.RunAt != null, cancel).ConfigureAwait(false)
                is not { } row) return null;
            if (!row.IsPaused || row.JobId is not { } before) return false;
            row.JobId = await _jobs.AskAsync(RetentionStep.StepName, RetentionStep.ArgumentsOf(row.Id, before), cancel).ConfigureAwait(false);
            row.IsPaused = false;
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<bool?> StopAsync(int id, bool isPause, CancellationToken cancel)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        if (await RowAsync(db, id, cancel).ConfigureAwait(false) is not { } row) return null;
        // Noted first: a job that is found cancelled between the two would look as if it were for good.
        if (isPause) await SetPausedAsync(true).ConfigureAwait(false);
        var stopped = row.JobId is { } job && await _jobs.CancelAsync(job, cancel).ConfigureAwait(false);
        if (isPause && !stopped) await SetPausedAsync(row.IsPaused).ConfigureAwait(false);
        return stopped;

        Task SetPausedAsync(bool value) =>
            db.RetentionPlans.Where(p => p.Id == id).ExecuteUpdateAsync(s => s.SetProperty(p => p.IsPaused, value), cancel);
    }

    private static Task<RetentionPlanEntity?> RowAsync(ObservatoryContext db, int id, CancellationToken cancel) =>
        db.RetentionPlans.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id && p.RunAt != null, cancel);

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static DateTimeOffset? Time(long? at) => at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    private static RetentionRun Read(RetentionPlanEntity row, MaintenanceEntity? job)
    {
        var plan = RetentionJson.Read<RetentionPlan>(row.Document);
        var place = RetentionPlace.Read(job?.Place);
        var state = row.IsPaused ? "paused" : (MaintenanceState?)job?.State switch
        {
            MaintenanceState.Waiting => "queued", MaintenanceState.Running => "running", MaintenanceState.Done => "done",
            MaintenanceState.Failed => "failed", _ => "cancelled",
        };
        var (total, done) = (plan.Tables.Sum(t => t.Rows), place.Raw + place.Texts + place.Letters);
        var progress = state == "done" || total == 0 ? state == "done" ? 1 : 0 : Math.Min(1, (double)done / total);
        return new RetentionRun(
            row.Id, row.PlanId, state, progress, [.. plan.Tables.Select(t => Removed(t, place))], place.Freed, job?.Reason,
            DateTimeOffset.FromUnixTimeMilliseconds(row.RunAt!.Value), Time(job?.EndedAt), Time(plan.Cutoff), row.Actor, plan.Tables);
    }

    private static RemovedTable Removed(PlannedTable planned, RetentionPlace place)
    {
        var rows = planned.Dataset switch { RetentionDatasets.Raw => place.Raw, RetentionDatasets.Texts => place.Texts, _ => place.Letters };
        return new RemovedTable(planned.Dataset, rows, planned.Rows == 0 ? 0 : (long)(planned.Bytes * ((double)rows / planned.Rows)));
    }
}
