using MathNet.Numerics.Distributions;
using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Tests.Support;

/// <summary>
/// Hourly counts of an office, made up: a daily profile on five days, next to nothing at night and at weekends, days that are busier than others
/// (gamma, shape 12) and hours that are (gamma, shape 3). Two weeks after the history four things are planted, or none.
/// </summary>
internal sealed class PlantedSeries
{
    public const int JudgedWeeks = 2;
    private const int Week = 168;

    /// <summary>A Monday.</summary>
    private static readonly DateOnly s_start = new(2026, 6, 1);
    private static readonly Dictionary<int, double> s_office = new()
    {
        [8] = 0.3, [9] = 0.7, [10] = 1, [11] = 1, [12] = 0.5, [13] = 0.8, [14] = 1, [15] = 1, [16] = 0.9, [17] = 0.6, [18] = 0.25, [19] = 0.12,
    };

    private PlantedSeries(double[] values, int historyWeeks) => (Values, History) = (values, historyWeeks * Week);

    public double[] Values { get; }

    /// <summary>Hours before what is judged.</summary>
    public int History { get; }

    /// <summary>Hours in which something was planted, by what it is.</summary>
    public Dictionary<string, int[]> Planted { get; } = [];

    public static PlantedSeries Make(int seed, double peak, int historyWeeks, bool planted)
    {
        var random = new Random(seed);
        var hours = (historyWeeks + JudgedWeeks) * Week;
        var values = new double[hours];
        var day = 1.0;
        for (var i = 0; i < hours; i++)
        {
            if (i % 24 == 0) day = Gamma.Sample(random, 12, 12);
            values[i] = Chance(random, Usual(i % Week, peak) * day * Gamma.Sample(random, 3, 3));
        }
        var series = new PlantedSeries(values, historyWeeks);
        if (planted) series.Plant(peak);
        return series;
    }

    public SeriesToJudge ToJudge() => OfHours(Values, SeriesKind.Count);

    public static SeriesToJudge OfHours(double[] values, SeriesKind kind) => new()
    {
        Buckets = [.. values.Select((v, i) => Bucket(i, v))], Hourly = true, Kind = kind, FirstDay = s_start,
    };

    public static SeriesToJudge OfDays(double[] values, SeriesKind kind) => new()
    {
        Buckets = [.. Days(values).Select(d => new SeriesBucket(RangeOf(d.Date), d.Date, 0, d.Value))], Hourly = false, Kind = kind, FirstDay = s_start,
    };

    public static List<(DateOnly Date, double Value)> Days(double[] values) => [.. values.Select((v, i) => (s_start.AddDays(i), v))];

    public static long StartOf(int hour) => new DateTimeOffset(s_start, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds() + hour * BucketClock.Hour;

    public static SeriesBucket Bucket(int hour, double? value) =>
        new(new TimeRange(StartOf(hour), StartOf(hour + 1)), s_start.AddDays(hour / 24), hour % 24, value);

    private static TimeRange RangeOf(DateOnly date)
    {
        var start = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        return new TimeRange(start, start + BucketClock.Day);
    }

    /// <summary>Expected in an hour of the week.</summary>
    public static double Usual(int hourOfWeek, double peak)
    {
        var (day, hour) = (hourOfWeek / 24, hourOfWeek % 24);
        if (day >= 5) return hour is >= 10 and <= 20 ? 0.06 : 0.005;
        return peak * s_office.GetValueOrDefault(hour) + (hour is >= 7 and <= 23 ? 0.02 : 0.005);
    }

    private void Plant(double peak)
    {
        int At(int week, int day, int hour) => History + week * Week + day * 24 + hour;
        Planted["spike"] = [At(0, 1, 11)];
        Values[At(0, 1, 11)] = Math.Floor(Math.Max(Values[At(0, 1, 11)], Usual(24 + 11, peak)) * 4 + 8);
        Planted["night"] = [At(0, 6, 3)];
        Values[At(0, 6, 3)] = 8;
        Planted["run"] = [.. Enumerable.Range(10, 7).Select(h => At(1, 2, h))];
        foreach (var i in Planted["run"]) Values[i] = Math.Floor(Values[i] * 2.5 + 3);
        Planted["dead"] = [.. Enumerable.Range(8, 12).Select(h => At(1, 4, h))];
        foreach (var i in Planted["dead"]) Values[i] = 0;
    }

    private static double Chance(Random random, double mean) => mean > 60
        ? Math.Max(0, Math.Round(mean + Math.Sqrt(mean) * Normal.Sample(random, 0, 1))) : mean <= 0 ? 0 : Poisson.Sample(random, mean);
}
