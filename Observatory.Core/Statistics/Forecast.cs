using Observatory.Core.Statistics.Anomalies;

namespace Observatory.Core.Statistics;

/// <param name="Bucket">That is still to come, or not over.</param>
/// <param name="Low">Lower end of what 19 of 20 would be.</param>
/// <param name="High">Upper end.</param>
public sealed record ForecastPoint(SeriesBucket Bucket, double Value, double Low, double High);

/// <summary>
/// What comes next: what is usual at each hour of each weekday, at the level of the last days, carried on along a trend that is no chance. What is
/// counted is never below 0, and nothing is expected where nothing ever was.
/// </summary>
public static class Forecast
{
    private const int RecentDays = 7;
    private const double LeastMean = 0.05;

    /// <summary>Of the last days' distance from the usual level, so much is believed.</summary>
    private const double Belief = 0.5;

    /// <param name="series">Complete buckets until now.</param>
    /// <param name="future">What is to be told, in order, without values.</param>
    /// <param name="growth">Change a day as a share of the mean of the last eight weeks; 0 where there is no trend.</param>
    public static IReadOnlyList<ForecastPoint> Of(SeriesToJudge series, IReadOnlyList<SeriesBucket> future, double growth)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(future);
        var grid = new DayGrid(series);
        if (grid.Days.Count == 0) return [];
        var next = grid.Days.FindIndex(d => d.IsOpen);
        var history = grid.IsAdditive && next == 0 ? [] : AnomalyLadder.HistoryOf(grid, next < 0 ? grid.Days.Count - 1 : next);
        if (next < 0 && !grid.Days[^1].IsOff && grid.Days[^1].Date >= series.FirstDay) history.Add(grid.Days[^1]);
        if (history.Count == 0) return [];
        return grid.IsAdditive ? Sums(series, history, future, growth) : Shares(grid, history, future);
    }

    private static List<ForecastPoint> Sums(SeriesToJudge series, List<GridDay> history, IReadOnlyList<SeriesBucket> future, double growth)
    {
        var shift = LevelShift.Find(history);
        var scale = history.Select((_, i) => shift is not null && i < shift.Start ? shift.Ratio : 1).ToArray();
        var usual = UsualProfile.Of(history, scale, series.Kind, history.Count >= UsualProfile.WeekDays);
        var middle = history.Average(d => (double)d.Date.DayNumber);
        var level = growth == 0 || shift is not null ? RecentLevel(history, usual) : 1;
        return [.. future.Select(bucket =>
        {
            var mean = usual.Mean(bucket.Weekday, bucket.Hour);
            if (mean <= LeastMean || series.DaysOff.Contains(bucket.Date)) return new ForecastPoint(bucket, 0, 0, 0);
            var carried = shift is null ? Math.Max(0, 1 + growth * (bucket.Date.DayNumber - middle)) : 1;
            mean *= level * carried;
            var shape = 1 / (usual.Hourly + usual.Daily + usual.Doubt(bucket.Weekday, bucket.Hour));
            return new ForecastPoint(
                bucket, mean * usual.Unit, CountModel.Quantile(0.025, mean, shape) * usual.Unit,
                Math.Max(mean, CountModel.Quantile(0.975, mean, shape)) * usual.Unit);
        })];
    }

    private static double RecentLevel(List<GridDay> history, UsualProfile usual)
    {
        double got = 0, expected = 0;
        foreach (var day in history.Skip(history.Count - RecentDays))
        {
            got += day.Total / usual.Unit;
            for (var hour = 0; hour < day.ByHour.Length; hour++) expected += usual.Mean(day.Weekday, hour);
        }
        return expected < 1 ? 1 : 1 + Belief * (Math.Clamp(got / expected, 0.5, 2) - 1);
    }

    /// <summary>Means and rates: the middle of the same hours of the same kind of day, and what lay around it.</summary>
    private static List<ForecastPoint> Shares(DayGrid grid, List<GridDay> history, IReadOnlyList<SeriesBucket> future)
    {
        var all = history.SelectMany(d => d.ByHour).Where(double.IsFinite).Order().ToArray();
        if (all.Length == 0) return [];
        return [.. future.Select(bucket =>
        {
            var own = history.Where(d => d.Weekday >= 5 == bucket.Weekday >= 5).Select(d => d.ByHour[bucket.Hour]).Where(double.IsFinite).Order().ToArray();
            var near = own.Length >= RecentDays ? own : all;
            var high = Summary.Percentile(near, 97.5);
            return new ForecastPoint(
                bucket, Summary.Percentile(near, 50), Summary.Percentile(near, 2.5), grid.Series.Kind == SeriesKind.Rate ? Math.Min(1, high) : high);
        })];
    }
}
