namespace Observatory.Core.Statistics;

/// <summary>How two series go together, −1 to 1; null where one of them does not move.</summary>
public static class Correlation
{
    /// <exception cref="ArgumentException">Not as many values on both sides.</exception>
    public static double? Pearson(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Count != b.Count) throw new ArgumentException("Both series have as many values.", nameof(b));
        if (a.Count < 2 || IsConstant(a) || IsConstant(b)) return null;
        var (meanA, meanB) = (a.Average(), b.Average());
        double together = 0, own = 0, other = 0;
        for (var i = 0; i < a.Count; i++)
        {
            var (x, y) = (a[i] - meanA, b[i] - meanB);
            together += x * y;
            own += x * x;
            other += y * y;
        }
        var value = together / (Math.Sqrt(own) * Math.Sqrt(other));
        return double.IsFinite(value) ? Math.Clamp(value, -1, 1) : null;
    }

    /// <summary>Of the ranks; values that are equal share the mean of theirs.</summary>
    public static double? Spearman(IReadOnlyList<double> a, IReadOnlyList<double> b) => Pearson(Ranks(a), Ranks(b));

    /// <summary>Places from 1, in the order of the values.</summary>
    public static double[] Ranks(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Count];
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && values[order[end]] == values[order[start]]) end++;
            for (var i = start; i < end; i++) ranks[order[i]] = (start + 1 + end) / 2.0;
            start = end;
        }
        return ranks;
    }

    /// <summary>Of a series with itself, so many places later; null where it does not move or is shorter.</summary>
    public static double? Auto(IReadOnlyList<double> values, int lag)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(lag, 1);
        if (values.Count <= lag || IsConstant(values)) return null;
        var mean = values.Average();
        double all = 0, apart = 0;
        for (var i = 0; i < values.Count; i++)
        {
            all += (values[i] - mean) * (values[i] - mean);
            if (i + lag < values.Count) apart += (values[i] - mean) * (values[i + lag] - mean);
        }
        return apart / all;
    }

    private static bool IsConstant(IReadOnlyList<double> values) => values.All(v => v == values[0]);
}
