using MathNet.Numerics.Distributions;

namespace Observatory.Core.Statistics.Anomalies;

/// <summary>A series that stays on another level, five working days or longer: said once, and judged by the new level from then on.</summary>
/// <param name="Start">Place of the first day of the new level in the history.</param>
/// <param name="Ratio">New level ÷ old one; 0 where nothing comes any more.</param>
/// <param name="Expected">What the working days since then would have had together.</param>
internal sealed record LevelShift(int Start, double Ratio, double Expected, double Probability)
{
    public const int FewestDays = 5;
    private const double LeastRatio = 1.5;

    /// <summary>After a search through all places where it could have been, and on every day anew.</summary>
    private const double LeastProbability = 1e-4;
    private const double Wildest = 4;

    /// <summary>Null = none. Judged on the logarithm of totals of days on which work is done, each held against others of its weekday's kind.</summary>
    public static LevelShift? Find(IReadOnlyList<GridDay> history)
    {
        var places = new List<int>();
        var busiest = Robust.Median(history.Select(d => d.Total));
        if (busiest <= 0) busiest = history.Count == 0 ? 0 : history.Average(d => d.Total);
        var working = history.Select((d, i) => (d, i)).GroupBy(x => x.d.Weekday)
            .Where(g => Robust.Median(g.Select(x => x.d.Total)) > busiest / 4).SelectMany(g => g);
        places.AddRange(working.Where(x => !x.d.IsOff).Select(x => x.i).Order());
        if (places.Count < 2 * FewestDays || busiest <= 0) return null;
        var level = places.Select(i => Math.Log(history[i].Total + busiest / 20)).ToArray();
        var (middle, spread) = (Robust.Median(level), Robust.Spread(level));
        for (var i = 0; i < level.Length; i++) level[i] = Math.Clamp(level[i], middle - Wildest * spread, middle + Wildest * spread);
        return Best(history, places, level);
    }

    /// <summary>What rises all the time has no step: a straight line says it better.</summary>
    private static bool IsLine(double[] level, int cut)
    {
        var (middle, mean) = ((level.Length - 1) / 2.0, level.Average());
        double together = 0, squares = 0;
        for (var i = 0; i < level.Length; i++)
        {
            together += (i - middle) * (level[i] - mean);
            squares += (i - middle) * (i - middle);
        }
        var (before, after) = (level[..cut].Average(), level[cut..].Average());
        double line = 0, step = 0;
        for (var i = 0; i < level.Length; i++)
        {
            line += Math.Pow(level[i] - mean - together / squares * (i - middle), 2);
            step += Math.Pow(level[i] - (i < cut ? before : after), 2);
        }
        return line <= step;
    }

    private static LevelShift? Best(IReadOnlyList<GridDay> history, List<int> places, double[] level)
    {
        var n = level.Length;
        var (sums, squares) = (new double[n + 1], new double[n + 1]);
        for (var i = 0; i < n; i++) (sums[i + 1], squares[i + 1]) = (sums[i] + level[i], squares[i] + level[i] * level[i]);
        var (best, distance) = (-1, 0.0);
        for (var cut = FewestDays; cut <= n - FewestDays; cut++)
        {
            var (before, after) = (sums[cut] / cut, (sums[n] - sums[cut]) / (n - cut));
            var within = squares[n] - before * before * cut - after * after * (n - cut);
            var error = Math.Sqrt(Math.Max(within, 1e-6 * n) / (n - 2) * (1.0 / cut + 1.0 / (n - cut)));
            if (Math.Abs(after - before) / error > distance) (best, distance) = (cut, Math.Abs(after - before) / error);
        }
        if (best < 0 || IsLine(level, best)) return null;
        double Mean(int from, int to) => Enumerable.Range(from, to - from).Average(i => history[places[i]].Total);
        var old = Math.Max(Mean(0, best), 1e-9);
        var ratio = Mean(best, n) / old;
        if (ratio is < LeastRatio and > 1 / LeastRatio) return null;
        // Any place could have been the one.
        var probability = Math.Min(1, 2 * n * StudentT.CDF(0, 1, n - 2, -distance));
        return probability <= LeastProbability ? new LevelShift(places[best], ratio, old * (n - best), probability) : null;
    }
}
