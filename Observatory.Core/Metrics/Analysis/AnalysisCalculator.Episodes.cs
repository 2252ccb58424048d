using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

internal sealed partial class AnalysisCalculator
{
    /// <summary>The same hours of so many weeks before tell what is usual of each name.</summary>
    private const int ComparedWeeks = 4;

    private async Task<IReadOnlyList<AnomalyFigures>> DescribeAsync(
        AnalysisQuery query, Judged known, IEnumerable<Episode> episodes, Expectations expected, CancellationToken cancel)
    {
        var described = new List<AnomalyFigures>();
        var filter = AnomalyId.Ordered(query.Filter);
        var clock = new BucketClock(query.Zone);
        foreach (var episode in episodes)
        {
            var series = known.Series!;
            var range = new TimeRange(series.Buckets[episode.First].Range.Start, series.Buckets[episode.Last].Range.End);
            var contributions = await ContributionsAsync(query, known, episode, range, cancel).ConfigureAwait(false);
            var id = new AnomalyId(query.Metric, filter, episode.Kind, range.Start);
            var buckets = Enumerable.Range(episode.First, episode.Last - episode.First + 1).Select(i => (series.Buckets[i].Date, series.Buckets[i].Hour));
            described.Add(new AnomalyFigures(
                id.ToString(), query.Metric, query.Filter, range.StartTime, range.EndTime,
                episode.Kind, episode.Severity, episode.Value, episode.Usual, episode.Low, episode.High, episode.Probability,
                EpisodeWords.Of(episode, known.Loaded.Metric, series), contributions, expected.Of(id, buckets, series.Hourly, clock)));
        }
        return described;
    }

    /// <summary>
    /// Days that became days off by something unusual of this series: they count for nothing, but what made them so is still told. It is found by
    /// looking at them as at any other day.
    /// </summary>
    private static IEnumerable<Episode> OnOwnDaysOff(AnalysisQuery query, Judged known, Expectations expected)
    {
        var series = known.Series!;
        var own = expected.OwnDaysOff(query.Metric, query.Filter, new BucketClock(query.Zone));
        if (own.Count == 0 || !own.Overlaps(series.DaysOff)) return [];
        var filter = AnomalyId.Ordered(query.Filter);
        return AnomalyLadder.Judge(series with { DaysOff = series.DaysOff.Except(own).ToHashSet() }, query.Range.Start)
            .Where(e => expected.Tells(new AnomalyId(query.Metric, filter, e.Kind, series.Buckets[e.First].Range.Start))
                && own.Contains(series.Buckets[e.First].Date));
    }

    /// <summary>
    /// Who and what made the difference: of each name what it had in the episode against what it has in the same hours of the weeks before, brought to
    /// the usual value of the whole. Of what does not add up there is none.
    /// </summary>
    private async Task<IReadOnlyList<Contribution>> ContributionsAsync(
        AnalysisQuery query, Judged known, Episode episode, TimeRange range, CancellationToken cancel)
    {
        var metric = known.Loaded.Metric;
        if (!known.Loaded.IsAdditive || metric.Aggregation != MetricAggregation.Sum) return [];
        var weeks = WeeksBefore(query, range, known.FirstDay!.Value);
        var found = new List<Contribution>();
        foreach (var dimension in DimensionsOf(metric))
        {
            MetricRequest Ask(TimeRange when) => SeriesLoader.Request(query, when, query.Metric, null) with { GroupBy = dimension };
            var answers = await queries.AskAsync([Ask(range), .. weeks.Select(Ask)], cancel).ConfigureAwait(false);
            var own = ContributionSums.ByName(answers[0]);
            var before = ContributionSums.Together(answers.Skip(1));
            var all = before.Values.Sum();
            var usual = before.ToDictionary(n => n.Key, n => all > 0 ? n.Value * episode.Usual / all : 0);
            found.AddRange(ContributionSums.Of(dimension, own, usual, episode.Value, episode.Usual));
        }
        return found;
    }

    /// <summary>What differences are told apart by.</summary>
    private static readonly string[] s_dimensions = [Dimensions.User, Dimensions.Project, Dimensions.Model, Dimensions.Tool, Dimensions.Source];

    private static IEnumerable<string> DimensionsOf(MetricDefinition metric) =>
        metric.Source == MetricSource.Series ? metric.Dimensions : s_dimensions.Where(metric.Dimensions.Contains);

    private static List<TimeRange> WeeksBefore(AnalysisQuery query, TimeRange range, DateOnly first)
    {
        var clock = new BucketClock(query.Zone);
        var (from, to) = (clock.DateOf(range.Start), clock.DateOf(range.End - 1));
        // A long episode must not be held against itself.
        var step = 7 * ((to.DayNumber - from.DayNumber) / 7 + 1);
        var weeks = new List<TimeRange>();
        for (var k = 1; k <= ComparedWeeks && from.AddDays(-k * step) >= first; k++)
        {
            long Back(long instant, DateOnly date) => clock.DayStart(date.AddDays(-k * step)) + instant - clock.DayStart(date);
            weeks.Add(new TimeRange(Back(range.Start, from), Back(range.End, to)));
        }
        return weeks;
    }
}
