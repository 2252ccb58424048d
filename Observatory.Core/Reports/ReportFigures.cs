using Microsoft.Extensions.Logging;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;
using Observatory.Core.Topics;

namespace Observatory.Core.Reports;

/// <summary>Everything that a report says, read through the front door in its owner's name. A part that cannot be read is null, and said.</summary>
internal sealed record ReportFigures
{
    /// <summary>How many periods before are looked at for what is usual.</summary>
    public const int Earlier = 8;

    public const int MostTopics = 8;

    /// <summary>Names of the metrics of <see cref="Usual"/>, in order.</summary>
    public static IReadOnlyList<string> UsualMetrics { get; } = ["cost", "tokens", "conversations", "activeUsers", "averageResponseTime", "errorRate"];

    public required OverviewPageFigures Now { get; init; }

    public required OverviewPageFigures Before { get; init; }

    /// <summary>Earlier periods, newest first; one without any tokens or messages says nothing.</summary>
    public IReadOnlyList<MetricAnswer>? Usual { get; private init; }

    public IReadOnlyList<UserFigures>? Users { get; private init; }

    public IReadOnlyList<UserFigures>? UsersBefore { get; private init; }

    public IReadOnlyList<AnomalyFigures>? Anomalies { get; private init; }

    public IReadOnlyList<TopicFigures>? Topics { get; private init; }

    public PipelineFigures? Pipeline { get; private init; }

    /// <summary>A line each.</summary>
    public IReadOnlyList<string>? Budgets { get; private init; }

    /// <summary>Parts that were asked for and could not be read.</summary>
    public IReadOnlyList<string> Failed { get; private init; } = [];

    public static async Task<ReportFigures> LoadAsync(
        AnalyticsEngine engine, ReportDefinition definition, ReportPeriod period, TimeZoneInfo zone, IReportBudgets? budgets, ILogger log,
        CancellationToken cancel)
    {
        var failed = new List<string>();
        var now = Query(period.Range, zone, definition, period);
        var before = Query(period.Before, zone, definition, period);
        bool Has(params string[] sections) => sections.Any(definition.Sections.Contains);
        async Task<T?> Part<T>(string name, bool wanted, Func<Task<T>> read) where T : class
        {
            if (!wanted) return null;
            try
            {
                return await read().ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                log.LogError(error, "{Part} of a report could not be read", name);
                failed.Add(name);
                return null;
            }
        }
        return new ReportFigures
        {
            Now = await engine.GetOverviewPageAsync(now, cancel).ConfigureAwait(false),
            Before = await engine.GetOverviewPageAsync(before, cancel).ConfigureAwait(false),
            Usual = await Part("summary", Has("summary"), () => engine.AskAsync([.. Enumerable.Range(1, Earlier).Select(step => new MetricRequest
            {
                Metrics = UsualMetrics, Range = period.Earlier(step, zone), Zone = zone, Filter = definition.Filters,
            })], cancel)).ConfigureAwait(false),
            Users = await Part("users", Has("users", "changes"), () => engine.GetUsersAsync(now, cancel)).ConfigureAwait(false),
            UsersBefore = await Part("users", Has("users", "changes"), () => engine.GetUsersAsync(before, cancel)).ConfigureAwait(false),
            // Always: what stands out belongs into the subject, whatever sections there are.
            Anomalies = await Part("anomalies", true, () => engine.GetAnomaliesAsync(new AnomaliesQuery
            {
                Range = period.Range, Zone = zone, Filter = definition.Filters, Least = AnomalySeverity.Medium,
            }, cancel)).ConfigureAwait(false),
            Topics = await Part("topics", Has("topics"), () => engine.GetTopicsAsync(now, MostTopics, cancel)).ConfigureAwait(false),
            Budgets = budgets is null ? null : await Part("budgets", Has("budgets"), () => budgets.ReadAsync(definition.Filters, cancel)).ConfigureAwait(false),
            Pipeline = await Part("data", Has("data"), () => engine.GetPipelineAsync(cancel)).ConfigureAwait(false),
            Failed = failed,
        };
    }

    private static MetricsQuery Query(TimeRange range, TimeZoneInfo zone, ReportDefinition definition, ReportPeriod period) => new()
    {
        Range = range, Zone = zone, Filter = definition.Filters, Interval = period.Days == 1 ? Interval.Hour : period.Days <= 62 ? Interval.Day
            : Interval.Week,
    };
}
