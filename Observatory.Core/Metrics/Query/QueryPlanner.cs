using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>One read that answers some metrics of a question.</summary>
/// <param name="Metrics">All from one source, and alike in what they can be grouped and filtered by.</param>
/// <param name="Plan">Which part of the range comes from roll-ups, and which from rows.</param>
/// <param name="IsGrouped">They have the dimension that is asked for.</param>
internal sealed record QueryStep(MetricSource Source, IReadOnlyList<MetricDefinition> Metrics, RangePlan Plan, bool IsGrouped)
{
    public Distinct Needs => Metrics.Aggregate(Distinct.None, (needs, metric) => needs | metric.Needs);
}

/// <summary>
/// Chooses where a question is answered: from the coarsest that gives the exact answer. Buckets of a quarter of an hour and longer come from
/// roll-ups and the rows at the ends; shorter ones from rows alone, and what only rows tell of a thing, too. Tools have roll-ups of their own, which are read
/// where tools are asked for.
/// </summary>
internal static class QueryPlanner
{
    public static IReadOnlyList<QueryStep> StepsFor(IReadOnlyList<MetricDefinition> metrics, MetricRequest request, TimeRange range)
    {
        var plan = IsFine(request) ? RowsOf(range) : RangePlan.For(range);
        return
        [
            .. metrics.Where(m => m.Source == MetricSource.Series || request.Tags.Keys.All(m.Dimensions.Contains))
                .GroupBy(m => (Source: SourceFor(m, request), IsGrouped: HasDimension(m, request), Own: OwnOf(m)))
                .Select(g => new QueryStep(g.Key.Source, [.. g], plan, g.Key.IsGrouped)),
        ];
    }

    /// <summary>Buckets are shorter than those of the roll-ups: only rows tell, where they are.</summary>
    public static bool NeedsRows(QueryStep step, MetricRequest request) =>
        IsFine(request) && step.Source is (MetricSource.Usage or MetricSource.Tools or MetricSource.Answers or MetricSource.Times or MetricSource.Rows);

    /// <summary>Nothing from roll-ups.</summary>
    public static RangePlan RowsOf(TimeRange range) => new((0, 0), range.Length == 0 ? [] : [range]);

    /// <summary>No roll-up can answer.</summary>
    public static bool AsksRows(MetricRequest request) =>
        request.GroupBy is { } by && Dimensions.IsOfRows(by) || request.Tags.Keys.Any(Dimensions.IsOfRows);

    /// <summary>What is by tool has roll-ups of its own.</summary>
    public static bool AsksTools(MetricRequest request) => request.GroupBy == Dimensions.Tool || request.Tags.ContainsKey(Dimensions.Tool);

    private static bool IsFine(MetricRequest request) => request.Interval is Interval.Minute or Interval.FiveMinutes;

    /// <summary>What is read for one metric alone.</summary>
    private static string? OwnOf(MetricDefinition metric) => metric.Source switch
    {
        MetricSource.Series => metric.Name,
        MetricSource.Times => metric.Times.ToString(),
        _ => null,
    };

    private static bool HasDimension(MetricDefinition metric, MetricRequest request) =>
        request.GroupBy is { } by && (metric.Source == MetricSource.Series || metric.Dimensions.Contains(by));

    private static MetricSource SourceFor(MetricDefinition metric, MetricRequest request) => metric.Source switch
    {
        MetricSource.Usage or MetricSource.Tools when AsksRows(request) && (HasDimension(metric, request) || request.Tags.Count > 0) => MetricSource.Rows,
        MetricSource.Tools when !AsksTools(request) => MetricSource.Usage,
        var source => source,
    };
}
