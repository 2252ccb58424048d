using MathNet.Numerics.Distributions;

namespace Observatory.Core.Statistics;

/// <summary>A complete day of one of two periods.</summary>
/// <param name="Weekday">Monday = 0 … Sunday = 6.</param>
/// <param name="Weight">Of a rate: what it is a share of. Else not looked at.</param>
public readonly record struct PeriodDay(int Weekday, double Value, double Weight = 0);

/// <summary>
/// How likely two periods differ by so much where nothing changed. Days are held against days of the same kind, so that a period with one weekend more
/// is no rise; and besides the level of all days the wildest one is looked at.
/// </summary>
public static class PeriodTest
{
    private const int Saturday = 5;

    /// <summary>Of each weekday there are so many in either period: then each stands for itself.</summary>
    private const int FewestOfWeekday = 2;

    /// <summary>Share of a usual day that is added before logarithms are taken, so that nothing has one.</summary>
    private const double Ground = 0.05;

    /// <summary>A spread of less than this is too good to be true.</summary>
    private const double LeastSpread = 0.1;

    /// <summary>Of counts and amounts. 1 where there are too few days to say.</summary>
    /// <param name="isMore">The direction that is asked about.</param>
    public static double OfSums(IReadOnlyList<PeriodDay> before, IReadOnlyList<PeriodDay> now, bool isMore)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        if (before.Count < 2 || now.Count == 0) return 1;
        var ground = Ground * before.Concat(now).Average(d => d.Value);
        if (ground <= 0) return 1;
        var (old, own) = (Logs(before, ground), Logs(now, ground));
        return Math.Min(1, 2 * Math.Min(OfLevels(old, own, isMore), OfWildest(old, own, isMore)));
    }

    /// <summary>Of means, above 0; days without a value are left out.</summary>
    public static double OfMeans(IReadOnlyList<PeriodDay> before, IReadOnlyList<PeriodDay> now, bool isMore)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        if (before.Count < 2 || now.Count == 0) return 1;
        return Math.Min(1, OfLevels(Logs(before, 1e-9), Logs(now, 1e-9), isMore));
    }

    /// <summary>Of shares: all of one period together against all of the other, with the unrest that days show beyond chance.</summary>
    public static double OfRates(IReadOnlyList<PeriodDay> before, IReadOnlyList<PeriodDay> now, bool isMore)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        var (old, own) = (before.Sum(d => d.Weight), now.Sum(d => d.Weight));
        if (old <= 0 || own <= 0) return 1;
        // One of each sort more: what never failed yet may still fail.
        double Rate(IReadOnlyList<PeriodDay> days, double all) => (days.Sum(d => d.Value * d.Weight) + 0.5) / (all + 1);
        var (rate0, rate1) = (Rate(before, old), Rate(now, own));
        var all = (rate0 * old + rate1 * own) / (old + own);
        double unrest = 0;
        var days = 0;
        foreach (var (period, rate) in new[] { (before, rate0), (now, rate1) })
        {
            foreach (var day in period.Where(d => d.Weight > 0))
            {
                unrest += day.Weight * (day.Value - rate) * (day.Value - rate) / (rate * (1 - rate));
                days++;
            }
        }
        if (days < 4) return 1;
        var beyond = Math.Max(1, unrest / (days - 2));
        var distance = (rate1 - rate0) / Math.Sqrt(all * (1 - all) * (1 / old + 1 / own) * beyond);
        return Math.Min(1, 2 * StudentT.CDF(0, 1, days - 2, isMore ? -distance : distance));
    }

    private static List<(int Weekday, double Value)> Logs(IReadOnlyList<PeriodDay> days, double ground) =>
        [.. days.Select(d => (d.Weekday, Math.Log(Math.Max(0, d.Value) + ground)))];

    /// <summary>Mean difference within kinds of day, against the unrest within them.</summary>
    private static double OfLevels(List<(int Weekday, double Value)> before, List<(int Weekday, double Value)> now, bool isMore)
    {
        var kind = KindsOf(before, now);
        double difference = 0, weights = 0, squares = 0;
        var freedom = 0;
        var parts = new List<(double Weight, double Error)>();
        foreach (var stratum in before.Concat(now).Select(d => kind(d.Weekday)).Distinct())
        {
            var old = before.Where(d => kind(d.Weekday) == stratum).Select(d => d.Value).ToList();
            var own = now.Where(d => kind(d.Weekday) == stratum).Select(d => d.Value).ToList();
            foreach (var values in new[] { old, own }.Where(v => v.Count > 1))
            {
                var mean = values.Average();
                squares += values.Sum(v => (v - mean) * (v - mean));
                freedom += values.Count - 1;
            }
            if (old.Count == 0 || own.Count == 0) continue;
            var weight = (double)old.Count * own.Count / (old.Count + own.Count);
            difference += weight * (own.Average() - old.Average());
            weights += weight;
            parts.Add((weight, 1.0 / old.Count + 1.0 / own.Count));
        }
        if (weights <= 0 || freedom < 3) return 1;
        var spread = Math.Max(squares / freedom, LeastSpread * LeastSpread);
        var error = Math.Sqrt(spread * parts.Sum(p => p.Weight * p.Weight * p.Error)) / weights;
        var distance = difference / weights / error;
        return 2 * StudentT.CDF(0, 1, freedom, isMore ? -distance : distance);
    }

    /// <summary>The day that is furthest away, against all days of its kind before: any could have been the one.</summary>
    private static double OfWildest(List<(int Weekday, double Value)> before, List<(int Weekday, double Value)> now, bool isMore)
    {
        // A day without work is no wonder by itself.
        if (!isMore) return 1;
        var least = 1.0;
        foreach (var kind in now.GroupBy(d => d.Weekday >= Saturday))
        {
            var old = before.Where(d => d.Weekday >= Saturday == kind.Key).Select(d => d.Value).ToList();
            if (old.Count < 5) continue;
            var mean = old.Average();
            var spread = Math.Max(old.Sum(v => (v - mean) * (v - mean)) / (old.Count - 1), LeastSpread * LeastSpread);
            var error = Math.Sqrt(spread * (1 + 1.0 / old.Count));
            least = Math.Min(least, now.Count * StudentT.CDF(0, 1, old.Count - 1, -(kind.Max(d => d.Value) - mean) / error));
        }
        return least;
    }

    private static Func<int, int> KindsOf(List<(int Weekday, double Value)> before, List<(int Weekday, double Value)> now)
    {
        bool Enough(Func<int, int> kind, int kinds) => new[] { before, now }.All(p => p.Count > 0
            && Enumerable.Range(0, kinds).All(k => p.Count(d => kind(d.Weekday) == k) >= FewestOfWeekday));
        if (Enough(w => w, 7)) return w => w;
        return w => w >= Saturday ? 1 : 0;
    }
}
