using Observatory.Core.Time;

namespace Observatory.Core.Storage.DaySums;

/// <summary>Makes the blocks of days from rows: for the store, and for a reader where the store has none that is up to date.</summary>
internal static class DayBlocks
{
    /// <summary>Blocks of consecutive days, in order, each made when it is asked for. Read to the end before anything else is asked of the context.</summary>
    /// <param name="first">Days since 1970-01-01.</param>
    /// <param name="end">First day that is not asked for.</param>
    public static IEnumerable<byte[]> Make(
        INarrowReads reads, ObservatoryContext db, DaySumPart part, int first, int end, CancellationToken cancel) => part switch
    {
        DaySumPart.Usage => Usage(reads, db, first, end, cancel),
        DaySumPart.Tools => Tools(reads, db, first, end, cancel),
        DaySumPart.ToolTotals => Tools(reads, db, first, end, cancel).Select(day => ToolTotals.Encode(day)),
        DaySumPart.Activity => Activity(reads, db, first, end, cancel),
        DaySumPart.ToolUse => ToolUse(reads, db, first, end, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };

    private static IEnumerable<byte[]> Usage(INarrowReads reads, ObservatoryContext db, int first, int end, CancellationToken cancel)
    {
        using var rows = new DayCursor<QuarterRow>(reads.Quarters(db, QuarterOf(first), QuarterOf(end), cancel), r => DayOf(r.Key.Bucket));
        for (var day = first; day < end; day++) yield return UsageDay.Encode(rows.Take(day));
    }

    private static IEnumerable<byte[]> Tools(INarrowReads reads, ObservatoryContext db, int first, int end, CancellationToken cancel)
    {
        using var calls = new DayCursor<ToolQuarterRow>(reads.Tools(db, QuarterOf(first), QuarterOf(end), cancel), r => DayOf(r.Key.Bucket));
        using var bins = new DayCursor<BinRow>(reads.Bins(db, QuarterOf(first), QuarterOf(end), cancel), r => DayOf(r.Key.Bucket));
        for (var day = first; day < end; day++) yield return ToolDay.Encode(calls.Take(day), bins.Take(day));
    }

    private static IEnumerable<byte[]> Activity(INarrowReads reads, ObservatoryContext db, int first, int end, CancellationToken cancel)
    {
        var all = reads.Activity(db, first * BucketClock.Day, end * BucketClock.Day, cancel);
        using var rows = new DayCursor<ActivityRow>(all, r => (int)BucketClock.DayOf(r.At));
        for (var day = first; day < end; day++) yield return ActivityDay.Encode(day, rows.Take(day));
    }

    private static IEnumerable<byte[]> ToolUse(INarrowReads reads, ObservatoryContext db, int first, int end, CancellationToken cancel)
    {
        var all = reads.ToolUses(db, first * BucketClock.Day, end * BucketClock.Day, cancel);
        using var rows = new DayCursor<ToolUseRow>(all, r => (int)BucketClock.DayOf(r.At));
        for (var day = first; day < end; day++) yield return ToolUseDay.Encode(day, rows.Take(day));
    }

    private static int QuarterOf(int day) => day * DayBlock.Quarters;

    private static int DayOf(int quarter) => (int)BucketClock.DayOf(quarter * BucketClock.Quarter);

    /// <summary>Rows in order of time, a day at a time.</summary>
    private sealed class DayCursor<T>(IEnumerable<T> rows, Func<T, int> dayOf) : IDisposable
    {
        private readonly IEnumerator<T> _rows = rows.GetEnumerator();
        private readonly List<T> _day = [];
        private bool _hasNext;
        private bool _isBegun;

        /// <summary>Those of the next day; the same list each time.</summary>
        public List<T> Take(int day)
        {
            if (!_isBegun) (_hasNext, _isBegun) = (_rows.MoveNext(), true);
            _day.Clear();
            for (; _hasNext && dayOf(_rows.Current) == day; _hasNext = _rows.MoveNext()) _day.Add(_rows.Current);
            return _day;
        }

        public void Dispose() => _rows.Dispose();
    }
}
