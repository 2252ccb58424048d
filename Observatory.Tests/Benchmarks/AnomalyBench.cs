using System.Diagnostics;
using System.Globalization;
using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <summary>
/// Not times first, but what the detector of anomalies finds and how often it is wrong: planted series at two sizes and three lengths of history, with
/// the usual methods beside it (<c>--seeds 200</c>). Then how long an analysis takes.
/// </summary>
internal static class AnomalyBench
{
    public static Task<int> RunAsync(string[] args)
    {
        var seeds = args is ["--seeds", var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 200;
        var good = true;
        foreach (var weeks in new[] { 2, 3, 6 })
        {
            var ladders = new List<PlantedScore>();
            foreach (var peak in new[] { 3.0, 30.0 })
            {
                ladders.Add(PlantedScore.Of(PlantedScore.Ladder, seeds, peak, weeks));
                Print(peak, weeks, "ladder", ladders[^1]);
                foreach (var (name, find) in NaiveDetectors.All) Print(peak, weeks, name, PlantedScore.Of(find, seeds, peak, weeks));
            }
            // What is found is the mean over both sizes; how often clean days alarm holds for each.
            double Found(string kind) => ladders.Average(l => l.Found[kind]);
            good &= ladders.TrueForAll(l => l.AlarmDays <= 0.5) && Found("night") >= 0.95 && Found("dead") >= 0.95
                && (weeks < 3 || Found("spike") >= 0.85 && Found("run") >= 0.8);
        }
        Time();
        good &= Nightly();
        return Task.FromResult(good ? 0 : 1);
    }

    private static void Print(double peak, int weeks, string name, PlantedScore score)
    {
        var found = string.Join("  ", score.Found.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key} {f.Value:F3}")));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"peak {peak,2} history {weeks} weeks  {name,-26} alarm days of 14 clean {score.AlarmDays:F2}  found {found}"));
    }

    /// <summary>What a night has to look at: the last day of a thousand series with eight weeks before it, on one core.</summary>
    private static bool Nightly()
    {
        const int series = 1_000;
        const int weeks = 6;
        var all = Enumerable.Range(0, series).Select(seed => PlantedSeries.Make(seed, seed % 2 == 0 ? 3 : 30, weeks, planted: false).ToJudge()).ToList();
        var watch = Stopwatch.StartNew();
        var found = all.Sum(s => AnomalyLadder.Judge(s, s.Buckets[^24].Range.Start).Count);
        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"{series} series of hours, the last of {(weeks + PlantedSeries.JudgedWeeks) * 7} days: {seconds:F1} s, {found} episodes"));
        return seconds < 30;
    }

    private static void Time()
    {
        var series = PlantedSeries.Make(1, 30, 11, planted: true);
        var values = series.Values[..(90 * 24)];
        var question = new TrendQuestion
        {
            Series = PlantedSeries.OfHours(values, SeriesKind.Count), From = PlantedSeries.StartOf(0), To = PlantedSeries.StartOf(values.Length),
            Days = PlantedSeries.Days([.. Enumerable.Range(0, 90).Select(d => values[(d * 24)..(d * 24 + 24)].Average())]),
            Future = [.. Enumerable.Range(values.Length, 48).Select(i => PlantedSeries.Bucket(i, null))], IsOldEnough = true,
        };
        var times = new List<double>();
        for (var i = 0; i < 25; i++)
        {
            var watch = Stopwatch.StartNew();
            StatisticalAnalyzer.AnalyzeTrend(question);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"90 days of hours, everything: median {Sample.Median(times):F1} ms"));
        var numbers = new double[10_000_000];
        var random = new Random(1);
        for (var i = 0; i < numbers.Length; i++) numbers[i] = 1e9 + random.NextDouble();
        var summing = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        StatisticalAnalyzer.CalculateSummary(numbers);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"statistics of 10,000,000 values: {summing.Elapsed.TotalMilliseconds:F0} ms, {allocated / 8.0 / numbers.Length:F2} copies"));
    }
}
