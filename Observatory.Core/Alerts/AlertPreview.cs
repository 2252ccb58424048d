using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Core.Alerts;

/// <param name="End">Null = it would fire now.</param>
/// <param name="Value">The wildest of it.</param>
public sealed record PreviewMoment(DateTimeOffset Start, DateTimeOffset? End, double? Value);

/// <param name="From">From when on it was judged by this interval.</param>
public sealed record PreviewResolution(DateTimeOffset From, string Interval);

/// <param name="Moments">In order.</param>
public sealed record PreviewFigures(int Count, IReadOnlyList<PreviewMoment> Moments, IReadOnlyList<PreviewResolution> Resolution)
{
    /// <summary>What was judged, for a drawing; empty = there is none.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<(DateTimeOffset At, double? Value)> Values { get; init; } = [];
}

/// <summary>When a rule would have fired in the last 90 days, by the sums that are kept of them.</summary>
public sealed class AlertPreview
{
    private const int Days = 90;
    private const long Quarter = BucketClock.Quarter;

    private readonly AlertFigures _figures;

    internal AlertPreview(AlertFigures figures) => _figures = figures;

    /// <param name="now">Unix ms.</param>
    /// <exception cref="UnknownMetricException">There is no such metric.</exception>
    public Task<PreviewFigures> PreviewAsync(AlertRule rule, long now, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Kind switch
        {
            AlertWords.Threshold or AlertWords.Change or AlertWords.NoData => WindowsAsync(rule, now, cancel),
            AlertWords.Anomaly => AnomaliesAsync(rule, now, cancel),
            AlertWords.Budget => BudgetAsync(rule, now, cancel),
            // Of the program's own health and of quotas no history is kept that a rule could be held against.
            _ => Task.FromResult(new PreviewFigures(0, [], [])),
        };
    }

    private async Task<PreviewFigures> WindowsAsync(AlertRule rule, long now, CancellationToken cancel)
    {
        var c = rule.Condition;
        var window = (long)Durations.Of(c.Window!).TotalMilliseconds;
        var back = rule.Kind != AlertWords.Change ? 0 : c.Against == "week" ? 7 * BucketClock.Day : window;
        var end = BucketClock.Floor(now, Quarter);
        var start = BucketClock.Floor(now - Days * BucketClock.Day, BucketClock.Day);
        var series = await SeriesAsync(rule, new TimeRange(start - window - back, end), window, cancel).ConfigureAwait(false);
        // What lasts less than a bucket is not seen apart from it.
        var judged = Durations.Of(rule.For).TotalMilliseconds < Intervals.ShortestLength(series.Interval) ? rule with { For = "0s" } : rule;
        var state = new RuleState();
        var moments = new List<PreviewMoment>();
        var values = new List<(DateTimeOffset, double?)>();
        foreach (var (at, value) in series.Values(start))
        {
            var verdict = rule.Kind switch
            {
                AlertWords.Threshold => value is { } v ? AlertWords.Holds(c.Op!, v, c.Value!.Value) : (bool?)null,
                AlertWords.NoData => value is null or 0,
                _ => AlertJudge.ChangeOf(value, series.At(at - back)) is { } percent ? AlertWords.Holds(c.Op!, percent, c.Percent!.Value) : null,
            };
            var next = AlertMachine.Next(state, judged, new Verdict(verdict, value, ""), at);
            if (next.IsFiring && !state.IsFiring) moments.Add(new PreviewMoment(Time(at), null, value));
            else if (next.IsFiring && value is { } wild && IsWilder(rule, wild, moments[^1].Value)) moments[^1] = moments[^1] with { Value = wild };
            else if (!next.IsFiring && state.IsFiring) moments[^1] = moments[^1] with { End = Time(at) };
            state = next;
            values.Add((Time(at), value));
        }
        return new PreviewFigures(moments.Count, moments, [new PreviewResolution(Time(start), Intervals.NameOf(series.Interval))]) { Values = values };
    }

    private static bool IsWilder(AlertRule rule, double value, double? before) =>
        before is not { } known || (rule.Condition.Op is "<" or "<=" ? value < known : value > known);

    /// <summary>What adds up is added up over each window; what does not is taken by buckets that are as long as the window, or the next shorter.</summary>
    private async Task<WindowSeries> SeriesAsync(AlertRule rule, TimeRange range, long window, CancellationToken cancel)
    {
        var names = rule.Metric is { } named ? [named] : new[] { "messages", "tokens", "toolCalls", "apiErrors" };
        var metrics = await _figures.Engine.GetMetricsAsync(cancel).ConfigureAwait(false);
        var metric = metrics.FirstOrDefault(m => m.Name == names[0]) ?? throw new UnknownMetricException(names[0]);
        var isRatio = rule.Metric is not null && metric.Parts is not null;
        var adds = isRatio || metric.Aggregation == MetricAggregation.Sum;
        var interval = adds ? Interval.QuarterHour : window >= BucketClock.Day ? Interval.Day : window >= BucketClock.Hour ? Interval.Hour
            : Interval.QuarterHour;
        var isEach = rule.Kind == AlertWords.NoData && metric.Source == MetricSource.Series;
        var answer = (await _figures.Engine.AskAsync([new MetricRequest
        {
            Metrics = isRatio ? [MetricCatalogue.AboveOf(metric), MetricCatalogue.BelowOf(metric)] : names, Range = range, Zone = TimeZoneInfo.Utc,
            Interval = interval, Filter = rule.Filters, Aggregation = isEach ? SeriesAggregation.Count : SeriesAggregation.Sum,
        }], cancel).ConfigureAwait(false))[0];
        var empty = new double?[answer.Buckets.Count];
        IReadOnlyList<IReadOnlyList<double?>> parts = answer.Groups.Count == 0
            ? [.. Enumerable.Repeat(empty, isRatio ? 2 : names.Length)] : answer.Groups[0].Values;
        IReadOnlyList<IReadOnlyList<double?>> summed = isRatio ? [parts[0], parts[1]] : [Together(parts, empty.Length)];
        return new WindowSeries(answer.Buckets, summed, interval, adds ? Math.Max(1, window / Quarter) : 1, AlertFigures.IsCount(metric));
    }

    private static double?[] Together(IReadOnlyList<IReadOnlyList<double?>> parts, int count)
    {
        var sum = new double?[count];
        foreach (var part in parts)
        {
            for (var i = 0; i < count; i++) sum[i] = part[i] is { } v ? (sum[i] ?? 0) + v : sum[i];
        }
        return sum;
    }

    private async Task<PreviewFigures> AnomaliesAsync(AlertRule rule, long now, CancellationToken cancel)
    {
        var end = BucketClock.Floor(now, BucketClock.Hour);
        var start = end - Days * BucketClock.Day;
        var found = (await _figures.Engine.GetAnomaliesAsync(new AnomaliesQuery
        {
            Range = new TimeRange(start, end), Zone = TimeZoneInfo.Utc, Filter = rule.Filters, Metrics = [rule.Metric!],
            Least = Enum.Parse<AnomalySeverity>(rule.Condition.Severity!, ignoreCase: true),
        }, cancel).ConfigureAwait(false)).Where(a => !a.IsExpected).OrderBy(a => a.Start)
            .Select(a => new PreviewMoment(a.Start, a.End.ToUnixTimeMilliseconds() >= end ? null : a.End, a.Value)).ToList();
        return new PreviewFigures(found.Count, found, [new PreviewResolution(Time(start), Intervals.NameOf(Interval.Hour))]);
    }

    private async Task<PreviewFigures> BudgetAsync(AlertRule rule, long now, CancellationToken cancel)
    {
        var c = rule.Condition;
        var clock = new BucketClock(IanaZones.Find(c.Timezone ?? "UTC") ?? TimeZoneInfo.Utc);
        var interval = c.Period switch { "day" => Interval.Day, "week" => Interval.Week, _ => Interval.Month };
        var start = clock.BucketStart(now - Days * BucketClock.Day, interval);
        var hours = await _figures.Engine.GetBucketsAsync(new MetricsQuery
        {
            Range = new TimeRange(start, now + 1), Zone = clock.Zone, Interval = Interval.Hour, Filter = rule.Filters,
        }, cancel).ConfigureAwait(false);
        var moments = new List<PreviewMoment>();
        var limit = c.Amount!.Value * c.Steps![0] / 100;
        foreach (var period in hours.GroupBy(h => clock.BucketStart(h.Start.ToUnixTimeMilliseconds(), interval)))
        {
            var (spent, crossed) = (0.0, (DateTimeOffset?)null);
            foreach (var hour in period)
            {
                spent += rule.Metric is null or "cost" ? (double)(hour.Figures.TotalCost ?? 0) : hour.Figures.TotalTokens;
                if (spent >= limit) crossed ??= hour.End;
            }
            var end = clock.Buckets(new TimeRange(period.Key, period.Key + 1), interval)[0].End;
            if (crossed is { } at) moments.Add(new PreviewMoment(at, end > now ? null : Time(end), spent));
        }
        return new PreviewFigures(moments.Count, moments, [new PreviewResolution(Time(start), Intervals.NameOf(Interval.Hour))]);
    }

    private static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);
}

/// <summary>Values of a window that slides over buckets.</summary>
/// <param name="parts">What is added up; two = a quotient.</param>
/// <param name="length">Of the window, buckets.</param>
/// <param name="isCount">Nothing is 0.</param>
internal sealed class WindowSeries(IReadOnlyList<TimeRange> buckets, IReadOnlyList<IReadOnlyList<double?>> parts, Interval interval, long length, bool isCount)
{
    private readonly double[][] _sums = [.. parts.Select(p => Running(p, v => v ?? 0))];
    private readonly double[][] _counts = [.. parts.Select(p => Running(p, v => v is null ? 0 : 1))];

    public Interval Interval => interval;

    /// <summary>The value at the end of each bucket from a moment on.</summary>
    public IEnumerable<(long At, double? Value)> Values(long from)
    {
        for (var i = 0; i < buckets.Count; i++)
        {
            if (buckets[i].End > from) yield return (buckets[i].End, Value(i));
        }
    }

    /// <summary>The value of the window that ends there, or at the end of the bucket before.</summary>
    public double? At(long end)
    {
        var index = -1;
        for (int low = 0, high = buckets.Count - 1; low <= high;)
        {
            var middle = (low + high) / 2;
            if (buckets[middle].End <= end) (index, low) = (middle, middle + 1);
            else high = middle - 1;
        }
        return index < 0 ? null : Value(index);
    }

    private double? Value(int last)
    {
        var first = (int)Math.Max(0, last + 1 - length);
        double Sum(double[] running) => running[last + 1] - running[first];
        if (parts.Count == 2) return Sum(_sums[1]) is var below && below == 0 ? null : Sum(_sums[0]) / below;
        return Sum(_counts[0]) > 0 || isCount ? Sum(_sums[0]) : null;
    }

    private static double[] Running(IReadOnlyList<double?> values, Func<double?, double> weight)
    {
        var running = new double[values.Count + 1];
        for (var i = 0; i < values.Count; i++) running[i + 1] = running[i] + weight(values[i]);
        return running;
    }
}
