using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Maintenance;

/// <summary>
/// After an upgrade from a version that counted each message in the folder it was written in: finds the project of what is stored, some conversations at a
/// time.
/// </summary>
internal sealed class PlacingStep(IDbContextFactory<ObservatoryContext> contexts, ILogger<PlacingStep> log) : IMaintenanceStep
{
    private const int AtOnce = 50;

    public string Name => "place";

    public int Order => MaintenanceOrder.Upgrades;

    public async Task<bool> IsDueAsync(CancellationToken cancel) => (await NextAsync(0, 1, cancel).ConfigureAwait(false)).Count > 0;

    public async IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = int.Parse(job.Place ?? "0", CultureInfo.InvariantCulture);
        var placed = job.Done;
        while (await NextAsync(last, AtOnce, cancel).ConfigureAwait(false) is { Count: > 0 } ids)
        {
            last = ids[^1];
            placed += ids.Count;
            var piece = MaintenancePiece.InTransaction(state =>
            {
                foreach (var id in ids) StartRule.Restore(state, id);
            });
            (piece.Place, piece.Done) = (last.ToString(CultureInfo.InvariantCulture), ids.Count);
            yield return piece;
        }
        if (placed > 0) log.LogInformation("{Conversations} conversations that were stored before were given the project that they started in", placed);
    }

    private async Task<List<int>> NextAsync(int last, int most, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await db.Conversations.Where(c => c.Id > last && c.StartRank < 0).OrderBy(c => c.Id).Select(c => c.Id).Take(most)
            .ToListAsync(cancel).ConfigureAwait(false);
    }
}
