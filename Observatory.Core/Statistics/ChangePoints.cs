namespace Observatory.Core.Statistics;

/// <param name="At">Place of the first value of the new level.</param>
/// <param name="Before">Mean of the level before, as it was.</param>
/// <param name="After">Mean from there to the next change.</param>
public sealed record ChangePoint(int At, double Before, double After);

/// <summary>
/// Where the level of a daily series changes for good. What weekdays differ by is removed first; the cut is the one of least squares among all
/// with segments of five days or more, and each segment has to earn its place (optimal partitioning). A slope is no change.
/// </summary>
public static class ChangePoints
{
    public const int ShortestSegment = 5;
    private const double WildestResidual = 4;
    private const double OffShare = 0.25;

    /// <summary>Gaps are not expected: give what is there.</summary>
    public static IReadOnlyList<ChangePoint> Of(IReadOnlyList<(DateOnly Date, double Value)> days)
    {
        ArgumentNullException.ThrowIfNull(days);
        var places = Working(days);
        if (places.Count < 2 * ShortestSegment + 4) return [];
        List<(DateOnly Date, double Value)> working = [.. places.Select(i => days[i])];
        var level = LevelsOf(working, out var spread);
        if (spread <= 0) return Exact(days);
        var cuts = Cut(level, Penalty(level.Length) * spread * spread);
        if (cuts.Count == 0 || IsLine(level, cuts, spread)) return [];
        return Describe(days, [.. cuts.Select(c => places[c])]);
    }

    /// <summary>Days off tell nothing of a level: theirs is next to nothing before and after.</summary>
    private static List<int> Working(IReadOnlyList<(DateOnly Date, double Value)> days)
    {
        var all = Enumerable.Range(0, days.Count).ToList();
        if (days.Count < 2 * 7 || days.Any(d => d.Value < 0)) return all;
        var usual = all.GroupBy(i => days[i].Date.DayOfWeek).ToDictionary(g => g.Key, g => Robust.Median(g.Select(i => days[i].Value)));
        var busiest = usual.Values.Max();
        return [.. all.Where(i => usual[days[i].Date.DayOfWeek] > OffShare * busiest || busiest <= 0)];
    }

    /// <summary>Without noise, every step is one; a series that does not move, or only in its week, has none.</summary>
    private static List<ChangePoint> Exact(IReadOnlyList<(DateOnly Date, double Value)> days)
    {
        var level = days.Select(d => d.Value).ToArray();
        var size = level.Max(Math.Abs);
        if (level.Max() - level.Min() <= 1e-9 * size) return [];
        var cuts = Cut(level, 1e-6 * size * size);
        // A week would be cut at each of its ends.
        return cuts.Count > days.Count / (2 * ShortestSegment) ? [] : Describe(days, cuts);
    }

    private static double Penalty(int count) => 4 * Math.Log(count) + 8;

    /// <summary>Values without weekdays, wild ones drawn in. The spread comes from differences of a week, which a change of level moves but once.</summary>
    private static double[] LevelsOf(List<(DateOnly Date, double Value)> days, out double spread)
    {
        var values = days.Select(d => d.Value).ToArray();
        var middle = Robust.MedianInPlace(values.ToArray());
        var byWeekday = Enumerable.Range(0, days.Count).GroupBy(i => days[i].Date.DayOfWeek).ToList();
        var offsets = new double[values.Length];
        foreach (var own in byWeekday)
        {
            var offset = Robust.Median(own.Select(i => values[i])) - middle;
            foreach (var i in own) offsets[i] = offset;
        }
        var apart = new List<double>();
        foreach (var own in byWeekday)
        {
            var list = own.ToList();
            for (var k = 1; k < list.Count; k++) apart.Add(values[list[k]] - values[list[k - 1]]);
        }
        var level = values.Select((v, i) => v - offsets[i]).ToArray();
        // Half of the differences may be zero where people rest on half of the days: then what moves decides.
        var moving = apart.Where(a => a != 0).ToList();
        var least = moving.Count > apart.Count / 3 ? RootMean(moving) / 2 : 0;
        spread = moving.Count == 0 ? 0 : Math.Max(Robust.Spread(apart), least) / Math.Sqrt(2);
        return level;
    }

    private static double RootMean(IReadOnlyCollection<double> values)
    {
        var clipped = Robust.Median(values.Select(Math.Abs)) * WildestResidual;
        return Math.Sqrt(values.Average(v => Math.Min(v * v, clipped * clipped)));
    }

    /// <summary>First places of all segments but the first.</summary>
    private static List<int> Cut(double[] values, double penalty)
    {
        var n = values.Length;
        var (sum, squares) = (new double[n + 1], new double[n + 1]);
        // From the first value on: large levels would cost digits.
        for (var i = 0; i < n; i++)
        {
            var value = values[i] - values[0];
            sum[i + 1] = sum[i] + value;
            squares[i + 1] = squares[i] + value * value;
        }
        double Cost(int from, int to)
        {
            var s = sum[to] - sum[from];
            return Math.Max(0, squares[to] - squares[from] - s * s / (to - from));
        }
        var best = new double[n + 1];
        var last = new int[n + 1];
        Array.Fill(best, double.PositiveInfinity);
        best[0] = -penalty;
        for (var to = ShortestSegment; to <= n; to++)
        {
            for (var from = 0; from <= to - ShortestSegment; from++)
            {
                if (double.IsInfinity(best[from])) continue;
                var cost = best[from] + Cost(from, to) + penalty;
                if (cost < best[to]) (best[to], last[to]) = (cost, from);
            }
        }
        var cuts = new List<int>();
        for (var at = last[n]; at > 0; at = last[at]) cuts.Insert(0, at);
        return cuts;
    }

    /// <summary>A straight line says as much as the steps, with fewer words.</summary>
    private static bool IsLine(double[] values, List<int> cuts, double spread)
    {
        var n = values.Length;
        var (meanX, meanY) = ((n - 1) / 2.0, values.Average());
        double together = 0, squares = 0;
        for (var i = 0; i < n; i++)
        {
            together += (i - meanX) * (values[i] - meanY);
            squares += (i - meanX) * (i - meanX);
        }
        var slope = together / squares;
        double line = 0, steps = 0;
        var bounds = cuts.Prepend(0).Append(n).ToList();
        for (var k = 1; k < bounds.Count; k++)
        {
            var mean = values[bounds[k - 1]..bounds[k]].Average();
            for (var i = bounds[k - 1]; i < bounds[k]; i++)
            {
                var away = values[i] - meanY - slope * (i - meanX);
                line += away * away;
                steps += (values[i] - mean) * (values[i] - mean);
            }
        }
        var price = spread * spread * Penalty(n);
        return line + price <= steps + cuts.Count * price;
    }

    private static List<ChangePoint> Describe(IReadOnlyList<(DateOnly Date, double Value)> days, List<int> cuts)
    {
        double Mean(int from, int to) => Enumerable.Range(from, to - from).Average(i => days[i].Value);
        return [.. cuts.Select((at, k) => new ChangePoint(at, Mean(k == 0 ? 0 : cuts[k - 1], at), Mean(at, k + 1 < cuts.Count ? cuts[k + 1] : days.Count)))];
    }
}
