using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>Where one step of a question puts what it read.</summary>
/// <param name="Index">Bucket of an instant.</param>
/// <param name="Filter">What passes, and what of it is shown.</param>
internal sealed record StepTarget(MetricTable Table, Grouping Grouping, BucketIndex Index, IdFilter Filter);

/// <summary>One method a source: reads the rows that pass, and adds each to the cell of its group and bucket.</summary>
internal static class SourceReaders
{
    public static async Task UsageAsync(QuerySession session, QueryStep step, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel)
    {
        var cube = await session.CubeAsync(range, step.Plan, into.Filter, cancel).ConfigureAwait(false);
        cube.Each((in row) =>
        {
            if (into.Grouping.Find(new Facts(row.User, row.Project, row.Model, row.Sources), row.At) is not { } cells) return;
            ((FigureSum)into.Table.Cell(cells, into.Index.Of(row.At))).Add(row);
        });
    }

    /// <summary>
    /// What only rows tell is read from rows. Days from which rows were deleted give their sums, which have no value of it; so groups add up to what is told
    /// without them.
    /// </summary>
    public static async Task RowsAsync(QuerySession session, QueryStep step, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel)
    {
        var (sums, rows) = session.Split(range, into.Filter);
        if (sums.Length > 0)
        {
            var plan = RangePlan.For(sums);
            var isByTool = step.Metrics[0].Source == MetricSource.Tools && QueryPlanner.AsksTools(request);
            var read = isByTool ? ToolsAsync(session, step with { Plan = plan }, request, into, cancel)
                : UsageAsync(session, step with { Plan = plan }, request, sums, into, cancel);
            await read.ConfigureAwait(false);
        }
        if (rows.Length == 0) return;
        await session.Reader.RowsAsync(session.Db, rows, into.Filter, (row, in figures) =>
        {
            var facts = CubeReader.FactsOf(row, figures.User, figures.Model);
            if (into.Grouping.Find(facts, row.At) is { } cells) ((FigureSum)into.Table.Cell(cells, into.Index.Of(row.At))).Add(figures);
        }, cancel).ConfigureAwait(false);
    }

    public static Task ToolsAsync(QuerySession session, QueryStep step, MetricRequest request, StepTarget into, CancellationToken cancel) =>
        session.Reader.ToolCallsAsync(session.Db, step.Plan, into.Filter, row =>
        {
            if (into.Grouping.Find(row.Facts, row.At) is not { } cells) return;
            var cell = (FigureSum)into.Table.Cell(cells, into.Index.Of(row.At));
            cell.Sum[Measure.ToolCalls] += row.Calls;
            cell.Sum[Measure.ToolErrors] += row.Errors;
        }, cancel);

    public static async Task AnswersAsync(
        QuerySession session, QueryStep step, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel)
    {
        RangePlan[] plans = [step.Plan];
        if (QueryPlanner.AsksRows(request))
        {
            var (sums, rows) = session.Split(range, into.Filter);
            plans = [RangePlan.For(sums), QueryPlanner.RowsOf(rows)];
        }
        foreach (var plan in plans)
        {
            await session.Reader.AnswersAsync(session.Db, plan, into.Filter, row =>
            {
                if (into.Grouping.Find(row.Facts, row.At) is not { } cells) return;
                ((TimeCell)into.Table.Cell(cells, into.Index.Of(row.At))).Times.Add(row.Bin, row.Count);
            }, cancel).ConfigureAwait(false);
        }
    }

    public static Task TimesAsync(QuerySession session, QueryStep step, MetricRequest request, StepTarget into, CancellationToken cancel) =>
        session.Reader.TimesAsync(session.Db, step.Plan, into.Filter, step.Metrics[0].Times, row =>
        {
            if (into.Grouping.Find(row.Facts, row.At) is not { } cells) return;
            var cell = into.Table.Cell(cells, into.Index.Of(row.At));
            if (cell is TimeCell times)
            {
                foreach (var (bin, count) in row.Bins) times.Times.Add(bin, count);
                return;
            }
            // As of answers: their mean is told in the same way.
            var sum = (FigureSum)cell;
            sum.Sum[Measure.ResponseCount] += row.Count;
            sum.Sum[Measure.ResponseMs] += row.Ms;
        }, cancel);

    /// <summary>Pauses of at most five minutes within a conversation, where they end. Models do not cut them.</summary>
    public static async Task ActivityAsync(QuerySession session, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel)
    {
        var filter = request.Filter.Models.Count == 0 ? into.Filter
            : session.Filter(request.Filter with { Models = [] }, range, request.Zone, cancel);
        var moments = await session.Reader.MomentsAsync(session.Db, range, filter, cancel).ConfigureAwait(false);
        for (var i = 1; i < moments.Count; i++)
        {
            var (before, here) = (moments[i - 1], moments[i]);
            var gap = here.At - before.At;
            if (before.Conversation != here.Conversation || gap > Moment.LongestGap || !here.Passes || !range.Contains(here.At)) continue;
            if (into.Grouping.Find(here.Facts, here.At) is { } cells) ((SumCell)into.Table.Cell(cells, into.Index.Of(here.At))).Sum += gap / 1000.0;
        }
    }

    public static async Task EventsAsync(QuerySession session, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel)
    {
        var filter = into.Filter;
        await foreach (var row in session.Reader.EventsAsync(session.Db, range, cancel).ConfigureAwait(false))
        {
            if (!filter.Matches(row.User, row.Project, 0, row.Sources) || !filter.Shows(row.At)) continue;
            var facts = new Facts(filter.Person(row.User), row.Project, 0, row.Sources, Type: row.Type);
            if (into.Grouping.Find(facts, row.At) is { } cells) ((SumCell)into.Table.Cell(cells, into.Index.Of(row.At))).Sum++;
        }
    }

    public static Func<IMetricCell> CellsOf(QueryStep step, MetricRequest request) => step.Source switch
    {
        MetricSource.Usage or MetricSource.Tools or MetricSource.Rows => () => new FigureSum(step.Needs),
        MetricSource.Answers => () => new TimeCell(TimeCell.OfAnswers),
        MetricSource.Times when RankOf(request.Aggregation) is { } rank => () => new TimeCell(rank),
        MetricSource.Times => () => new FigureSum(step.Needs),
        MetricSource.Series => () => new SeriesCell(request.Aggregation, SeriesReader.IsExact(request.Interval)),
        _ => () => new SumCell(),
    };

    private static double? RankOf(SeriesAggregation aggregation) => aggregation switch
    {
        SeriesAggregation.P50 => 0.5,
        SeriesAggregation.P95 => 0.95,
        SeriesAggregation.P99 => 0.99,
        _ => null,
    };
}
