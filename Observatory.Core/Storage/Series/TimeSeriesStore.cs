namespace Observatory.Core.Storage.Series;

/// <summary>
/// Points of metrics that were sent, and their sums by quarter of an hour, hour and day, which the transaction of the points brings up to date. A point counts
/// once; of a running total its growth counts, in whatever order its points come. Writer only.
/// </summary>
internal sealed class TimeSeriesStore(ISeriesRows rows)
{
    /// <summary>Lengths of buckets, seconds. A quarter of an hour is what days and hours of every zone begin on.</summary>
    public static IReadOnlyList<int> Tiers { get; } = [900, 3_600, 86_400];

    private readonly Dictionary<TierKey, TierCell> _cells = [];

    /// <summary>False where the point was known.</summary>
    /// <param name="isSummed">Its series has sums.</param>
    public bool Add(int series, StoredPoint point, bool isSummed = true)
    {
        var (before, after) = point.StartAt == 0 ? (null, null)
            : (rows.Neighbour(series, point, isBefore: true), rows.Neighbour(series, point, isBefore: false));
        var gain = GainOf(point, before);
        if (!rows.Insert(series, point with { Gain = gain })) return false;
        if (isSummed)
        {
            foreach (var tier in Tiers) CellOf(series, tier, point.At).Add(gain);
        }
        // What came late takes its part of the growth that was counted for the next one.
        if (after is null || GainOf(after, point) is var own && own == after.Gain) return true;
        rows.SetGain(series, after, own);
        if (!isSummed) return true;
        foreach (var tier in Tiers) CellOf(series, tier, after.At).Correct(after.Gain, own);
        return true;
    }

    /// <summary>Writes what the running transaction added to sums.</summary>
    public void Write()
    {
        foreach (var (key, cell) in _cells)
        {
            if (rows.LoadCell(key) is { } stored) cell.Merge(stored);
            if (cell.IsCorrected && rows.GainsIn(key.Series, key.Start, key.End) is { } ends) (cell.Min, cell.Max) = ends;
            rows.Write(key, cell);
        }
        _cells.Clear();
    }

    /// <summary>A total that is less than before has begun anew without saying so.</summary>
    private static double GainOf(StoredPoint point, StoredPoint? before) =>
        before is not null && before.Value <= point.Value ? point.Value - before.Value : point.Value;

    private TierCell CellOf(int series, int tier, long at)
    {
        var key = new TierKey(series, tier, (long)Math.Floor(at / (tier * 1_000.0)));
        return _cells.TryGetValue(key, out var cell) ? cell : _cells[key] = new TierCell();
    }
}
