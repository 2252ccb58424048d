using Observatory.Core;
using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;
using Observatory.Web.Components.Pages.Overview;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Explore;

/// <summary>A row of the table: a group with all that was asked of it.</summary>
/// <param name="Value">Of the group, as filters write it; null = others, and what has none.</param>
/// <param name="Share">Of all, 0–1; null where values do not add up.</param>
/// <param name="Before">Of the period before; null = not compared.</param>
/// <param name="Highest">The bucket with most.</param>
public sealed record ExploreRow(
    string Name, string? Value, string Color, double? A, double? Before, double? B, double? Result, double? Share, (double Value, TimeRange Bucket)? Highest);

/// <summary>What Explore shows, made once for each answer.</summary>
public sealed class ExploreModel
{
    public const string Others = "Others";
    public const string None = "(none)";

    public required ExploreQuery Query { get; init; }
    public required IReadOnlyList<MetricDefinition> Metrics { get; init; }
    public required MetricDefinition A { get; init; }
    public MetricDefinition? B { get; init; }
    public required ChartConfiguration Chart { get; init; }
    public ChartConfiguration? Strip { get; init; }
    public required IReadOnlyList<ExploreRow> Rows { get; init; }
    public required ExploreRow Total { get; init; }
    public bool HasBefore { get; init; }
    public bool IsTruncated { get; init; }
    public bool Nothing { get; init; }

    /// <summary>Nothing in this range.</summary>
    public bool IsEmpty => Rows.Count == 0;

    public static async Task<ExploreModel> LoadAsync(AnalyticsEngine analytics, UrlState url, DateTimeOffset now, CancellationToken cancel)
    {
        var metrics = await analytics.GetMetricsAsync(cancel);
        var query = ExploreQuery.Of(url, metrics, now);
        var range = url.Resolve(now);
        string[] asked = query.Second is null ? [query.Metric] : [query.Metric, query.Second];
        var shift = EarlierBuckets.Of(range, url.Zone, query.Interval);
        var compared = range.Before(now.ToUnixTimeMilliseconds());
        var requests = new List<MetricRequest>
        {
            Ask(range, query.By, query.Interval), Ask(range, null, query.Interval), Ask(range, query.By, null), Ask(range, null, null),
            Ask(compared, query.By, null) with { Limit = int.MaxValue }, Ask(compared, null, null), Ask(shift.Range, null, query.Interval),
        };
        var answers = await analytics.AskAsync(requests, cancel);
        var known = await ExploreNames.OfAsync(analytics, query.By, url.ToQuery(now), cancel);
        var isEmpty = answers[3].Groups.Count == 0 && await OverviewModel.IsEmptyAsync(analytics, cancel);
        return new ExploreMaker(query, metrics, known, url, now).Make(answers, shift, isEmpty);

        MetricRequest Ask(TimeRange when, string? by, Interval? interval) => new()
        {
            Metrics = asked, Range = when, Zone = url.Zone, Filter = url.Filter, GroupBy = by, Interval = interval, Limit = query.Limit,
            Aggregation = query.Aggregation ?? SeriesAggregation.Sum,
            Tags = query.Tags,
        };
    }
}
