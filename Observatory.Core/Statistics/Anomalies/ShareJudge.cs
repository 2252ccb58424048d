using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Observatory.Core.Statistics.Anomalies;

/// <summary>
/// Means, percentiles and rates: each bucket against those of the same kind of day in the eight weeks before. A rate is judged by what it is a share
/// of (beta-binomial), never by the quotient alone; a mean by its logarithm and a spread that wild values do not move.
/// </summary>
internal static class ShareJudge
{
    private const int FewestBuckets = 20;
    private const int FewestDailyBuckets = 7;

    /// <summary>A spread of less than this share is too good to be true.</summary>
    private const double LeastSpread = 0.15;

    /// <summary>Of the t-distribution: wild values are not so rare.</summary>
    private const double Freedom = 5;

    public static IReadOnlyList<Episode> Judge(DayGrid grid, long from, Thresholds thresholds)
    {
        var episodes = new List<Episode>();
        for (var d = 0; d < grid.Days.Count; d++)
        {
            var day = grid.Days[d];
            if (grid.Series.Buckets[day.Last].Range.End <= from || day.IsOff) continue;
            var history = AnomalyLadder.HistoryOf(grid, d);
            if (history.Count < UsualProfile.FewestDays) continue;
            var past = history.SelectMany(h => Enumerable.Range(h.First, h.Last - h.First + 1)).Where(i => double.IsFinite(grid.Value(i))).ToList();
            if (past.Count < (grid.Hours == 1 ? FewestDailyBuckets : FewestBuckets)) continue;
            var judge = grid.Series.Kind == SeriesKind.Rate ? RateOf(grid, past) : LevelOf(grid, past);
            for (var i = day.First; i <= day.Last; i++)
            {
                if (!double.IsFinite(grid.Value(i)) || grid.Series.Buckets[i].Range.End <= from) continue;
                if (judge(i) is { } found && found.Probability <= thresholds.Point) Join(episodes, found with { HistoryDays = history.Count });
            }
        }
        return episodes;
    }

    /// <summary>What is usual for the buckets of a day, as they are judged; of a rate at the weight that the bucket has.</summary>
    public static IEnumerable<UsualBucket> Band(DayGrid grid, GridDay day, IReadOnlyList<GridDay> history)
    {
        var past = history.SelectMany(h => Enumerable.Range(h.First, h.Last - h.First + 1)).Where(i => double.IsFinite(grid.Value(i))).ToList();
        if (past.Count < (grid.Hours == 1 ? FewestDailyBuckets : FewestBuckets)) return [];
        var of = grid.Series.Kind == SeriesKind.Rate ? RateRange(grid, past) : LevelRange(grid, past);
        return Enumerable.Range(day.First, day.Last - day.First + 1).Select(i => (i, Usual: of(i))).Where(b => b.Usual is not null)
            .Select(b => new UsualBucket(b.i, b.Usual!.Value.Usual, b.Usual.Value.Low, b.Usual.Value.High));
    }

    private static Func<int, (double Usual, double Low, double High)?> LevelRange(DayGrid grid, List<int> past)
    {
        var logs = past.Select(i => Math.Log(Math.Max(grid.Value(i), 1e-9))).ToArray();
        var (middle, spread) = (Robust.Median(logs), Math.Max(Robust.Spread(logs), LeastSpread));
        var reach = StudentT.InvCDF(0, 1, Freedom, 0.975) * spread;
        return _ => (Math.Exp(middle), Math.Exp(middle - reach), Math.Exp(middle + reach));
    }

    private static Func<int, (double Usual, double Low, double High)?> RateRange(DayGrid grid, List<int> past)
    {
        var (usual, likeness) = UsualRate(grid, past);
        if (usual <= 0) return _ => null;
        return i =>
        {
            var weight = grid.Series.Buckets[i].Weight;
            if (weight < 1) return null;
            var size = 1 / (likeness + (1 - likeness) / weight) - 1;
            if (size <= 0) return (usual, 0, 1);
            return (usual, Quantile(usual * size, (1 - usual) * size, 0.025), Quantile(usual * size, (1 - usual) * size, 0.975));
        };
    }

    /// <summary>Null = too small to be worth a word.</summary>
    private static Func<int, Episode?> LevelOf(DayGrid grid, List<int> past)
    {
        var logs = past.Select(i => Math.Log(Math.Max(grid.Value(i), 1e-9))).ToArray();
        var (middle, spread) = (Robust.Median(logs), Math.Max(Robust.Spread(logs), LeastSpread));
        var usual = Math.Exp(middle);
        var reach = StudentT.InvCDF(0, 1, Freedom, 0.975) * spread;
        return i =>
        {
            var value = grid.Value(i);
            if (Math.Abs(value - usual) < Thresholds.Relative * usual || Math.Abs(value - usual) < (grid.Series.Floor ?? 0)) return null;
            var distance = Math.Abs(Math.Log(Math.Max(value, 1e-9)) - middle) / spread;
            return Of(i, value, usual, Math.Exp(middle - reach), Math.Exp(middle + reach), StudentT.CDF(0, 1, Freedom, -distance));
        };
    }

    private static Func<int, Episode?> RateOf(DayGrid grid, List<int> past)
    {
        var (usual, likeness) = UsualRate(grid, past);
        if (usual <= 0) return _ => null;
        return i =>
        {
            var (value, weight) = (grid.Value(i), grid.Series.Buckets[i].Weight);
            if (weight < Thresholds.Calls || Math.Abs(value - usual) < Thresholds.Relative * usual) return null;
            if (weight * Math.Abs(value - usual) < Thresholds.Pieces) return null;
            var size = 1 / (likeness + (1 - likeness) / weight) - 1;
            var (a, b) = (usual * size, (1 - usual) * size);
            var half = 0.5 / weight;
            var probability = value > usual ? 1 - SpecialFunctions.BetaRegularized(a, b, Math.Clamp(value - half, 0, 1))
                : SpecialFunctions.BetaRegularized(a, b, Math.Clamp(value + half, 0, 1));
            return Of(i, value, usual, Quantile(a, b, 0.025), Quantile(a, b, 0.975), probability);
        };
    }

    /// <summary>The rate of all calls together, and how alike calls of one bucket are; 0 where there is nothing.</summary>
    private static (double Usual, double Likeness) UsualRate(DayGrid grid, List<int> past)
    {
        double WeightOf(int i) => grid.Series.Buckets[i].Weight;
        var calls = past.Sum(WeightOf);
        if (calls <= 0) return (0, 0);
        // One call of each sort more: what never failed yet may still fail.
        var usual = (past.Sum(i => WeightOf(i) * grid.Value(i)) + 0.5) / (calls + 1);
        double beyond = 0, weights = 0;
        foreach (var i in past.Where(i => WeightOf(i) >= 5))
        {
            var away = grid.Value(i) - usual;
            beyond += WeightOf(i) * Math.Max(-1, away * away / (usual * (1 - usual)) - 1 / WeightOf(i));
            weights += WeightOf(i);
        }
        return (usual, Math.Clamp(weights == 0 ? 0.02 : beyond / weights, 0.005, 0.5));
    }

    private static double Quantile(double a, double b, double share)
    {
        double low = 0, high = 1;
        for (var step = 0; step < 40; step++)
        {
            var middle = (low + high) / 2;
            if (SpecialFunctions.BetaRegularized(a, b, middle) < share) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    private static Episode Of(int i, double value, double usual, double low, double high, double probability) => new(
        i, i, value > usual ? AnomalyKind.Spike : AnomalyKind.Dip, Thresholds.SeverityOf(probability), value, usual, low, high, probability, 0);

    /// <summary>Neighbours on the same side are one; its value is that of the bucket that is furthest away.</summary>
    private static void Join(List<Episode> episodes, Episode found)
    {
        if (episodes.Count == 0 || episodes[^1].Last + 2 < found.First || episodes[^1].Value > episodes[^1].Usual != found.Value > found.Usual)
        {
            episodes.Add(found);
            return;
        }
        var furthest = found.Probability < episodes[^1].Probability ? found : episodes[^1];
        episodes[^1] = furthest with
        {
            First = episodes[^1].First, Last = found.Last, Kind = found.Value > found.Usual ? AnomalyKind.Run : AnomalyKind.Dip,
        };
    }
}
