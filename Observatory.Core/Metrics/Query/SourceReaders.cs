using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>Where one step of a question puts what it read.</summary>
/// <param name="Index">Bucket of an instant.</param>
internal sealed record StepTarget(MetricTable Table, Grouping Grouping, BucketIndex Index);

/// <summary>One method a source: reads the rows that pass, and adds each to the cell of its group and bucket.</summary>
internal static class SourceReaders
{
    public static async Task UsageAsync(QuerySession session, QueryStep step, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel)
    {
        var cube = await session.CubeAsync(range, step.Plan, request.Filter, cancel).ConfigureAwait(false);
        cube.Each((in row) =>
        {
            if (into.Grouping.Find(new Facts(row.User, row.Project, row.Model, row.Sources)) is not { } cells) return;
            ((FigureSum)into.Table.Cell(cells, into.Index.Of(row.At))).Add(row);
        });
    }

    public static Task ToolsAsync(QuerySession session, QueryStep step, MetricRequest request, StepTarget into, CancellationToken cancel) =>
        session.Reader.ToolCallsAsync(session.Db, step.Plan, session.Filter(request.Filter), row =>
        {
            if (into.Grouping.Find(row.Facts) is not { } cells) return;
            var cell = (FigureSum)into.Table.Cell(cells, into.Index.Of(row.At));
            cell.Sum[Measure.ToolCalls] += row.Calls;
            cell.Sum[Measure.ToolErrors] += row.Errors;
        }, cancel);

    public static Task AnswersAsync(QuerySession session, QueryStep step, MetricRequest request, StepTarget into, CancellationToken cancel) =>
        session.Reader.AnswersAsync(session.Db, step.Plan, session.Filter(request.Filter), row =>
        {
            if (into.Grouping.Find(row.Facts) is { } cells) ((AnswerCell)into.Table.Cell(cells, into.Index.Of(row.At))).Times.Add(row.Bin, row.Count);
        }, cancel);

    /// <summary>Pauses of at most five minutes within a conversation, where they end. Models do not cut them.</summary>
    public static async Task ActivityAsync(QuerySession session, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel)
    {
        var filter = session.Filter(request.Filter with { Models = [] });
        var moments = await session.Reader.MomentsAsync(session.Db, range, filter, cancel).ConfigureAwait(false);
        for (var i = 1; i < moments.Count; i++)
        {
            var (before, here) = (moments[i - 1], moments[i]);
            var gap = here.At - before.At;
            if (before.Conversation != here.Conversation || gap > Moment.LongestGap || !here.Passes || !range.Contains(here.At)) continue;
            if (into.Grouping.Find(here.Facts) is { } cells) ((SumCell)into.Table.Cell(cells, into.Index.Of(here.At))).Sum += gap / 1000.0;
        }
    }

    public static async Task EventsAsync(QuerySession session, MetricRequest request, TimeRange range, StepTarget into, CancellationToken cancel)
    {
        var filter = session.Filter(request.Filter);
        await foreach (var row in session.Reader.EventsAsync(session.Db, range).WithCancellation(cancel).ConfigureAwait(false))
        {
            if (!filter.Matches(row.User, row.Project, 0, row.Sources)) continue;
            var facts = new Facts(filter.Person(row.User), row.Project, 0, row.Sources, Type: row.Type);
            if (into.Grouping.Find(facts) is { } cells) ((SumCell)into.Table.Cell(cells, into.Index.Of(row.At))).Sum++;
        }
    }

    public static Func<IMetricCell> CellsOf(QueryStep step, MetricRequest request) => step.Source switch
    {
        MetricSource.Usage or MetricSource.Tools => () => new FigureSum(step.Needs),
        MetricSource.Answers => () => new AnswerCell(),
        MetricSource.Series => () => new SeriesCell(request.Aggregation),
        _ => () => new SumCell(),
    };
}
