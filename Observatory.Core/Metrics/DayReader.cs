using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>Whole UTC days of a snapshot, in order: from the cache where the snapshot has the same version of the day, else read and kept.</summary>
internal sealed class DayReader(INarrowReads reads, DayCache cache)
{
    private const int QuartersPerDay = (int)(BucketClock.Day / BucketClock.Quarter);

    /// <param name="quarters">Unix quarters of an hour, half-open. Days come whole; the caller leaves out what lies outside.</param>
    public T[][] Of<T>(ObservatoryContext db, DayRows<T> rows, (int Start, int End) quarters, CancellationToken cancel)
    {
        if (quarters.Start >= quarters.End) return [];
        return Days(db, rows, DayOf(quarters.Start), DayOf(quarters.End - 1) + 1, cancel);
    }

    /// <summary>Activity of every day that meets the range of Unix ms.</summary>
    public T[][] Of<T>(ObservatoryContext db, DayRows<T> rows, TimeRange range, CancellationToken cancel) =>
        range.Length == 0 ? [] : Days(db, rows, (int)BucketClock.DayOf(range.Start), (int)BucketClock.DayOf(range.End - 1) + 1, cancel);

    private T[][] Days<T>(ObservatoryContext db, DayRows<T> rows, int first, int end, CancellationToken cancel)
    {
        var days = new T[end - first][];
        var versions = reads.DayVersions(db, first, end);
        for (var i = 0; i < days.Length; i++) days[i] = cache.Find<T>(rows.Part, first + i, versions[i])!;
        for (var i = 0; i < days.Length; i++)
        {
            if (days[i] is not null) continue;
            // Neighbours that are missing too come with the same statement.
            var until = i + 1;
            while (until < days.Length && days[until] is null) until++;
            Split(rows, rows.Read(reads, db, first + i, first + until, cancel), days.AsSpan(i, until - i), first + i);
            for (; i < until; i++) cache.Keep(rows.Part, first + i, versions[i], days[i]);
        }
        return days;
    }

    private static void Split<T>(DayRows<T> rows, IEnumerable<T> all, Span<T[]> days, int first)
    {
        var day = new List<T>();
        var at = 0;
        foreach (var row in all)
        {
            for (var own = rows.DayOf(row) - first; at < own; at++) Close(days, at);
            day.Add(row);
        }
        for (; at < days.Length; at++) Close(days, at);

        void Close(Span<T[]> into, int i)
        {
            into[i] = [.. day];
            day.Clear();
        }
    }

    internal static int DayOf(int quarter) => (int)BucketClock.DayOf(quarter * BucketClock.Quarter);

    internal static int FirstQuarter(int day) => day * QuartersPerDay;
}

/// <summary>How one part of days is read.</summary>
/// <param name="Read">First day, and the first that is not read; gives rows in order of time.</param>
/// <param name="DayOf">UTC day of a row.</param>
internal sealed record DayRows<T>(DayPart Part, Func<INarrowReads, ObservatoryContext, int, int, CancellationToken, IEnumerable<T>> Read, Func<T, int> DayOf);

/// <summary>The parts of days.</summary>
internal static class DayParts
{
    public static DayRows<QuarterRow> Quarters { get; } = new(
        DayPart.Quarters, (reads, db, first, end, cancel) => reads.Quarters(db, DayReader.FirstQuarter(first), DayReader.FirstQuarter(end), cancel), r => DayReader.DayOf(r.Key.Bucket));

    public static DayRows<ToolQuarterRow> Tools { get; } = new(
        DayPart.Tools, (reads, db, first, end, cancel) => reads.Tools(db, DayReader.FirstQuarter(first), DayReader.FirstQuarter(end), cancel), r => DayReader.DayOf(r.Key.Bucket));

    public static DayRows<BinRow> AnswerBins { get; } = new(
        DayPart.AnswerBins, (reads, db, first, end, cancel) => reads.AnswerBins(db, DayReader.FirstQuarter(first), DayReader.FirstQuarter(end), cancel), r => DayReader.DayOf(r.Key.Bucket));

    public static DayRows<BinRow> ToolBins { get; } = new(
        DayPart.ToolBins, (reads, db, first, end, cancel) => reads.ToolBins(db, DayReader.FirstQuarter(first), DayReader.FirstQuarter(end), cancel), r => DayReader.DayOf(r.Key.Bucket));

    public static DayRows<ActivityRow> Activity { get; } = new(
        DayPart.Activity, (reads, db, first, end, cancel) => reads.Activity(db, first * BucketClock.Day, end * BucketClock.Day, cancel), r => (int)BucketClock.DayOf(r.At));
}
