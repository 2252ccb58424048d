using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

internal sealed partial class AnalysisCalculator
{
    /// <summary>Series that one pass judges.</summary>
    private const int MostSeries = 200;

    /// <summary>Of all that is judged in one pass so large a share may be chance.</summary>
    private const double FalseShare = 0.01;

    /// <summary>What is judged where nothing else is asked for: each says something that the others do not.</summary>
    private static readonly string[] s_judged = ["cost", "messages", "tokens", "toolCalls", "toolErrors", "apiErrors", "conversations", "averageResponseTime"];

    public async Task<IReadOnlyList<AnomalyFigures>> GetAnomaliesAsync(AnomaliesQuery query, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        IReadOnlyList<string> metrics = query.Metrics.Count > 0 ? query.Metrics : s_judged;
        var expected = await Expectations.LoadAsync(marks, daysOff, cancel).ConfigureAwait(false);
        var all = await SeriesOfAsync(query, metrics, expected, cancel).ConfigureAwait(false);
        var found = new List<(AnalysisQuery Query, Judged Known, Episode Episode)>();
        foreach (var (own, known) in all)
        {
            if (known.Series is not { } series) continue;
            var episodes = AnomalyLadder.Judge(series, query.Range.Start).Concat(OnOwnDaysOff(own, known, expected));
            found.AddRange(episodes.Where(e => series.Buckets[e.First].Range.Start < query.Range.End)
                .Select(e => (own, known, e)));
        }
        var kept = Unlikely(found, all.Count).Where(f => f.Episode.Severity >= query.Least)
            .OrderByDescending(f => f.Known.Series!.Buckets[f.Episode.First].Range.Start).ThenBy(f => f.Episode.Probability)
            .ThenBy(f => new AnomalyId(f.Query.Metric, f.Query.Filter, f.Episode.Kind, 0).ToString(), StringComparer.Ordinal);
        var answers = new List<AnomalyFigures>();
        foreach (var (own, known, episode) in kept) answers.AddRange(await DescribeAsync(own, known, [episode], expected, cancel).ConfigureAwait(false));
        return [.. (await NewNamesAsync(all, expected, query.Least, cancel).ConfigureAwait(false)).Concat(answers).OrderByDescending(a => a.Start)];
    }

    /// <summary>Who looks at many series sees more chance: what is left would be chance in so small a share only (Benjamini–Hochberg).</summary>
    private static IEnumerable<(AnalysisQuery Query, Judged Known, Episode Episode)> Unlikely(
        List<(AnalysisQuery Query, Judged Known, Episode Episode)> found, int series)
    {
        var ordered = found.OrderBy(f => f.Episode.Probability).ToList();
        var last = ordered.FindLastIndex(f => f.Episode.Probability <= FalseShare * (ordered.IndexOf(f) + 1) / Math.Max(1, series));
        return ordered.Take(last + 1);
    }

    /// <summary>Each metric as a whole, and by project and user, as many as one pass takes; the largest first.</summary>
    private async Task<List<(AnalysisQuery Query, Judged Known)>> SeriesOfAsync(
        AnomaliesQuery query, IReadOnlyList<string> metrics, Expectations expected, CancellationToken cancel)
    {
        var clock = new BucketClock(query.Zone);
        var start = clock.DayStart(clock.DateOf(query.Range.Start).AddDays(-HistoryDays));
        var range = new TimeRange(start, Math.Max(start, Math.Min(query.Range.End, _loader.Now)));
        var limit = Math.Max(1, MostSeries / (2 * metrics.Count + 1));
        var asked = metrics.SelectMany(m => new[] { null, Dimensions.Project, Dimensions.User }.Select(by => (Metric: m, By: by))).ToList();
        var answers = await queries.AskAsync([.. asked.Select(a => Ask(a.Metric, a.By))], cancel).ConfigureAwait(false);
        var series = new List<(AnalysisQuery, Judged)>();
        for (var i = 0; i < asked.Count; i++)
        {
            if (asked[i].By is { } by && !answers[i].Metrics[0].Dimensions.Contains(by)) continue;
            foreach (var group in answers[i].Groups.Where(g => g.Kind is GroupKind.All or GroupKind.Named))
            {
                var own = new AnalysisQuery
                {
                    Metric = asked[i].Metric, Range = query.Range, Zone = query.Zone, Interval = Interval.Hour,
                    Filter = FilterOf(query.Filter, asked[i].By, group.Name),
                };
                if (series.Count < MostSeries) series.Add((own, Judge(own, _loader.Of(answers[i], group, query.Zone, Interval.Hour), clock, expected)));
            }
        }
        return series;

        MetricRequest Ask(string metric, string? by) => new()
        {
            Metrics = [metric], Range = range, Zone = query.Zone, Filter = query.Filter, Interval = Interval.Hour, GroupBy = by, Limit = limit,
        };
    }

    private Judged Judge(AnalysisQuery query, LoadedSeries loaded, BucketClock clock, Expectations expected)
    {
        var first = loaded.Buckets.FirstOrDefault(b => IsValue(loaded, b))?.Date;
        var openFrom = clock.DateOf(_loader.Now - CompleteBuckets.Lateness(Interval.Day));
        return new Judged(loaded, first, 0, first is null ? null : ToJudge(query, loaded, first.Value, openFrom, expected.DaysOff(clock)));
    }

    private static MetricsFilter FilterOf(MetricsFilter filter, string? by, string? name) => by switch
    {
        Dimensions.Project => filter with { Projects = [name!] },
        Dimensions.User => filter with { Users = [name!] },
        _ => filter,
    };
}
