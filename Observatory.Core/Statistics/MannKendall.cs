using MathNet.Numerics.Distributions;

namespace Observatory.Core.Statistics;

/// <summary>
/// Whether a series goes up or down, by the signs of its differences: values of any distribution, with gaps, and with a cycle. Values are held
/// against those of the same place in the cycle only (seasonal Mann–Kendall), and the slope is the median of the same pairs (Theil–Sen).
/// </summary>
/// <param name="S">Pairs that rise − pairs that fall.</param>
/// <param name="Variance">Of S without a trend, ties and autocorrelation taken into account.</param>
/// <param name="PValue">Two-sided.</param>
/// <param name="Slope">A step; null below two values of one place.</param>
/// <param name="Low">Lower end of the 95 % interval of the slope.</param>
/// <param name="High">Upper end.</param>
public sealed record MannKendall(long S, double Variance, double Z, double PValue, double? Slope, double? Low, double? High)
{
    private const double Confidence = 0.975;
    private const double StrongestCorrelation = 0.9;

    /// <param name="values">One a step, in order; what is no number is a gap.</param>
    /// <param name="period">Steps of the cycle; 1 = none.</param>
    /// <param name="standsCorrelation">The variance grows with the likeness of neighbours, which else passes for a trend.</param>
    public static MannKendall Of(IReadOnlyList<double> values, int period, bool standsCorrelation)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        long s = 0;
        double variance = 0;
        var slopes = new List<double>();
        for (var place = 0; place < period && place < values.Count; place++)
        {
            var own = new List<(int At, double Value)>();
            for (var i = place; i < values.Count; i += period)
            {
                if (double.IsFinite(values[i])) own.Add((i, values[i]));
            }
            s += PairsOf(own, slopes);
            variance += VarianceOf(own);
        }
        var all = slopes.ToArray();
        Array.Sort(all);
        double? slope = all.Length == 0 ? null : Robust.MedianInPlace(all);
        if (standsCorrelation && slope is { } removed) variance *= Inflation(values, period, removed);
        var z = variance <= 0 || s == 0 ? 0 : (s - Math.Sign(s)) / Math.Sqrt(variance);
        var (low, high) = IntervalOf(all, variance);
        return new MannKendall(s, variance, z, 2 * Normal.CDF(0, 1, -Math.Abs(z)), slope, low, high);
    }

    private static long PairsOf(List<(int At, double Value)> own, List<double> slopes)
    {
        long s = 0;
        for (var i = 0; i < own.Count; i++)
        {
            for (var j = i + 1; j < own.Count; j++)
            {
                s += Math.Sign(own[j].Value - own[i].Value);
                slopes.Add((own[j].Value - own[i].Value) / (own[j].At - own[i].At));
            }
        }
        return s;
    }

    private static double VarianceOf(List<(int At, double Value)> own)
    {
        static double Term(double n) => n * (n - 1) * (2 * n + 5);
        return (Term(own.Count) - own.GroupBy(v => v.Value).Sum(ties => Term(ties.Count()))) / 18;
    }

    /// <summary>
    /// How much wider S spreads where each value leans on the one before: that of a first-order process with the correlation of neighbours, trend and
    /// cycle removed and the bias of short series taken out. Never less than 1, so that chance does not make a trend out of nothing.
    /// </summary>
    private static double Inflation(IReadOnlyList<double> values, int period, double slope)
    {
        var level = values.Select((v, i) => v - slope * i).ToArray();
        for (var place = 0; place < period && place < level.Length; place++)
        {
            var own = new List<int>();
            for (var i = place; i < level.Length; i += period)
            {
                if (double.IsFinite(level[i])) own.Add(i);
            }
            if (own.Count == 0) continue;
            var middle = own.Average(i => level[i]);
            foreach (var i in own) level[i] -= middle;
        }
        double all = 0, apart = 0;
        var count = 0;
        for (var i = 0; i < level.Length; i++)
        {
            if (!double.IsFinite(level[i])) continue;
            count++;
            all += level[i] * level[i];
            if (i > 0 && double.IsFinite(level[i - 1])) apart += level[i] * level[i - 1];
        }
        if (count < 5 || all <= 0) return 1;
        var likeness = Math.Clamp((count * (apart / all) + 2) / (count - 4), 0, StrongestCorrelation);
        return (1 + likeness) / (1 - likeness);
    }

    private static (double? Low, double? High) IntervalOf(double[] slopes, double variance)
    {
        if (slopes.Length == 0) return (null, null);
        var reach = Normal.InvCDF(0, 1, Confidence) * Math.Sqrt(Math.Max(0, variance));
        var first = (int)Math.Round((slopes.Length - reach) / 2) - 1;
        var last = (int)Math.Round((slopes.Length + reach) / 2);
        return (slopes[Math.Clamp(first, 0, slopes.Length - 1)], slopes[Math.Clamp(last, 0, slopes.Length - 1)]);
    }
}
