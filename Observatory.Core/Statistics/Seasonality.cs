using MathNet.Numerics;

namespace Observatory.Core.Statistics;

/// <param name="Hours">24 or 168.</param>
/// <param name="Strength">Share of the variance without the trend that it explains, 0–1.</param>
public sealed record SeasonalPeriod(int Hours, double Strength, double PValue);

/// <summary>Whether a series has a daily and a weekly pattern. A trend is none, and neither is chance.</summary>
public static class Seasonality
{
    private const double Level = 0.05;
    private const int Day = 24;
    private const int Week = 168;
    private const int FewestDays = 4;
    private const double WildestResidual = 3;
    private const int FewestWeekDays = 14;

    /// <summary>What rounding leaves of a series that is a straight line, as a share of its size.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Those that are there, from the strongest.</summary>
    /// <param name="values">One a bucket, in order, each with its hour; what has no value is a gap.</param>
    /// <param name="hourly">Buckets are hours; else days.</param>
    public static IReadOnlyList<SeasonalPeriod> Of(IReadOnlyList<SeriesBucket> values, bool hourly)
    {
        ArgumentNullException.ThrowIfNull(values);
        var days = values.GroupBy(b => b.Date).OrderBy(g => g.Key).Select(g => (Date: g.Key, Value: Mean(g))).Where(d => d.Value is not null).ToList();
        // Two questions to one series: each has half of the level.
        var level = hourly ? Level / 2 : Level;
        var found = new List<SeasonalPeriod>();
        if (hourly && OfDay(values, days.Count) is { } daily && daily.PValue < level) found.Add(daily);
        if (OfWeek(values, [.. days.Select(d => (d.Date, d.Value!.Value))], hourly) is { } weekly && weekly.PValue < level) found.Add(weekly);
        return [.. found.OrderByDescending(p => p.Strength)];
    }

    private static double? Mean(IEnumerable<SeriesBucket> buckets)
    {
        var values = buckets.Where(b => b.Value is { } v && double.IsFinite(v)).Select(b => b.Value!.Value).ToList();
        return values.Count == 0 ? null : values.Average();
    }

    private static SeasonalPeriod? OfDay(IReadOnlyList<SeriesBucket> values, int days)
    {
        if (days < FewestDays) return null;
        var (p, strength) = Test(Detrended(values, Day), b => b.Hour, Day);
        return p is null ? null : new SeasonalPeriod(Day, strength, p.Value);
    }

    /// <summary>
    /// Days of the week: a line with one step for each weekday against the line alone (F-test of nested models). The line is in both, so that a trend
    /// is never taken for a week.
    /// </summary>
    private static SeasonalPeriod? OfWeek(IReadOnlyList<SeriesBucket> values, IReadOnlyList<(DateOnly Date, double Value)> days, bool hourly)
    {
        if (days.Count < FewestWeekDays || days.Select(d => d.Date.DayOfWeek).Distinct().Count() < 7) return null;
        var at = days.Select(d => (double)d.Date.DayNumber).ToArray();
        var weekday = days.Select(d => (int)d.Date.DayOfWeek).ToArray();
        var value = Tamed(days.Select(d => d.Value).ToArray(), at);
        var line = ResidualsOf(value, at, new int[value.Length]);
        var week = ResidualsOf(value, at, weekday);
        var (without, with) = (line.Sum(r => r * r), week.Sum(r => r * r));
        if (IsNothing(without, value)) return null;
        var (own, rest) = (6, value.Length - 8);
        if (rest < 1) return null;
        var p = IsNothing(with, value) ? 0 : Upper((without - with) / own / (with / rest), own, rest);
        var strength = hourly ? Test(Detrended(values, Week), b => b.Weekday * Day + b.Hour, Week).Strength
            : 1 - with / rest / (without / (value.Length - 2));
        return new SeasonalPeriod(Week, Math.Clamp(strength, 0, 1), p);
    }

    /// <summary>One wild day would hide the week: what is far from the line is drawn in.</summary>
    private static double[] Tamed(double[] values, double[] at)
    {
        var left = ResidualsOf(values, at, new int[values.Length]);
        var reach = WildestResidual * Robust.Spread(left);
        return reach <= 0 ? values : [.. values.Select((v, i) => v - left[i] + Math.Clamp(left[i], -reach, reach))];
    }

    /// <summary>What is left of values behind a common slope and a level for each group.</summary>
    private static double[] ResidualsOf(double[] values, double[] at, int[] group)
    {
        var groups = group.Distinct().ToDictionary(g => g, g => Enumerable.Range(0, values.Length).Where(i => group[i] == g).ToList());
        var y = values.ToArray();
        var x = at.ToArray();
        foreach (var own in groups.Values)
        {
            var (meanY, meanX) = (own.Average(i => values[i]), own.Average(i => at[i]));
            foreach (var i in own) (y[i], x[i]) = (y[i] - meanY, x[i] - meanX);
        }
        double together = 0, squares = 0;
        for (var i = 0; i < y.Length; i++)
        {
            together += x[i] * y[i];
            squares += x[i] * x[i];
        }
        var slope = squares > 0 ? together / squares : 0;
        for (var i = 0; i < y.Length; i++) y[i] -= slope * x[i];
        return y;
    }

    /// <summary>Each value without the mean of one whole cycle around it; where a cycle does not fit, nothing.</summary>
    private static List<(SeriesBucket Bucket, double Value)> Detrended(IReadOnlyList<SeriesBucket> values, int period)
    {
        var left = new List<(SeriesBucket, double)>();
        var half = period / 2;
        for (var i = half; i + half < values.Count; i++)
        {
            if (values[i].Value is not { } value || !double.IsFinite(value)) continue;
            double sum = 0, weight = 0;
            for (var j = i - half; j <= i + half; j++)
            {
                if (values[j].Value is not { } near || !double.IsFinite(near)) continue;
                // The ends are one place of the cycle: together they count once.
                var share = j == i - half || j == i + half ? 0.5 : 1;
                sum += share * near;
                weight += share;
            }
            left.Add((values[i], value - sum / weight));
        }
        return left;
    }

    /// <summary>Analysis of variance over the places of a cycle.</summary>
    private static (double? PValue, double Strength) Test(List<(SeriesBucket Bucket, double Value)> values, Func<SeriesBucket, int> placeOf, int period)
    {
        var (sums, counts) = (new double[period], new int[period]);
        double all = 0, squares = 0;
        foreach (var (bucket, value) in values)
        {
            var place = placeOf(bucket);
            sums[place] += value;
            counts[place]++;
            all += value;
            squares += value * value;
        }
        var places = counts.Count(c => c > 0);
        var total = values.Count == 0 ? 0 : squares - all * all / values.Count;
        var rest = values.Count - places - values.Count / period;
        if (places < 2 || rest < 1 || IsNothing(total, [.. values.Select(v => v.Bucket.Value!.Value)])) return (null, 0);
        var between = -all * all / values.Count;
        for (var i = 0; i < period; i++) if (counts[i] > 0) between += sums[i] * sums[i] / counts[i];
        var within = Math.Max(0, total - between);
        var strength = Math.Clamp(1 - within / rest / (total / (rest + places - 1)), 0, 1);
        return (within <= Rounding * total ? 0 : Upper(between / (places - 1) / (within / rest), places - 1, rest), strength);
    }

    private static double Upper(double f, double own, double rest) =>
        SpecialFunctions.BetaRegularized(rest / 2, own / 2, rest / (rest + own * f));

    private static bool IsNothing(double squares, double[] values)
    {
        var size = values.Length == 0 ? 0 : values.Max(Math.Abs);
        return squares <= values.Length * Rounding * Rounding * size * size;
    }
}
