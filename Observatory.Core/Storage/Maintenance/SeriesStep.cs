using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Observatory.Core.Storage.Maintenance;

/// <summary>
/// After an upgrade from a version that kept points of metrics without sums, and one series for each session: moves the points to where they stand today, some
/// at a time. Until then they are read one by one.
/// </summary>
internal sealed class SeriesStep(IDbContextFactory<ObservatoryContext> contexts, ILogger<SeriesStep> log) : IMaintenanceStep
{
    private const int AtOnce = 500;

    public string Name => "series";

    public int Order => MaintenanceOrder.Upgrades;

    public async Task<bool> IsDueAsync(CancellationToken cancel) => await NextAsync(cancel).ConfigureAwait(false) is not null;

    public async IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (total, moved) = (Math.Max(job.Total, job.Done + await CountAsync(cancel).ConfigureAwait(false)), job.Done);
        while (await NextAsync(cancel).ConfigureAwait(false) is { } series)
        {
            MaintenancePiece piece = null!;
            piece = MaintenancePiece.InTransaction(state =>
            {
                piece.Done = state.Series.Move(series, AtOnce);
            });
            piece.Total = total;
            yield return piece;
            moved += piece.Done;
        }
        if (moved > 0) log.LogInformation("{Points} points of metrics that were stored before were summed up", moved);
    }

    private async Task<int?> NextAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Series.Where(s => !s.IsSummed).OrderBy(s => s.Id).Select(s => (int?)s.Id).FirstOrDefaultAsync(cancel).ConfigureAwait(false);
    }

    private async Task<long> CountAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Points.LongCountAsync(p => db.Series.Any(s => s.Id == p.SeriesId && !s.IsSummed), cancel).ConfigureAwait(false);
    }
}
