using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;

namespace Observatory.Core;

/// <summary>Metrics over time and by dimension, and what is told from them.</summary>
internal sealed partial class SightedReads
{
    public async Task<IReadOnlyList<MetricAnswer>> AskAsync(IReadOnlyList<MetricRequest> requests, CancellationToken cancel)
    {
        var (asked, months, isLeft) = (new List<MetricRequest>(), new List<DateTimeOffset>(), requests.Count == 0);
        foreach (var request in requests)
        {
            var month = MonthOf(request.Range);
            var (filter, isOwn) = await NarrowAsync(request.Filter, month, cancel).ConfigureAwait(false);
            var range = IsViewer ? Snap(request.Range) : request.Range;
            if (IsViewer && !isOwn && IsAlone(request.Metrics, request.GroupBy, request.Interval, request.Tags.Count > 0)) filter = OnlyOwn(filter);
            isLeft |= !await IsNothingLeftAsync(filter, range, request.Zone, cancel).ConfigureAwait(false);
            asked.Add(request with { Filter = filter, Range = range });
            months.Add(month);
        }
        if (!isLeft) throw new WithheldException();
        var answers = await reads.Queries.AskAsync(asked, cancel).ConfigureAwait(false);
        return !IsViewer ? answers : [.. answers.Select((a, i) => Named(a, asked[i].GroupBy, months[i]))];
    }

    public async Task<SeriesFigures> GetSeriesAsync(SeriesQuery query, CancellationToken cancel)
    {
        var month = MonthOf(query.Range);
        var (filter, isOwn) = await NarrowAsync(query.Filter, month, cancel).ConfigureAwait(false);
        var range = IsViewer ? Snap(query.Range) : query.Range;
        if (IsViewer && !isOwn && IsAlone([query.Metric], query.GroupBy, query.Interval, query.Tags.Count > 0)) filter = OnlyOwn(filter);
        if (await IsNothingLeftAsync(filter, range, query.Zone, cancel).ConfigureAwait(false)) throw new WithheldException();
        var figures = await reads.Series.GetSeriesAsync(query with { Filter = filter, Range = range }, cancel).ConfigureAwait(false);
        if (!IsViewer || query.GroupBy is null) return figures;
        return figures with
        {
            Series = [.. figures.Series.Select(s => s with { Tags = s.Tags.ToDictionary(t => t.Key, t => NameOf(t.Key, t.Value, month)) })],
        };
    }

    /// <summary>
    /// Of hours, of tags and of what has no rows by people a viewer sees own ones only; single people under pseudonyms by whole weeks at least.
    /// </summary>
    private static bool IsAlone(IReadOnlyList<string> metrics, string? groupBy, Interval? interval, bool hasTags)
    {
        if (IsHours(interval) || hasTags || groupBy == Dimensions.Type) return true;
        if (groupBy == Dimensions.User) return interval is not (null or Interval.Week);
        return groupBy is not null && metrics.Any(m => MetricCatalogue.Default.Find(m) is null);
    }

    private MetricAnswer Named(MetricAnswer answer, string? groupBy, DateTimeOffset month)
    {
        if (groupBy is not (Dimensions.User or Dimensions.Project)) return answer;
        var named = answer.Groups.Where(g => g.Kind == GroupKind.Named).ToList();
        var others = named.Count(g => !IsOwn(g.Name));
        var isHidden = groupBy == Dimensions.User && others > 0 && others < reads.Crowds.Fewest;
        return answer with
        {
            Groups =
            [
                .. answer.Groups.Where(g => !isHidden || g.Kind == GroupKind.Named && IsOwn(g.Name))
                    .Select(g => g.Kind == GroupKind.Named ? g with { Name = NameOf(groupBy, g.Name, month) } : g),
            ],
            Before = answer.Before is { } before ? Named(before, groupBy, month) : null,
        };
    }

    private string? NameOf(string dimension, string? name, DateTimeOffset month) => dimension switch
    {
        Dimensions.User => Shown(name, month),
        Dimensions.Project => PathOf(name),
        _ => name,
    };

    public async Task<StatisticsFigures> GetStatisticsAsync(AnalysisQuery query, CancellationToken cancel) =>
        await reads.Analysis.GetStatisticsAsync((await ViewAsync(query, cancel).ConfigureAwait(false)).Query, cancel).ConfigureAwait(false);

    public async Task<TrendFigures> GetTrendsAsync(AnalysisQuery query, CancellationToken cancel)
    {
        var (asked, month) = await ViewAsync(query, cancel).ConfigureAwait(false);
        var figures = await reads.Analysis.GetTrendsAsync(asked, cancel).ConfigureAwait(false);
        return !IsViewer ? figures : figures with { Anomalies = Named(figures.Anomalies, query.Filter, month) };
    }

    public async Task<CorrelationFigures> GetCorrelationsAsync(IReadOnlyList<string> metrics, AnalysisQuery query, CancellationToken cancel) =>
        await reads.Analysis.GetCorrelationsAsync(metrics, (await ViewAsync(query, cancel).ConfigureAwait(false)).Query, cancel).ConfigureAwait(false);

    public async Task<ExplainFigures> ExplainAsync(AnalysisQuery query, CancellationToken cancel)
    {
        var (asked, month) = await ViewAsync(query, cancel).ConfigureAwait(false);
        var figures = await reads.Analysis.ExplainAsync(asked, cancel).ConfigureAwait(false);
        if (!IsViewer) return figures;
        var people = figures.Contributions.Count(c => c.Dimension == Dimensions.User && c.Name is { } name && !IsOwn(name));
        var isHidden = people > 0 && people < reads.Crowds.Fewest;
        return figures with { Contributions = Named(figures.Contributions.Where(c => !isHidden || c.Dimension != Dimensions.User), month) };
    }

    public async Task<IReadOnlyList<AnomalyFigures>> GetAnomaliesAsync(AnomaliesQuery query, CancellationToken cancel)
    {
        var month = MonthOf(query.Range);
        var (filter, _) = await NarrowAsync(query.Filter, month, cancel).ConfigureAwait(false);
        var range = IsViewer ? Snap(query.Range) : query.Range;
        if (await IsNothingLeftAsync(filter, range, query.Zone, cancel).ConfigureAwait(false)) throw new WithheldException();
        var found = await reads.Analysis.GetAnomaliesAsync(query with { Filter = filter, Range = range }, cancel).ConfigureAwait(false);
        return !IsViewer ? found : Named(found, query.Filter, month);
    }

    public async Task<SeriesPicture> GetPictureAsync(AnalysisQuery query, CancellationToken cancel) =>
        await reads.Analysis.GetPictureAsync((await ViewAsync(query, cancel).ConfigureAwait(false)).Query, cancel).ConfigureAwait(false);

    public async Task<ChangeReport> GetChangesAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        await JudgeAsync(view, cancel).ConfigureAwait(false);
        var report = await reads.Analysis.GetChangesAsync(view.Crowd, cancel).ConfigureAwait(false);
        if (!IsViewer) return report;
        return report with
        {
            Findings =
            [
                .. report.Findings.Where(f => f.Dimension != Dimensions.User).Select(f => f with
                {
                    Name = f.Dimension == Dimensions.Project ? PathOf(f.Name) : f.Name, Filter = query.Filter,
                    Contributions = Named(f.Contributions.Where(c => c.Dimension != Dimensions.User), view.Month),
                }),
            ],
        };
    }

    private async Task<(AnalysisQuery Query, DateTimeOffset Month)> ViewAsync(AnalysisQuery query, CancellationToken cancel)
    {
        var month = MonthOf(query.Range);
        var (filter, isOwn) = await NarrowAsync(query.Filter, month, cancel).ConfigureAwait(false);
        if (!IsViewer) return (query with { Filter = filter }, month);
        if (!isOwn && IsHours(query.Interval)) filter = OnlyOwn(filter);
        var range = Snap(query.Range);
        if (await IsNothingLeftAsync(filter, range, query.Zone, cancel).ConfigureAwait(false)) throw new WithheldException();
        return (query with { Filter = filter, Range = range }, month);
    }

    /// <summary>What is new or unusual of single people is left out.</summary>
    private IReadOnlyList<AnomalyFigures> Named(IReadOnlyList<AnomalyFigures> found, MetricsFilter asked, DateTimeOffset month) =>
    [
        .. found.Where(a => a.Filter.Users.All(IsOwn)).Select(a => a with
        {
            Filter = asked, Contributions = Named(a.Contributions.Where(c => c.Dimension != Dimensions.User), month),
        }),
    ];

    private IReadOnlyList<Contribution> Named(IEnumerable<Contribution> contributions, DateTimeOffset month) =>
        [.. contributions.Select(c => c with { Name = NameOf(c.Dimension, c.Name, month) })];
}
