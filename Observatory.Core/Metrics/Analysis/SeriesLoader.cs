using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>The complete buckets of one metric, in order.</summary>
/// <param name="Days">The same by whole days, where buckets are hours and values do not add up; else empty.</param>
internal sealed record LoadedSeries(MetricDefinition Metric, SeriesKind Kind, IReadOnlyList<SeriesBucket> Buckets, IReadOnlyList<SeriesBucket> Days)
{
    public bool IsAdditive => Kind is SeriesKind.Count or SeriesKind.Amount;
}

/// <summary>Reads series for analysis: through the one query, with what is empty as each kind of metric means it.</summary>
internal sealed class SeriesLoader(IMetricQueries queries, TimeProvider clock)
{
    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<LoadedSeries> LoadAsync(AnalysisQuery query, TimeRange range, CancellationToken cancel)
    {
        var main = Request(query, range, query.Metric, query.Interval);
        var metric = (await queries.AskAsync([main with { Range = range with { End = range.Start } }], cancel).ConfigureAwait(false))[0].Metrics[0];
        var kind = KindOf(metric);
        var requests = new List<MetricRequest> { metric.Parts is null ? main : main with { Metrics = [query.Metric, MetricCatalogue.BelowOf(metric)] } };
        var hasDays = query.Interval == Interval.Hour && kind is SeriesKind.Level or SeriesKind.Rate;
        if (hasDays) requests.Add(requests[0] with { Interval = Interval.Day });
        var answers = await queries.AskAsync(requests, cancel).ConfigureAwait(false);
        var days = hasDays ? Buckets(answers[1], Whole(answers[1]), kind, query.Zone, Interval.Day) : [];
        return new LoadedSeries(metric, kind, Buckets(answers[0], Whole(answers[0]), kind, query.Zone, query.Interval), days);
    }

    /// <summary>Values of several metrics in the same complete buckets of the range.</summary>
    public async Task<IReadOnlyList<LoadedSeries>> LoadAsync(IReadOnlyList<string> metrics, AnalysisQuery query, CancellationToken cancel)
    {
        var answers = await queries.AskAsync([.. metrics.Select(m => Request(query, query.Range, m, query.Interval))], cancel).ConfigureAwait(false);
        return [.. answers.Select(a => Of(a, Whole(a), query.Zone, query.Interval))];
    }

    /// <summary>One group of an answer.</summary>
    /// <param name="group">Null = there is none: nothing came.</param>
    public LoadedSeries Of(MetricAnswer answer, MetricGroup? group, TimeZoneInfo zone, Interval interval)
    {
        var kind = KindOf(answer.Metrics[0]);
        return new LoadedSeries(answer.Metrics[0], kind, Buckets(answer, group, kind, zone, interval), []);
    }

    private static MetricGroup? Whole(MetricAnswer answer) => answer.Groups.Count == 0 ? null : answer.Groups[0];

    /// <summary>First day with a value among the days of a range; null = none.</summary>
    public async Task<DateOnly?> FirstDayAsync(AnalysisQuery query, TimeRange range, CancellationToken cancel)
    {
        var answer = (await queries.AskAsync([Request(query, range, query.Metric, Interval.Day)], cancel).ConfigureAwait(false))[0];
        if (answer.Groups.Count == 0) return null;
        var days = new BucketClock(query.Zone);
        for (var i = 0; i < answer.Buckets.Count; i++)
        {
            if (answer.Groups[0].Values[0][i] is not null) return days.DateOf(answer.Buckets[i].Start);
        }
        return null;
    }

    public static MetricRequest Request(AnalysisQuery query, TimeRange range, string metric, Interval? interval) =>
        new() { Metrics = [metric], Range = range, Zone = query.Zone, Filter = query.Filter, Interval = interval };

    public static SeriesKind KindOf(MetricDefinition metric) => metric.Aggregation switch
    {
        MetricAggregation.Ratio when metric.Unit == Units.Rate && metric.Parts is not null => SeriesKind.Rate,
        MetricAggregation.Ratio or MetricAggregation.Percentile or MetricAggregation.Mean => SeriesKind.Level,
        _ when metric.Source == MetricSource.Series || metric.Unit is Units.Tokens or Units.Usd or Units.Seconds => SeriesKind.Amount,
        _ => SeriesKind.Count,
    };

    private List<SeriesBucket> Buckets(MetricAnswer answer, MetricGroup? group, SeriesKind kind, TimeZoneInfo zone, Interval interval)
    {
        var (days, now) = (new BucketClock(zone), Now);
        var values = group?.Values;
        var isAdditive = kind is SeriesKind.Count or SeriesKind.Amount;
        var buckets = new List<SeriesBucket>(answer.Buckets.Count);
        for (var i = 0; i < answer.Buckets.Count; i++)
        {
            var bucket = answer.Buckets[i];
            if (!CompleteBuckets.IsComplete(bucket, interval, now)) break;
            // Of what is counted nothing is 0; a mean of nothing is no mean.
            var value = values?[0][i] ?? (isAdditive && group?.Withheld?[i] != true ? 0 : null);
            var hour = interval == Interval.Hour ? days.HourOf(bucket.Start) : 0;
            buckets.Add(new SeriesBucket(bucket, days.DateOf(bucket.Start), hour, value, values is { Count: > 1 } ? values[1][i] ?? 0 : 0));
        }
        return buckets;
    }
}
