using Observatory.Core.Metrics.Query;
using Observatory.Core.Pricing;
using Observatory.Core.Statistics;
using Observatory.Core.Storage.Readers;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>Statistics and correlations: from the bucket values of the one query.</summary>
internal sealed partial class AnalysisCalculator(IMetricQueries queries, IAnomalyMarks marks, IDaysOff daysOff, IPriceBook book, TimeProvider clock)
    : IAnalysis
{
    private readonly SeriesLoader _loader = new(queries, clock);

    public async Task<StatisticsFigures> GetStatisticsAsync(AnalysisQuery query, CancellationToken cancel = default)
    {
        var series = await _loader.LoadAsync(query, query.Range, cancel).ConfigureAwait(false);
        var counted = series.Buckets.Where(b => b.Value is not null && CompleteBuckets.Counts(b.Range, query.Interval, query.Range, _loader.Now)).ToList();
        var summary = StatisticalAnalyzer.CalculateSummary([.. counted.Select(b => b.Value!.Value)]);
        return new StatisticsFigures(
            series.Metric, summary, [.. (summary?.Outliers ?? []).Select(i => (counted[i].Range.StartTime, counted[i].Value!.Value))]);
    }

    public async Task<CorrelationFigures> GetCorrelationsAsync(IReadOnlyList<string> metrics, AnalysisQuery query, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var all = await _loader.LoadAsync(metrics, query, cancel).ConfigureAwait(false);
        // Only where every metric has a value can they be held against each other.
        var places = Enumerable.Range(0, all[0].Buckets.Count).Where(i => all.All(s => s.Buckets[i].Value is not null)
            && CompleteBuckets.Counts(all[0].Buckets[i].Range, query.Interval, query.Range, _loader.Now)).ToList();
        var values = all.Select(s => places.Select(i => s.Buckets[i].Value!.Value).ToArray()).ToArray();
        double?[][] Matrix(Func<double[], double[], double?> of) => [.. values.Select((a, i) => values.Select((b, j) =>
            // With itself it is one, not almost.
            of(a, b) is { } value ? i == j ? 1 : value : (double?)null).ToArray())];
        return new CorrelationFigures(metrics, Matrix((a, b) => Correlation.Pearson(a, b)), Matrix((a, b) => Correlation.Spearman(a, b)), places.Count);
    }
}
