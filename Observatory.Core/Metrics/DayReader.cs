using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>Takes the block of a day; the bytes are valid during the call only.</summary>
/// <param name="day">Days since 1970-01-01.</param>
internal delegate void DayVisitor(int day, ReadOnlySpan<byte> block);

/// <summary>
/// Whole UTC days of a snapshot as blocks: from the cache where the snapshot has the same version of the day, else as they are stored, else made from the day's
/// rows and kept in the cache. A large stored block is not kept: to read it again costs little, and many of them would push each other out.
/// </summary>
internal sealed class DayReader(INarrowReads reads, DayCache cache)
{
    /// <summary>Bytes of a stored block that is kept in the cache at most.</summary>
    private const int Small = 16 * 1024;

    /// <summary>What is not kept by day.</summary>
    public INarrowReads Reads => reads;

    private const int QuartersPerDay = (int)(BucketClock.Day / BucketClock.Quarter);

    /// <summary>Shows each day that has something, in no order. Nothing else is asked of the context meanwhile.</summary>
    /// <param name="first">Days since 1970-01-01.</param>
    /// <param name="end">First day that is not asked for.</param>
    public void Visit(ObservatoryContext db, DaySumPart part, int first, int end, DayVisitor visit, CancellationToken cancel)
    {
        if (first >= end) return;
        var versions = reads.DayVersions(db, first, end);
        var missing = new bool[versions.Length];
        var isAnyMissing = false;
        for (var i = 0; i < versions.Length; i++)
        {
            if (cache.Find(part, first + i, versions[i]) is { } block) Show(first + i, block);
            else missing[i] = isAnyMissing = true;
        }
        if (!isAnyMissing) return;
        cancel.ThrowIfCancellationRequested();
        reads.DaySums(db, part, first, end, (day, version) => missing[day - first] && version == versions[day - first], (day, version, block) =>
        {
            cancel.ThrowIfCancellationRequested();
            missing[day - first] = false;
            if (block.Length <= Small) cache.Keep(part, day, version, block.ToArray());
            Show(day, block);
        });
        for (var i = 0; i < missing.Length; i++)
        {
            if (!missing[i]) continue;
            // Neighbours that are missing too come with the same statement.
            var until = i + 1;
            while (until < missing.Length && missing[until]) until++;
            foreach (var block in DayBlocks.Make(reads, db, part, first + i, first + until, cancel))
            {
                cache.Keep(part, first + i, versions[i], block);
                Show(first + i, block);
                i++;
            }
        }

        void Show(int day, ReadOnlySpan<byte> block)
        {
            if (block.Length > DayBlock.Head) visit(day, block);
        }
    }

    /// <param name="quarters">Unix quarters of an hour, half-open. Days come whole; the visitor leaves out what lies outside.</param>
    public void Visit(ObservatoryContext db, DaySumPart part, (int Start, int End) quarters, DayVisitor visit, CancellationToken cancel)
    {
        if (quarters.Start < quarters.End) Visit(db, part, DayOf(quarters.Start), DayOf(quarters.End - 1) + 1, visit, cancel);
    }

    public static int DayOf(int quarter) => (int)BucketClock.DayOf(quarter * BucketClock.Quarter);

    public static int FirstQuarter(int day) => day * QuartersPerDay;
}
