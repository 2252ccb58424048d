using Observatory.Core.Accounts;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Realtime;
using Observatory.Core.Topics;

namespace Observatory.Core;

/// <summary>Everything that figures are read from. One a program; whoever asks goes through an <see cref="AnalyticsEngine"/>.</summary>
public sealed record AnalyticsReads(
    IMetricsCalculator Metrics, IListFigures Lists, ISeriesFigures Series, ILiveFigures Live,
    IKeptFigures Kept, IMetricQueries Queries, IAnalysis Analysis, ITopics Topics, AnalyticsBroadcaster Changes);

/// <summary>
/// The front door: every read of figures for pages, routes, files, live pushes, search and single things, in the name of whoever asks. One a
/// request or circuit. What an asker may see is decided here and nowhere behind it.
/// </summary>
public sealed class AnalyticsEngine(IAskerSource askers, AnalyticsReads reads, AnalyticsTracker tracker)
{
    /// <summary>In whose name this one reads.</summary>
    public Asker Asker => askers.Current;

    /// <summary>For what happens in this program itself.</summary>
    public AnalyticsTracker Track { get; } = tracker;

    /// <summary>Version of the committed data: equal versions mean equal answers to one asker.</summary>
    public long Version => reads.Metrics.Version;

    /// <inheritdoc cref="IMetricQueries.AskAsync"/>
    public Task<IReadOnlyList<MetricAnswer>> AskAsync(IReadOnlyList<MetricRequest> requests, CancellationToken cancel = default) =>
        For(reads.Queries).AskAsync(requests, cancel);

    /// <inheritdoc cref="IMetricQueries.GetMetricsAsync"/>
    public Task<IReadOnlyList<MetricDefinition>> GetMetricsAsync(CancellationToken cancel = default) => For(reads.Queries).GetMetricsAsync(cancel);

    /// <inheritdoc cref="ISeriesFigures.GetSeriesAsync"/>
    public Task<SeriesFigures> GetSeriesAsync(SeriesQuery query, CancellationToken cancel = default) => For(reads.Series).GetSeriesAsync(query, cancel);

    /// <inheritdoc cref="IAnalysis.GetStatisticsAsync"/>
    public Task<StatisticsFigures> GetStatisticsAsync(AnalysisQuery query, CancellationToken cancel = default) =>
        For(reads.Analysis).GetStatisticsAsync(query, cancel);

    /// <inheritdoc cref="IAnalysis.GetTrendsAsync"/>
    public Task<TrendFigures> GetTrendsAsync(AnalysisQuery query, CancellationToken cancel = default) => For(reads.Analysis).GetTrendsAsync(query, cancel);

    /// <inheritdoc cref="IAnalysis.GetCorrelationsAsync"/>
    public Task<CorrelationFigures> GetCorrelationsAsync(IReadOnlyList<string> metrics, AnalysisQuery query, CancellationToken cancel = default) =>
        For(reads.Analysis).GetCorrelationsAsync(metrics, query, cancel);

    /// <inheritdoc cref="IAnalysis.ExplainAsync"/>
    public Task<ExplainFigures> ExplainAsync(AnalysisQuery query, CancellationToken cancel = default) => For(reads.Analysis).ExplainAsync(query, cancel);

    /// <inheritdoc cref="IAnalysis.GetAnomaliesAsync"/>
    public Task<IReadOnlyList<AnomalyFigures>> GetAnomaliesAsync(AnomaliesQuery query, CancellationToken cancel = default) =>
        For(reads.Analysis).GetAnomaliesAsync(query, cancel);

    /// <inheritdoc cref="ITopics.GetTopicsAsync"/>
    public Task<IReadOnlyList<TopicFigures>> GetTopicsAsync(MetricsQuery query, int limit, CancellationToken cancel = default) =>
        For(reads.Topics).GetTopicsAsync(query, limit, cancel);

    public Task<DashboardFigures> GetDashboardAsync(MetricsQuery query, CancellationToken cancel = default) =>
        For(reads.Metrics).GetDashboardAsync(query, cancel);

    public Task<OverviewPageFigures> GetOverviewPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        For(reads.Metrics).GetOverviewPageAsync(query, cancel);

    public Task<SystemFigures> GetSystemAsync(MetricsQuery query, CancellationToken cancel = default) => For(reads.Metrics).GetSystemAsync(query, cancel);

    public Task<ConversationPage> GetConversationsAsync(ConversationListQuery query, CancellationToken cancel = default) =>
        For(reads.Metrics).GetConversationsAsync(query, cancel);

    /// <inheritdoc cref="IMetricsCalculator.StreamConversationsAsync"/>
    public IAsyncEnumerable<ConversationRow> StreamConversationsAsync(ConversationListQuery query, CancellationToken cancel = default) =>
        For(reads.Metrics).StreamConversationsAsync(query, cancel);

    /// <summary>Null where there is none by that id that the asker may see.</summary>
    public Task<ConversationRow?> GetConversationAsync(string id, CancellationToken cancel = default) => For(reads.Metrics).GetConversationAsync(id, cancel);

    /// <inheritdoc cref="IMetricsCalculator.GetTimelinePartAsync"/>
    public Task<TimelinePart?> GetTimelinePartAsync(string id, TimelinePlace from, int limit, CancellationToken cancel = default) =>
        For(reads.Metrics).GetTimelinePartAsync(id, from, limit, cancel);

    /// <summary>Null where there is none by that id that the asker may see.</summary>
    public Task<ConversationTimeline?> GetTimelineAsync(string id, CancellationToken cancel = default) => For(reads.Metrics).GetTimelineAsync(id, cancel);

    public Task<IReadOnlyList<UserFigures>> GetUsersAsync(MetricsQuery query, CancellationToken cancel = default) =>
        For(reads.Metrics).GetUsersAsync(query, cancel);

    /// <summary>Null where there is none by that id that the asker may see.</summary>
    public Task<UserFigures?> GetUserAsync(string userId, MetricsQuery query, CancellationToken cancel = default) =>
        For(reads.Metrics).GetUserAsync(userId, query, cancel);

    public Task<IReadOnlyList<ProjectRow>> GetProjectsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        For(reads.Metrics).GetProjectsAsync(query, cancel);

    public Task<IReadOnlyList<ModelRow>> GetModelsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        For(reads.Metrics).GetModelsAsync(query, cancel);

    public Task<IReadOnlyList<ToolRow>> GetToolsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        For(reads.Metrics).GetToolsAsync(query, cancel);

    public Task<ProjectsPageFigures> GetProjectsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        For(reads.Lists).GetProjectsPageAsync(query, cancel);

    public Task<ModelsPageFigures> GetModelsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        For(reads.Lists).GetModelsPageAsync(query, cancel);

    public Task<ToolsPageFigures> GetToolsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        For(reads.Lists).GetToolsPageAsync(query, cancel);

    public Task<PipelineFigures> GetPipelineAsync(CancellationToken cancel = default) => For(reads.Metrics).GetPipelineAsync(cancel);

    /// <inheritdoc cref="IMetricsCalculator.GetRejectedAsync"/>
    public Task<IReadOnlyList<RejectedRow>> GetRejectedAsync(int limit, CancellationToken cancel = default) =>
        For(reads.Metrics).GetRejectedAsync(limit, cancel);

    /// <inheritdoc cref="IMetricsCalculator.GetFilterChoicesAsync"/>
    public Task<FilterChoices> GetFilterChoicesAsync(CancellationToken cancel = default) => For(reads.Metrics).GetFilterChoicesAsync(cancel);

    public Task<LiveSnapshot> GetLiveAsync(MetricsFilter filter, CancellationToken cancel = default) => For(reads.Live).GetLiveAsync(filter, cancel);

    /// <inheritdoc cref="IKeptFigures.GetTypesAsync"/>
    public Task<IReadOnlyList<KeptType>> GetTypesAsync(CancellationToken cancel = default) => For(reads.Kept).GetTypesAsync(cancel);

    /// <inheritdoc cref="IKeptFigures.GetLastAsync"/>
    public Task<IReadOnlyList<KeptEvent>> GetLastAsync(string type, int limit, CancellationToken cancel = default) =>
        For(reads.Kept).GetLastAsync(type, limit, cancel);

    /// <inheritdoc cref="IKeptFigures.GetMetricsAsync"/>
    public Task<IReadOnlyList<KeptMetric>> GetKeptMetricsAsync(CancellationToken cancel = default) => For(reads.Kept).GetMetricsAsync(cancel);

    /// <inheritdoc cref="IKeptFigures.GetSourcesAsync"/>
    public Task<IReadOnlyList<SourceSeen>> GetSourcesAsync(CancellationToken cancel = default) => For(reads.Kept).GetSourcesAsync(cancel);

    /// <summary>What was committed, as it is. Dispose it to leave.</summary>
    public ChangeSubscription Subscribe() => For(reads.Changes).Subscribe();

    /// <summary>Every read passes here, so that none is made in nobody's name.
    /// Whoever is let in has an administrator's rights until roles narrow them.</summary>
    /// <exception cref="UnauthorizedAccessException">The asker has no such rights.</exception>
    private T For<T>(T source)
    {
        var asker = askers.Current;
        return asker.SeesEverything ? source : throw new UnauthorizedAccessException($"{asker.Name} may not see everything, and less is not made yet.");
    }
}
