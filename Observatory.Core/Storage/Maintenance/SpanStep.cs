using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Maintenance;

/// <summary>
/// After an upgrade from a version that only kept spans: reads from their texts how long things took, some at a time. Where no texts are kept there is nothing
/// to be read.
/// </summary>
internal sealed class SpanStep(IDbContextFactory<ObservatoryContext> contexts, ILogger<SpanStep> log) : IMaintenanceStep
{
    public const string StepName = "spans";

    private const int AtOnce = 200;

    public string Name => StepName;

    public int Order => MaintenanceOrder.Upgrades;

    public async Task<bool> IsDueAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        // Once: what is like a span and is none stays as it is.
        if (await db.Maintenance.AnyAsync(m => m.Step == StepName, cancel).ConfigureAwait(false)) return false;
        return (await NextAsync(db, 0, 1, cancel).ConfigureAwait(false)).Count > 0;
    }

    public async IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = int.Parse(job.Place ?? "0", CultureInfo.InvariantCulture);
        var done = job.Done;
        while (true)
        {
            List<Stored> stored;
            await using (var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false))
            {
                stored = await NextAsync(db, last, AtOnce, cancel).ConfigureAwait(false);
            }
            if (stored.Count == 0) break;
            last = stored[^1].Id;
            done += stored.Count;
            var piece = MaintenancePiece.InTransaction(state =>
            {
                foreach (var span in stored) Read(state, span);
            });
            (piece.Place, piece.Done) = (last.ToString(CultureInfo.InvariantCulture), stored.Count);
            yield return piece;
        }
        if (done > 0) log.LogInformation("{Spans} spans that were stored before were read for how long things took", done);
    }

    private static void Read(WriterState state, Stored span)
    {
        if (SpanFigures.Of(span.Type, span.Data) is not { } facts) return;
        var row = state.Events.Get(span.Id);
        if (row.SpanKind == 0) BatchApplier.SetSpan(state, row, facts);
    }

    private static Task<List<Stored>> NextAsync(ObservatoryContext db, int last, int most, CancellationToken cancel)
    {
        var names = SpanFigures.Names;
        // A version of the client is noted where the client itself has sent it.
        return db.Events.Where(e => e.Id > last && e.SpanKind == 0 && e.VersionId != 0 && e.Data != null)
            .Join(db.Names.Where(n => n.Kind == NameKind.EventType && names.Contains(n.Text)), e => e.TypeId, n => n.Id, (e, n) => new { e.Id, n.Text, e.Data })
            .OrderBy(e => e.Id).Take(most).Select(e => new Stored(e.Id, e.Text, e.Data!)).ToListAsync(cancel);
    }

    private sealed record Stored(int Id, string Type, string Data);
}
