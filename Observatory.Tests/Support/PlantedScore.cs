using Observatory.Core.Statistics.Anomalies;

namespace Observatory.Tests.Support;

/// <summary>How a detector does on many planted series of one kind, and how often it alarms on clean ones.</summary>
/// <param name="AlarmDays">Of 14 clean days.</param>
/// <param name="Found">Share of series, by what was planted.</param>
internal sealed record PlantedScore(double AlarmDays, IReadOnlyDictionary<string, double> Found)
{
    public static PlantedScore Of(Func<PlantedSeries, HashSet<int>> find, int seeds, double peak, int weeks)
    {
        var found = new SortedDictionary<string, double>(StringComparer.Ordinal);
        double days = 0;
        for (var seed = 0; seed < seeds; seed++)
        {
            var series = PlantedSeries.Make(seed * 7 + (int)peak, peak, weeks, planted: true);
            var hits = find(series);
            foreach (var (kind, hours) in series.Planted) found[kind] = found.GetValueOrDefault(kind) + (hours.Any(hits.Contains) ? 1 : 0);
            var clean = find(PlantedSeries.Make(seed * 7 + (int)peak + 1_000_000, peak, weeks, planted: false));
            days += clean.Select(i => i / 24).Distinct().Count();
        }
        return new PlantedScore(days / seeds, found.ToDictionary(f => f.Key, f => f.Value / seeds));
    }

    /// <summary>Hours of all episodes.</summary>
    public static HashSet<int> Ladder(PlantedSeries series)
    {
        var judged = AnomalyLadder.Judge(series.ToJudge(), PlantedSeries.StartOf(series.History));
        return [.. judged.SelectMany(e => Enumerable.Range(e.First, e.Last - e.First + 1)).Where(i => i >= series.History)];
    }
}
