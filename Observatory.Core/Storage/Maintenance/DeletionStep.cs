using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Maintenance;

/// <summary>Deletes what happened before an instant: prompts, responses, tool calls, failed calls, marks and events, with their texts. Sums stay.</summary>
internal sealed class DeletionStep(IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock, ILogger<DeletionStep> log) : IMaintenanceStep
{
    public const string StepName = "delete";

    private const int FewestAtOnce = 20, MostAtOnce = 2_000;

    /// <summary>Batches wait as long as a piece takes.</summary>
    private static readonly TimeSpan s_aim = TimeSpan.FromMilliseconds(40);

    public string Name => StepName;

    public int Order => MaintenanceOrder.Retention;

    /// <summary>What to ask for.</summary>
    /// <param name="at">Unix ms: rows of an earlier time go.</param>
    public static string Before(long at) => at.ToString(CultureInfo.InvariantCulture);

    public async IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, [EnumeratorCancellation] CancellationToken cancel)
    {
        var before = long.Parse(job.Arguments, CultureInfo.InvariantCulture);
        var (total, done) = (Math.Max(job.Total, job.Done + await CountAsync(before, cancel).ConfigureAwait(false)), job.Done);
        for (var (atOnce, removed) = (FewestAtOnce * 5, 1); removed > 0;)
        {
            MaintenancePiece piece = null!;
            piece = MaintenancePiece.InTransaction(state =>
            {
                var began = clock.GetTimestamp();
                var removal = new Removal(state);
                removal.TakeBefore(before, atOnce);
                piece.Done = removed = removal.Run();
                // Half as fast or twice: the next piece is of that size.
                if (removed > 0) atOnce = Math.Clamp((int)(atOnce * Math.Clamp(s_aim / Max(clock.GetElapsedTime(began)), 0.5, 2)), FewestAtOnce, MostAtOnce);
            });
            piece.Total = total;
            yield return piece;
            done += removed;
        }
        if (done > 0) log.LogInformation("{Rows} rows from before {Time:u} were deleted", done, DateTimeOffset.FromUnixTimeMilliseconds(before));
    }

    /// <summary>No time at all, as on a clock that stands still, would be no divisor.</summary>
    private static TimeSpan Max(TimeSpan took) => took > TimeSpan.Zero ? took : TimeSpan.FromTicks(1);

    private async Task<long> CountAsync(long before, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await Count(db.Prompts).ConfigureAwait(false) + await Count(db.Responses).ConfigureAwait(false) + await Count(db.ToolCalls).ConfigureAwait(false)
            + await Count(db.ApiErrors).ConfigureAwait(false) + await Count(db.Marks).ConfigureAwait(false) + await Count(db.Events).ConfigureAwait(false);

        Task<long> Count<T>(DbSet<T> items) where T : ItemEntity => items.IgnoreQueryFilters().LongCountAsync(x => x.At < before, cancel);
    }
}
