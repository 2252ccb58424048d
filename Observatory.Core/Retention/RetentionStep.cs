using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Observatory.Core.Retention.Archives;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Maintenance;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Retention;

/// <summary>
/// Writes what a plan names to archives where that is asked for, then deletes it, texts first, then rows, then letters, and gives the room back to the disk.
/// </summary>
internal sealed class RetentionStep(
    IDbContextFactory<ObservatoryContext> contexts, ArchivePass archives, TimeProvider clock, ILogger<RetentionStep> log) : IMaintenanceStep
{
    public const string StepName = "retention";

    private const int FewestAtOnce = 20, MostAtOnce = 2_000, TextsAtOnce = 1_000, LettersAtOnce = 500, PagesAtOnce = 256;

    /// <summary>Batches wait as long as a piece takes.</summary>
    private static readonly TimeSpan s_aim = TimeSpan.FromMilliseconds(40);

    public string Name => StepName;

    public int Order => MaintenanceOrder.Retention;

    /// <param name="plan">Number of the plan.</param>
    /// <param name="after">The job that was paused, whose work this one goes on with; 0 = none.</param>
    public static string ArgumentsOf(int plan, int after = 0) => string.Create(CultureInfo.InvariantCulture, $"{plan} {after}");

    public async IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (plan, planId, place) = await ReadAsync(job, cancel).ConfigureAwait(false);
        var total = plan.Tables.Sum(t => t.Rows);
        var began = place;
        if (plan.Archive && !place.IsArchived)
        {
            // All of it lies on the disk and was read again before the first row goes. A program that ends meanwhile finds what it has written.
            await foreach (var written in archives.RunAsync(plan, planId, cancel).ConfigureAwait(false))
            {
                log.LogInformation("Archive {Id}: {Rows} rows, {Bytes} bytes", written.Id, written.Rows, written.Bytes);
                var piece = MaintenancePiece.Beside();
                piece.Total = total;
                yield return piece;
            }
        }
        // Stored with the first rows that go: from there on nothing is archived that is only a part of what there was.
        place = place with { IsArchived = true };
        await foreach (var piece in TextsAsync(plan, cancel).ConfigureAwait(false))
            yield return Counted(piece, (p, done) => p with { Texts = p.Texts + done });
        foreach (var filter in plan.Raw)
        {
            foreach (var piece in RawPieces(filter, plan.Marks)) yield return Counted(piece, (p, done) => p with { Raw = p.Raw + done });
        }
        foreach (var piece in LetterPieces(plan)) yield return Counted(piece, (p, done) => p with { Letters = p.Letters + done });
        foreach (var piece in FreePieces()) yield return Counted(piece, (p, done) => p with { Freed = p.Freed + done }, isRows: false);
        if (place.Raw + place.Texts + place.Letters > began.Raw + began.Texts + began.Letters)
            log.LogInformation("Retention: {Rows} rows, {Texts} texts and {Letters} refused events are gone, {Bytes} bytes were given back",
                place.Raw, place.Texts, place.Letters, place.Freed);

        // The place is noted in the piece's own transaction. That may be tried again: it counts from where the piece began.
        MaintenancePiece Counted(Pending pending, Func<RetentionPlace, long, RetentionPlace> next, bool isRows = true)
        {
            MaintenancePiece piece = null!;
            var from = place;
            piece = MaintenancePiece.InTransaction(state =>
            {
                var done = pending.Done = pending.Work(state);
                place = next(from, done);
                (piece.Done, piece.Place) = (isRows ? done : 0, place.ToString());
            });
            piece.Total = total;
            return piece;
        }
    }

    /// <summary>A piece before it is one of a job.</summary>
    private sealed class Pending(Func<WriterState, long> work)
    {
        public Func<WriterState, long> Work { get; } = work;

        public long Done { get; set; }
    }

    private async Task<(RetentionPlan Plan, string PlanId, RetentionPlace Place)> ReadAsync(MaintenanceJob job, CancellationToken cancel)
    {
        var parts = job.Arguments.Split(' ');
        var (number, after) = (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var plan = await db.RetentionPlans.AsNoTracking().SingleAsync(p => p.Id == number, cancel).ConfigureAwait(false);
        var place = job.Place ?? (await db.Maintenance.AsNoTracking().FirstOrDefaultAsync(m => m.Id == after, cancel).ConfigureAwait(false))?.Place;
        return (RetentionJson.Read<RetentionPlan>(plan.Document), plan.PlanId, RetentionPlace.Read(place));
    }

    private async IAsyncEnumerable<Pending> TextsAsync(RetentionPlan plan, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var filter in plan.Texts)
        {
            foreach (var kind in Enumerable.Range(0, RetentionTexts.Kinds))
            {
                var ids = await TextIdsAsync(filter, plan.Marks, kind, cancel).ConfigureAwait(false);
                foreach (var some in ids.Chunk(TextsAtOnce))
                {
                    yield return new Pending(state =>
                    {
                        foreach (var id in some) state.Rows.DeleteText(id);
                        // The greatest number may be among them, and none is given twice.
                        state.Rows.Facts.WriteIdMark(ItemStores.Texts, state.NextTextId - 1);
                        return some.Length;
                    });
                }
            }
        }
    }

    private async Task<List<int>> TextIdsAsync(RowFilter filter, RowMarks marks, int kind, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        return await RetentionTexts.Rows(db, filter, marks).ElementAt(kind).Select(x => x.TextId).Where(id => db.Texts.Any(t => t.Id == id)).Order()
            .ToListAsync(cancel).ConfigureAwait(false);
    }

    private IEnumerable<Pending> RawPieces(RowFilter filter, RowMarks marks)
    {
        for (var (atOnce, removed) = (FewestAtOnce * 5, 1L); removed > 0;)
        {
            var piece = new Pending(state =>
            {
                var start = clock.GetTimestamp();
                var removal = new Removal(state);
                removal.TakeMatching(filter, marks, atOnce);
                var count = removal.Run();
                // Half as fast or twice: the next piece is of that size.
                var took = Math.Max(clock.GetElapsedTime(start).Ticks, 1);
                if (count > 0) atOnce = Math.Clamp((int)(atOnce * Math.Clamp((double)s_aim.Ticks / took, 0.5, 2)), FewestAtOnce, MostAtOnce);
                return count;
            });
            yield return piece;
            removed = piece.Done;
        }
    }

    private static IEnumerable<Pending> LetterPieces(RetentionPlan plan)
    {
        if (plan.LettersBefore is not { } before) yield break;
        for (var removed = 1L; removed > 0;)
        {
            var piece = new Pending(state => state.Rows.DeleteLetters(before, plan.LastLetter, LettersAtOnce));
            yield return piece;
            removed = piece.Done;
        }
    }

    private static IEnumerable<Pending> FreePieces()
    {
        for (var freed = 1L; freed > 0;)
        {
            var piece = new Pending(state => state.Rows.GiveBack(PagesAtOnce));
            yield return piece;
            freed = piece.Done;
        }
    }
}
