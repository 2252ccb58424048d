namespace Observatory.Core.Statistics;

/// <summary>Middles and spreads that a few wild values do not move.</summary>
internal static class Robust
{
    /// <summary>Of a normal distribution, what turns the median distance from the median into a standard deviation.</summary>
    private const double NormalSpread = 1.4826;

    /// <summary>Sorts the values.</summary>
    public static double MedianInPlace(Span<double> values)
    {
        values.Sort();
        var half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    public static double Median(IEnumerable<double> values) => MedianInPlace(values.ToArray());

    /// <summary>As a standard deviation.</summary>
    public static double Spread(IReadOnlyCollection<double> values)
    {
        var middle = Median(values);
        return NormalSpread * Median(values.Select(v => Math.Abs(v - middle)));
    }
}
