using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>Two periods of one question, and what they differ in.</summary>
/// <param name="All">From the first day that is looked at to the end of the range.</param>
/// <param name="Range">Cut to the time that has passed.</param>
/// <param name="Before">Of the same length, before it.</param>
/// <param name="Now">Unix ms.</param>
internal sealed record Differences(MetricsQuery Query, TimeRange All, TimeRange Range, TimeRange Before, long Now)
{
    private const int MostNames = 40;

    public MetricRequest Ask(string metric, string? by, TimeRange range, Interval? interval) => new()
    {
        Metrics = [metric], Range = range, Zone = Query.Zone, Filter = Query.Filter, Interval = interval, GroupBy = by,
        // Of single days the largest are enough; totals name all.
        Limit = interval is null ? int.MaxValue : MostNames,
    };

    /// <summary>Each name, or all together.</summary>
    public IEnumerable<Candidate> Candidates(string? dimension, MetricAnswer days, MetricAnswer now, MetricAnswer before)
    {
        var metric = days.Metrics[0];
        foreach (var group in days.Groups.Where(g => g.Kind == (dimension is null ? GroupKind.All : GroupKind.Named)))
        {
            var (own, old) = (Find(now, group), Find(before, group));
            var (current, previous) = (own?.Totals[0], old?.Totals[0]);
            if (metric.Aggregation == MetricAggregation.Sum) (current, previous) = (current ?? 0, previous ?? 0);
            if (current is null || previous is null || current == previous) continue;
            var isMore = current > previous;
            var clock = new BucketClock(Query.Zone);
            var (past, present) = (new List<PeriodDay>(), new List<PeriodDay>());
            var (pastValues, values) = (new List<double?>(), new List<double?>());
            for (var i = 0; i < days.Buckets.Count; i++)
            {
                var bucket = days.Buckets[i];
                var value = group.Values[0][i] ?? (metric.Aggregation == MetricAggregation.Sum ? 0 : null);
                (bucket.Start < Range.Start ? pastValues : values).Add(value);
                if (value is null || !CompleteBuckets.Counts(bucket, Interval.Day, All, Now)) continue;
                var isBefore = bucket.End <= Range.Start;
                if (!isBefore && bucket.Start < Range.Start) continue;
                var weight = group.Values.Count > 1 ? group.Values[1][i] ?? 0 : 0;
                (isBefore ? past : present).Add(new PeriodDay(clock.WeekdayOf(bucket.Start), value.Value, weight));
            }
            yield return new Candidate(metric, dimension, group.Name, current.Value, previous.Value, ChanceOf(metric, past, present, isMore))
            {
                Calls = Math.Min(own?.Totals.ElementAtOrDefault(1) ?? 0, old?.Totals.ElementAtOrDefault(1) ?? 0),
                CurrentCalls = own?.Totals.ElementAtOrDefault(1) ?? 0, Past = [.. pastValues.TakeLast(values.Count)], Present = values,
            };
        }
    }

    private static double ChanceOf(MetricDefinition metric, List<PeriodDay> past, List<PeriodDay> present, bool isMore) =>
        SeriesLoader.KindOf(metric) switch
        {
            SeriesKind.Rate => PeriodTest.OfRates(past, present, isMore),
            SeriesKind.Level => PeriodTest.OfMeans(past, present, isMore),
            _ => PeriodTest.OfSums(past, present, isMore),
        };

    private static MetricGroup? Find(MetricAnswer answer, MetricGroup group) =>
        answer.Groups.FirstOrDefault(g => g.Kind == group.Kind && g.Name == group.Name);
}

/// <summary>A difference that may be worth a word.</summary>
internal sealed record Candidate(MetricDefinition Metric, string? Dimension, string? Name, double Current, double Previous, double Probability)
{
    /// <summary>Of a rate or a mean: what it is told from, in the smaller of both periods.</summary>
    public required double Calls { get; init; }

    public required double CurrentCalls { get; init; }

    public required IReadOnlyList<double?> Past { get; init; }

    public required IReadOnlyList<double?> Present { get; init; }

    public double Delta => Current - Previous;

    /// <summary>USD; null where nobody knows.</summary>
    public double? Money => Metric.Name == "cost" ? Delta : null;

    /// <summary>Money × surprise; surprise alone where there is no money.</summary>
    public double Rank => (Money is { } money ? Math.Abs(money) : 1) * -Math.Log10(Math.Max(Probability, 1e-300));

    /// <summary>As a share of what was, and in itself.</summary>
    public bool IsLarge
    {
        get
        {
            if (Math.Abs(Delta) < Thresholds.Relative * Math.Abs(Previous)) return false;
            return SeriesLoader.KindOf(Metric) switch
            {
                SeriesKind.Rate => Calls >= Thresholds.Calls && CurrentCalls * Math.Abs(Delta) >= Thresholds.Pieces,
                SeriesKind.Level => Calls >= Thresholds.Calls,
                _ => Math.Abs(Delta) >= (Metric.Unit == Units.Usd ? 1 : Metric.Unit == Units.Tokens ? 10_000 : Thresholds.Pieces),
            };
        }
    }

    /// <summary>A question to this name only.</summary>
    public MetricRequest Narrow(MetricRequest request) => Dimension switch
    {
        null => request,
        Dimensions.Tool => request with { Tags = new Dictionary<string, IReadOnlyList<string>> { [Dimensions.Tool] = [Name!] } },
        _ => request with { Filter = Narrow(request.Filter) },
    };

    public Finding ToFinding(IReadOnlyList<Contribution> contributions, int looked, MetricsFilter filter) => new(
        Metric, Dimension, Name, Current, Previous, Money, Math.Min(1, Probability * looked), FindingWords.Of(this), contributions, Past, Present,
        Dimension is null or Dimensions.Tool ? filter : Narrow(filter));

    private MetricsFilter Narrow(MetricsFilter filter) => Dimension switch
    {
        Dimensions.User => filter with { Users = [Name!] },
        Dimensions.Project => filter with { Projects = [Name!] },
        Dimensions.Model => filter with { Models = [Name!] },
        _ => filter,
    };
}
