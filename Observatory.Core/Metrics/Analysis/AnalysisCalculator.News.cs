using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>Names that were not there before: models, projects and users, where new ones are rare.</summary>
internal sealed partial class AnalysisCalculator
{
    private static readonly string[] s_named = [Dimensions.Model, Dimensions.Project, Dimensions.User];

    /// <summary>In one of so many days a new name would come by chance: what is no rarer is no news.</summary>
    private const double RareDays = 40;

    /// <summary>A name of one series, on the first day that it is seen on.</summary>
    /// <param name="Chance">Of any new name on a day.</param>
    private sealed record NewName(string Dimension, string Name, DateOnly Date, double Value, double Chance, int HistoryDays);

    private async Task<IReadOnlyList<AnomalyFigures>> NewValuesAsync(AnalysisQuery query, Judged known, Expectations expected, CancellationToken cancel)
    {
        var found = new List<AnomalyFigures>();
        foreach (var news in await NewNamesOfAsync(query, known, cancel).ConfigureAwait(false))
        {
            found.Add(await DescribeAsync(query, known, news, expected, cancel).ConfigureAwait(false));
        }
        return found;
    }

    /// <summary>Of all metrics together each new name once: by the first metric that has it.</summary>
    private async Task<IReadOnlyList<AnomalyFigures>> NewNamesAsync(
        List<(AnalysisQuery Query, Judged Known)> series, Expectations expected, AnomalySeverity least, CancellationToken cancel)
    {
        var seen = new HashSet<(string, string)>();
        var found = new List<AnomalyFigures>();
        if (least > AnomalySeverity.Low) return found;
        foreach (var (query, known) in series.DistinctBy(s => s.Query.Metric))
        {
            foreach (var news in await NewNamesOfAsync(query, known, cancel).ConfigureAwait(false))
            {
                if (seen.Add((news.Dimension, news.Name))) found.Add(await DescribeAsync(query, known, news, expected, cancel).ConfigureAwait(false));
            }
        }
        return found;
    }

    private async Task<List<NewName>> NewNamesOfAsync(AnalysisQuery query, Judged known, CancellationToken cancel)
    {
        var found = new List<NewName>();
        if (known.Series is not { } series || known.Loaded.Kind is not (SeriesKind.Count or SeriesKind.Amount)) return found;
        var metric = known.Loaded.Metric;
        if (metric.Aggregation != MetricAggregation.Sum || metric.Source == MetricSource.Series) return found;
        var clock = new BucketClock(query.Zone);
        var first = clock.DateOf(query.Range.Start);
        var start = clock.DayStart(first.AddDays(-UsualProfile.LongestHistory));
        var range = new TimeRange(start, Math.Max(start, Math.Min(query.Range.End, _loader.Now)));
        var dimensions = s_named.Where(d => metric.Dimensions.Contains(d) && !IsFixed(query.Filter, d)).ToList();
        var days = query with { Interval = Interval.Day };
        var answers = await queries.AskAsync(
            [.. dimensions.Select(d => SeriesLoader.Request(days, range, query.Metric, Interval.Day) with { GroupBy = d })], cancel).ConfigureAwait(false);
        for (var i = 0; i < dimensions.Count; i++) found.AddRange(NamesOf(dimensions[i], answers[i]));
        return [.. found.OrderBy(f => f.Date).ThenByDescending(f => f.Value).ThenBy(f => f.Name, StringComparer.Ordinal)];

        IEnumerable<NewName> NamesOf(string dimension, MetricAnswer answer)
        {
            var dates = answer.Buckets.Select(b => clock.DateOf(b.Start)).ToList();
            int FirstOf(MetricGroup group) => Enumerable.Range(0, dates.Count).FirstOrDefault(b => group.Values[0][b] > 0, -1);
            var firsts = answer.Groups.Where(g => g.Kind == GroupKind.Named).Select(g => (g.Name, Values: g.Values[0], At: FirstOf(g)))
                .Where(g => g.At >= 0).ToList();
            foreach (var (name, values, at) in firsts)
            {
                if (dates[at] < first || series.DaysOff.Contains(dates[at])) continue;
                if (!CompleteBuckets.IsComplete(answer.Buckets[at], Interval.Day, _loader.Now)) continue;
                // Days before this one of which something is known; the first of all have every name for the first time.
                var history = dates[at].DayNumber - Math.Max(series.FirstDay.DayNumber, dates[0].DayNumber);
                if (history < UsualProfile.WeekDays) continue;
                var learnt = Math.Max(series.FirstDay.DayNumber, dates[0].DayNumber) + UsualProfile.FewestDays;
                var before = firsts.Where(f => f.At < at && dates[f.At].DayNumber >= learnt).Select(f => f.At).Distinct().Count();
                var chance = 1 - Math.Exp(-(before + 0.5) / (history - UsualProfile.FewestDays + 1));
                if (before > 0 && chance > 1 / RareDays) continue;
                if (values[at]!.Value < (series.Floor ?? Thresholds.Pieces)) continue;
                yield return new NewName(dimension, name!, dates[at], values[at]!.Value, chance, history);
            }
        }
    }

    private async Task<AnomalyFigures> DescribeAsync(AnalysisQuery query, Judged known, NewName news, Expectations expected, CancellationToken cancel)
    {
        var metric = known.Loaded.Metric;
        var clock = new BucketClock(query.Zone);
        var range = new TimeRange(clock.DayStart(news.Date), clock.DayStart(news.Date.AddDays(1)));
        var filter = With(query.Filter, news.Dimension, news.Name);
        var dimensions = DimensionsOf(metric).ToList();
        var answers = await queries.AskAsync(
            [.. dimensions.Select(d => SeriesLoader.Request(query with { Filter = filter }, range, query.Metric, null) with { GroupBy = d })], cancel)
            .ConfigureAwait(false);
        var contributions = dimensions.Zip(answers)
            .SelectMany(d => ContributionSums.Of(d.First, ContributionSums.ByName(d.Second), new Dictionary<string, double>(), news.Value, 0)).ToList();
        var id = new AnomalyId(query.Metric, AnomalyId.Ordered(filter), AnomalyKind.NewValue, range.Start);
        return new AnomalyFigures(
            id.ToString(), query.Metric, filter, range.StartTime, range.EndTime, AnomalyKind.NewValue, Thresholds.SeverityOf(news.Chance), news.Value, 0, 0, 0,
            news.Chance, EpisodeWords.OfNew(news.Dimension, news.Name, news.Value, metric, news.HistoryDays), contributions,
            expected.Of(id, [(news.Date, 0)], hourly: false, clock));
    }

    /// <summary>The reader chose names of this dimension: a new one is no news then.</summary>
    private static bool IsFixed(MetricsFilter filter, string dimension) => dimension switch
    {
        Dimensions.User => filter.Users.Count > 0,
        Dimensions.Project => filter.Projects.Count > 0,
        Dimensions.Model => filter.Models.Count > 0,
        _ => false,
    };

    private static MetricsFilter With(MetricsFilter filter, string dimension, string name) => dimension switch
    {
        Dimensions.User => filter with { Users = [name] },
        Dimensions.Project => filter with { Projects = [name] },
        Dimensions.Model => filter with { Models = [name] },
        _ => filter,
    };
}
