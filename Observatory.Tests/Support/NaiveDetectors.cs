namespace Observatory.Tests.Support;

/// <summary>What is usual elsewhere, to hold the ladder against. Each gives the hours that it calls unusual.</summary>
internal static class NaiveDetectors
{
    private const int Week = 168;
    private const double Reach = 3.5;

    public static IReadOnlyList<(string Name, Func<PlantedSeries, HashSet<int>> Find)> All { get; } =
        [("all hours, 3 sigma", Sigma), ("7 days, median and MAD", Rolling), ("hour of week, MAD", Slots), ("season removed, one MAD", Seasonal)];

    private static HashSet<int> Sigma(PlantedSeries series)
    {
        var past = series.Values[..series.History];
        var mean = past.Average();
        var sigma = Math.Sqrt(past.Average(v => (v - mean) * (v - mean)));
        return Where(series, i => Math.Abs(series.Values[i] - mean) > 3 * sigma);
    }

    private static HashSet<int> Rolling(PlantedSeries series) =>
        Where(series, i => IsFar(series.Values[i], series.Values[(i - Week)..i]));

    private static HashSet<int> Slots(PlantedSeries series) => Where(series, i =>
        IsFar(series.Values[i], [.. Enumerable.Range(1, series.History / Week).Select(w => series.Values[i - w * Week])]));

    private static HashSet<int> Seasonal(PlantedSeries series)
    {
        var weeks = Enumerable.Range(0, series.History / Week).ToList();
        var slots = Enumerable.Range(0, Week).Select(h => Median(weeks.Select(w => series.Values[h + w * Week]))).ToArray();
        var left = Enumerable.Range(0, series.History).Select(i => series.Values[i] - slots[i % Week]).ToArray();
        var (middle, spread) = Spread(left);
        return spread == 0 ? [] : Where(series, i => Math.Abs(series.Values[i] - slots[i % Week] - middle) > Reach * spread);
    }

    private static bool IsFar(double value, double[] past)
    {
        var (middle, spread) = Spread(past);
        return spread == 0 ? value != middle : Math.Abs(value - middle) > Reach * spread;
    }

    private static (double Middle, double Spread) Spread(double[] values)
    {
        var middle = Median(values);
        return (middle, 1.4826 * Median(values.Select(v => Math.Abs(v - middle))));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static HashSet<int> Where(PlantedSeries series, Func<int, bool> isUnusual) =>
        [.. Enumerable.Range(series.History, series.Values.Length - series.History).Where(isUnusual)];
}
