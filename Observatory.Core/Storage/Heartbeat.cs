using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage;

/// <summary>Keeps one row a run of the program, from its start to its last heartbeat.</summary>
internal sealed class Heartbeat(IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock) : IHeartbeat
{
    private int _run;

    public async Task BeatAsync(CancellationToken cancel = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (_run == 0)
        {
            var run = new RunEntity { StartedAt = now, LastBeatAt = now };
            db.Runs.Add(run);
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            _run = run.Id;
            return;
        }
        await db.Runs.Where(r => r.Id == _run).ExecuteUpdateAsync(r => r.SetProperty(x => x.LastBeatAt, x => Math.Max(x.LastBeatAt, now)), cancel).ConfigureAwait(false);
    }
}
