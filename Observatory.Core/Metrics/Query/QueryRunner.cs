using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>Answers questions: plan, read each source once, group, rank.</summary>
internal sealed class QueryRunner(
    IReadSnapshots snapshots, NameCatalog names, CubeReader cubes, SeriesQueries series, MetricCatalogue catalogue, TimeProvider clock) : IMetricQueries
{
    private readonly SeriesReader _series = new(series);

    public async Task<IReadOnlyList<MetricAnswer>> AskAsync(IReadOnlyList<MetricRequest> requests, CancellationToken cancel = default)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        await names.RefreshAsync(snapshot.Db, cancel).ConfigureAwait(false);
        var session = new QuerySession(snapshot.Db, names, cubes);
        var answers = new List<MetricAnswer>();
        foreach (var request in requests) answers.Add(await AskAsync(session, request, cancel).ConfigureAwait(false));
        return answers;
    }

    /// <summary>In a snapshot that is open already.</summary>
    public async Task<MetricAnswer> AskAsync(QuerySession session, MetricRequest request, CancellationToken cancel)
    {
        var metrics = new List<MetricDefinition>();
        foreach (var name in request.Metrics) metrics.Add(await DefinitionAsync(session.Db, name, cancel).ConfigureAwait(false));
        var before = request.Compare
            ? await ReadAsync(session, request, metrics, request.Filter.Before(request.Range, Now), null, cancel).ConfigureAwait(false) : null;
        return await ReadAsync(session, request, metrics, request.Range, before, cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<MetricDefinition>> GetMetricsAsync(CancellationToken cancel = default)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        await names.RefreshAsync(snapshot.Db, cancel).ConfigureAwait(false);
        var all = catalogue.Metrics.ToList();
        foreach (var sent in names.Of(NameKind.Metric).Select(n => n.Text).Where(n => catalogue.Find(n) is null).Order(StringComparer.Ordinal))
        {
            all.Add(await _series.DescribeAsync(snapshot.Db, sent, cancel).ConfigureAwait(false));
        }
        return all;
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<MetricDefinition> DefinitionAsync(ObservatoryContext db, string name, CancellationToken cancel)
    {
        if (catalogue.Find(name) is { } known) return known;
        if (name.Length == 0 || names.Id(NameKind.Metric, name) is null) throw new UnknownMetricException(name);
        return await _series.DescribeAsync(db, name, cancel).ConfigureAwait(false);
    }

    private async Task<MetricAnswer> ReadAsync(
        QuerySession session, MetricRequest request, List<MetricDefinition> metrics, TimeRange range, MetricAnswer? before, CancellationToken cancel)
    {
        IReadOnlyList<TimeRange> buckets = request.Interval is { } interval ? new BucketClock(request.Zone).Buckets(range, interval) : [range];
        var tables = new Dictionary<string, MetricTable>(StringComparer.Ordinal);
        var filter = session.Filter(request.Filter, range, request.Zone, cancel);
        if (buckets.Count > 0)
        {
            foreach (var step in QueryPlanner.StepsFor(metrics, request, range))
            {
                if (QueryPlanner.NeedsRows(step, request) && HasGone(session, range)) throw new IntervalTooFineException(Interval.QuarterHour);
                var table = new MetricTable(SourceReaders.CellsOf(step, request));
                var target = new StepTarget(table, new Grouping(table, request, step.IsGrouped, names, filter), new BucketIndex(buckets), filter);
                await ReadAsync(session, step, request, range, target, cancel).ConfigureAwait(false);
                foreach (var metric in step.Metrics) tables[metric.Name] = table;
            }
        }
        var groups = GroupRanking.Of([.. metrics.Select(m => (m, tables.GetValueOrDefault(m.Name)))], request, buckets.Count, out var isTruncated);
        return new MetricAnswer(metrics, buckets, Withholding.Mark(groups, request, range, buckets, filter, names), isTruncated, before);
    }

    private static bool HasGone(QuerySession session, TimeRange range) => range.Length > 0
        && session.Reader.Reads.HasGone(session.Db, (int)BucketClock.DayOf(range.Start), (int)BucketClock.DayOf(range.End - 1) + 1);

    private Task ReadAsync(
        QuerySession session, QueryStep step, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel) => step.Source switch
    {
        MetricSource.Usage => SourceReaders.UsageAsync(session, step, request, range, into, cancel),
        MetricSource.Tools => SourceReaders.ToolsAsync(session, step, request, into, cancel),
        MetricSource.Answers => SourceReaders.AnswersAsync(session, step, request, range, into, cancel),
        MetricSource.Times => SourceReaders.TimesAsync(session, step, request, into, cancel),
        MetricSource.Rows => SourceReaders.RowsAsync(session, step, request, range, into, cancel),
        MetricSource.Activity => SourceReaders.ActivityAsync(session, request, range, into, cancel),
        MetricSource.Events => SourceReaders.EventsAsync(session, request, range, into, cancel),
        MetricSource.Series => _series.ReadAsync(session, step, request, range, into, cancel),
        _ => throw new InvalidOperationException($"{step.Source} cannot be read."),
    };
}
