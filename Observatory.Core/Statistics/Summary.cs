namespace Observatory.Core.Statistics;

/// <summary>What can be said of a set of values without knowing their order.</summary>
/// <param name="Count">Values that are numbers.</param>
/// <param name="Mode">Every value of the highest frequency, ascending; empty where all values differ.</param>
/// <param name="Variance">Over n − 1; null below two values.</param>
/// <param name="Percentiles">Of <see cref="Summary.Ranks"/>, in their order, by linear interpolation.</param>
/// <param name="Outliers">Places in the given values, ascending, of those more than 1.5 interquartile ranges outside the quartiles.</param>
public sealed record Summary(
    long Count, double Sum, double Mean, double Median, IReadOnlyList<double> Mode, double? Variance, double? StandardDeviation,
    double Min, double Max, double Range, IReadOnlyList<double> Percentiles, IReadOnlyList<int> Outliers)
{
    /// <summary>Percent.</summary>
    public static IReadOnlyList<int> Ranks { get; } = [25, 50, 75, 90, 95, 99];

    private const double Fence = 1.5;

    /// <summary>Null without a number. What is no number, or infinite, is left out. Copies the values once.</summary>
    public static Summary? Of(ReadOnlySpan<double> values)
    {
        var sorted = GC.AllocateUninitializedArray<double>(values.Length);
        var count = 0;
        foreach (var value in values)
        {
            if (double.IsFinite(value)) sorted[count++] = value;
        }
        if (count == 0) return null;
        var numbers = sorted.AsSpan(0, count);
        numbers.Sort();
        var (sum, mean) = SumAndMean(numbers);
        double? variance = count < 2 ? null : VarianceOf(numbers, mean);
        double[] percentiles = [.. Ranks.Select(rank => Percentile(sorted.AsSpan(0, count), rank))];
        return new Summary(
            count, sum, mean, percentiles[1], ModeOf(numbers), variance, variance is { } v ? Math.Sqrt(v) : null, numbers[0], numbers[^1],
            numbers[^1] - numbers[0], percentiles, OutliersOf(values, percentiles[0], percentiles[2]));
    }

    /// <param name="sorted">Ascending, at least one.</param>
    /// <param name="rank">0–100.</param>
    public static double Percentile(ReadOnlySpan<double> sorted, double rank)
    {
        var place = rank / 100 * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 >= sorted.Length ? sorted[^1] : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
    }

    /// <summary>The mean is taken from the distances to the first value: a large offset costs no digits.</summary>
    private static (double Sum, double Mean) SumAndMean(ReadOnlySpan<double> values)
    {
        var offset = values[0];
        double sum = 0, lost = 0, away = 0, awayLost = 0;
        foreach (var value in values)
        {
            Add(ref sum, ref lost, value);
            Add(ref away, ref awayLost, value - offset);
        }
        var mean = offset + (away + awayLost) / values.Length;
        return (sum + lost, Math.Clamp(mean, values[0], values[^1]));
    }

    /// <summary>Keeps what a sum of doubles loses, apart (Neumaier).</summary>
    private static void Add(ref double sum, ref double lost, double value)
    {
        var next = sum + value;
        lost += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
        sum = next;
    }

    private static double VarianceOf(ReadOnlySpan<double> values, double mean)
    {
        double squares = 0, rest = 0;
        foreach (var value in values)
        {
            var away = value - mean;
            squares += away * away;
            rest += away;
        }
        // What rounding left in the mean is taken out again.
        return Math.Max(0, (squares - rest * rest / values.Length) / (values.Length - 1));
    }

    private static List<double> ModeOf(ReadOnlySpan<double> sorted)
    {
        var modes = new List<double>();
        var most = 2;
        for (var start = 0; start < sorted.Length;)
        {
            var end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start]) end++;
            if (end - start > most) modes.Clear();
            if (end - start >= most)
            {
                most = end - start;
                modes.Add(sorted[start]);
            }
            start = end;
        }
        // One value alone is the most frequent one there is.
        return sorted.Length == 1 ? [sorted[0]] : modes;
    }

    private static List<int> OutliersOf(ReadOnlySpan<double> values, double low, double high)
    {
        var reach = Fence * (high - low);
        var outliers = new List<int>();
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsFinite(values[i]) && (values[i] < low - reach || values[i] > high + reach)) outliers.Add(i);
        }
        return outliers;
    }
}
