namespace Observatory.Core.Statistics.Anomalies;

/// <summary>A day of a series. Hours stay in their places when clocks change: a missing one is none, one that is there twice is the mean of both.</summary>
/// <param name="First">Place of its first bucket.</param>
/// <param name="Last">Place of its last.</param>
/// <param name="ByHour">By hour of day, one place for series of days; NaN where there is nothing.</param>
internal sealed record GridDay(DateOnly Date, int Weekday, int First, int Last, double[] ByHour, bool IsOpen, bool IsOff)
{
    public double Total { get; } = ByHour.Where(double.IsFinite).Sum();
}

/// <summary>A series by days.</summary>
internal sealed class DayGrid
{
    public DayGrid(SeriesToJudge series)
    {
        Series = series;
        Hours = series.Hourly ? 24 : 1;
        for (var first = 0; first < series.Buckets.Count;)
        {
            var last = first;
            while (last + 1 < series.Buckets.Count && series.Buckets[last + 1].Date == series.Buckets[first].Date) last++;
            Days.Add(Day(first, last));
            first = last + 1;
        }
    }

    public SeriesToJudge Series { get; }

    public int Hours { get; }

    public List<GridDay> Days { get; } = [];

    public bool IsAdditive => Series.Kind is SeriesKind.Count or SeriesKind.Amount;

    /// <summary>Value of a bucket; nothing is 0 of what adds up.</summary>
    public double Value(int bucket) => Series.Buckets[bucket].Value is { } value && double.IsFinite(value) ? value : IsAdditive ? 0 : double.NaN;

    private GridDay Day(int first, int last)
    {
        var byHour = new double[Hours];
        var counts = new int[Hours];
        for (var i = first; i <= last; i++)
        {
            if (!double.IsFinite(Value(i))) continue;
            byHour[Series.Buckets[i].Hour] += Value(i);
            counts[Series.Buckets[i].Hour]++;
        }
        for (var h = 0; h < Hours; h++) byHour[h] = counts[h] == 0 ? double.NaN : byHour[h] / counts[h];
        var bucket = Series.Buckets[first];
        return new GridDay(bucket.Date, bucket.Weekday, first, last, byHour, bucket.Date >= Series.OpenFrom, Series.DaysOff.Contains(bucket.Date));
    }
}
