using Observatory.Core.Accounts;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Crowds;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Pricing;
using Observatory.Core.Realtime;
using Observatory.Core.Topics;

namespace Observatory.Core;

/// <summary>Everything that figures are read from. One a program; whoever asks goes through an <see cref="AnalyticsEngine"/>.</summary>
public sealed record AnalyticsReads(
    IMetricsCalculator Metrics, IListFigures Lists, ISeriesFigures Series, ILiveFigures Live,
    IKeptFigures Kept, IMetricQueries Queries, IAnalysis Analysis, ITopics Topics, IRowFigures Rows,
    IPricedCalls Prices, AnalyticsBroadcaster Changes, ICrowds Crowds, TimeProvider Clock, ILimitFigures? Limits = null);

/// <summary>
/// The front door: every read of figures for pages, routes, files, live pushes, search and single things, in the name of whoever asks. One a
/// request or circuit. What an asker may see is decided here and nowhere behind it.
/// </summary>
public sealed class AnalyticsEngine(IAskerSource askers, AnalyticsReads reads, AnalyticsTracker tracker)
{
    private SightedReads? _sighted;

    /// <summary>In whose name this one reads.</summary>
    public Asker Asker => askers.Current;

    /// <summary>What else there is to say of the answers that were given.</summary>
    public AnswerNotes Notes { get; } = new();

    /// <summary>For what happens in this program itself.</summary>
    public AnalyticsTracker Track { get; } = tracker;

    /// <summary>Version of the committed data: equal versions mean equal answers to one asker.</summary>
    public long Version => reads.Metrics.Version;

    /// <inheritdoc cref="IMetricQueries.AskAsync"/>
    public Task<IReadOnlyList<MetricAnswer>> AskAsync(IReadOnlyList<MetricRequest> requests, CancellationToken cancel = default) =>
        Sees() is { } own ? own.AskAsync(requests, cancel) : reads.Queries.AskAsync(requests, cancel);

    /// <inheritdoc cref="IMetricQueries.GetMetricsAsync"/>
    public Task<IReadOnlyList<MetricDefinition>> GetMetricsAsync(CancellationToken cancel = default)
    {
        Sees();
        return reads.Queries.GetMetricsAsync(cancel);
    }

    /// <inheritdoc cref="ISeriesFigures.GetSeriesAsync"/>
    public Task<SeriesFigures> GetSeriesAsync(SeriesQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetSeriesAsync(query, cancel) : reads.Series.GetSeriesAsync(query, cancel);

    /// <inheritdoc cref="IAnalysis.GetStatisticsAsync"/>
    public Task<StatisticsFigures> GetStatisticsAsync(AnalysisQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetStatisticsAsync(query, cancel) : reads.Analysis.GetStatisticsAsync(query, cancel);

    /// <inheritdoc cref="IAnalysis.GetTrendsAsync"/>
    public Task<TrendFigures> GetTrendsAsync(AnalysisQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetTrendsAsync(query, cancel) : reads.Analysis.GetTrendsAsync(query, cancel);

    /// <inheritdoc cref="IAnalysis.GetCorrelationsAsync"/>
    public Task<CorrelationFigures> GetCorrelationsAsync(IReadOnlyList<string> metrics, AnalysisQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetCorrelationsAsync(metrics, query, cancel) : reads.Analysis.GetCorrelationsAsync(metrics, query, cancel);

    /// <inheritdoc cref="IAnalysis.ExplainAsync"/>
    public Task<ExplainFigures> ExplainAsync(AnalysisQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.ExplainAsync(query, cancel) : reads.Analysis.ExplainAsync(query, cancel);

    /// <inheritdoc cref="IAnalysis.GetAnomaliesAsync"/>
    public Task<IReadOnlyList<AnomalyFigures>> GetAnomaliesAsync(AnomaliesQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetAnomaliesAsync(query, cancel) : reads.Analysis.GetAnomaliesAsync(query, cancel);

    /// <inheritdoc cref="IAnalysis.GetPictureAsync"/>
    public Task<SeriesPicture> GetPictureAsync(AnalysisQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetPictureAsync(query, cancel) : reads.Analysis.GetPictureAsync(query, cancel);

    /// <inheritdoc cref="IAnalysis.GetChangesAsync"/>
    public Task<ChangeReport> GetChangesAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetChangesAsync(query, cancel) : reads.Analysis.GetChangesAsync(query, cancel);

    /// <inheritdoc cref="ITopics.GetTopicsAsync"/>
    public Task<IReadOnlyList<TopicFigures>> GetTopicsAsync(MetricsQuery query, int limit, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetTopicsAsync(query, limit, cancel) : reads.Topics.GetTopicsAsync(query, limit, cancel);

    public Task<DashboardFigures> GetDashboardAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetDashboardAsync(query, cancel) : reads.Metrics.GetDashboardAsync(query, cancel);

    public Task<OverviewPageFigures> GetOverviewPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetOverviewPageAsync(query, cancel) : reads.Metrics.GetOverviewPageAsync(query, cancel);

    public Task<SystemFigures> GetSystemAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetSystemAsync(query, cancel) : reads.Metrics.GetSystemAsync(query, cancel);

    public Task<ConversationPage> GetConversationsAsync(ConversationListQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetConversationsAsync(query, cancel) : reads.Metrics.GetConversationsAsync(query, cancel);

    /// <inheritdoc cref="IMetricsCalculator.StreamConversationsAsync"/>
    public IAsyncEnumerable<ConversationRow> StreamConversationsAsync(ConversationListQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.StreamConversationsAsync(query, cancel) : reads.Metrics.StreamConversationsAsync(query, cancel);

    /// <inheritdoc cref="IRowFigures.OpenConversationsAsync"/>
    public Task<RowSet<ConversationRow>> OpenConversationsAsync(ConversationListQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.OpenConversationsAsync(query, cancel) : reads.Rows.OpenConversationsAsync(query, cancel);

    /// <inheritdoc cref="IRowFigures.OpenMessagesAsync"/>
    public Task<RowSet<MessageRow>> OpenMessagesAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.OpenMessagesAsync(query, cancel) : reads.Rows.OpenMessagesAsync(query, cancel);

    /// <inheritdoc cref="IRowFigures.OpenCallsAsync"/>
    public Task<RowSet<CallRow>> OpenCallsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.OpenCallsAsync(query, cancel) : reads.Rows.OpenCallsAsync(query, cancel);

    /// <inheritdoc cref="IRowFigures.OpenEventsAsync"/>
    public Task<RowSet<StoredEventRow>> OpenEventsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.OpenEventsAsync(query, cancel) : reads.Rows.OpenEventsAsync(query, cancel);

    /// <inheritdoc cref="IRowFigures.GetNewsAsync"/>
    public Task<IReadOnlyList<ConversationNews>> GetNewsAsync(NewsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetNewsAsync(query, cancel) : reads.Rows.GetNewsAsync(query, cancel);

    /// <inheritdoc cref="IRowFigures.GetLastMessagesAsync"/>
    public Task<IReadOnlyList<MessageRow>> GetLastMessagesAsync(int count, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetLastMessagesAsync(count, cancel) : reads.Rows.GetLastMessagesAsync(count, cancel);

    /// <inheritdoc cref="IRowFigures.GetBucketsAsync"/>
    public Task<IReadOnlyList<BucketFigures>> GetBucketsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetBucketsAsync(query, cancel) : reads.Rows.GetBucketsAsync(query, cancel);

    /// <inheritdoc cref="IPricedCalls.GetWhatIfAsync"/>
    public Task<WhatIfFigures> GetWhatIfAsync(MetricsQuery query, WhatIfChange change, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetWhatIfAsync(query, change, cancel) : reads.Prices.GetWhatIfAsync(query, change, cancel);

    /// <inheritdoc cref="IPricedCalls.PreviewAsync"/>
    public Task<RepricingPreview> PreviewPricesAsync(PriceBook book, CancellationToken cancel = default) =>
        Sees() is null ? reads.Prices.PreviewAsync(book, cancel) : throw new UnauthorizedAccessException("Prices are of everybody.");

    /// <inheritdoc cref="IPricedCalls.GetUnpricedAsync"/>
    public Task<IReadOnlyList<UnpricedModel>> GetUnpricedAsync(CancellationToken cancel = default) =>
        Sees() is null ? reads.Prices.GetUnpricedAsync(cancel) : Task.FromResult<IReadOnlyList<UnpricedModel>>([]);

    /// <summary>Null where there is none by that id that the asker may see.</summary>
    public Task<ConversationRow?> GetConversationAsync(string id, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetConversationAsync(id, cancel) : reads.Metrics.GetConversationAsync(id, cancel);

    /// <inheritdoc cref="IMetricsCalculator.GetTimelinePartAsync"/>
    public Task<TimelinePart?> GetTimelinePartAsync(string id, TimelinePlace from, int limit, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetTimelinePartAsync(id, from, limit, cancel) : reads.Metrics.GetTimelinePartAsync(id, from, limit, cancel);

    /// <summary>Null where there is none by that id that the asker may see.</summary>
    public Task<ConversationTimeline?> GetTimelineAsync(string id, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetTimelineAsync(id, cancel) : reads.Metrics.GetTimelineAsync(id, cancel);

    /// <summary>With what sets each apart from the others.</summary>
    public async Task<IReadOnlyList<UserFigures>> GetUsersAsync(MetricsQuery query, CancellationToken cancel = default)
    {
        var users = await (Sees() is { } own ? own.GetUsersAsync(query, cancel) : reads.Metrics.GetUsersAsync(query, cancel)).ConfigureAwait(false);
        if (users.Count == 0) return users;
        var topics = await TopicsAsync(query, cancel).ConfigureAwait(false);
        return [.. users.Select(u => topics.TryGetValue(u.UserId, out var named) ? u with { TopConversationTopics = named } : u)];
    }

    /// <summary>Null where there is none by that id that the asker may see.</summary>
    public async Task<UserFigures?> GetUserAsync(string userId, MetricsQuery query, CancellationToken cancel = default)
    {
        var asked = Sees() is { } own ? own.GetUserAsync(userId, query, cancel) : reads.Metrics.GetUserAsync(userId, query, cancel);
        if (await asked.ConfigureAwait(false) is not { } user) return null;
        var topics = await TopicsAsync(query, cancel).ConfigureAwait(false);
        return topics.TryGetValue(user.UserId, out var named) ? user with { TopConversationTopics = named } : user;
    }

    /// <summary>Everybody is set apart from all others, whoever is asked for.</summary>
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> TopicsAsync(MetricsQuery query, CancellationToken cancel)
    {
        if (_sighted is { SeesTopics: false }) return new Dictionary<string, IReadOnlyList<string>>();
        var everybody = query with { Filter = query.Filter with { Users = [] } };
        return await reads.Topics.GetUserTopicsAsync(_sighted?.Narrow(everybody) ?? everybody, UserFigures.MostTopics, cancel).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<ProjectRow>> GetProjectsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetProjectsAsync(query, cancel) : reads.Metrics.GetProjectsAsync(query, cancel);

    public Task<IReadOnlyList<ModelRow>> GetModelsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetModelsAsync(query, cancel) : reads.Metrics.GetModelsAsync(query, cancel);

    public Task<IReadOnlyList<ToolRow>> GetToolsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetToolsAsync(query, cancel) : reads.Metrics.GetToolsAsync(query, cancel);

    public Task<ProjectsPageFigures> GetProjectsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetProjectsPageAsync(query, cancel) : reads.Lists.GetProjectsPageAsync(query, cancel);

    public Task<ModelsPageFigures> GetModelsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetModelsPageAsync(query, cancel) : reads.Lists.GetModelsPageAsync(query, cancel);

    public Task<ToolsPageFigures> GetToolsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetToolsPageAsync(query, cancel) : reads.Lists.GetToolsPageAsync(query, cancel);

    public Task<PipelineFigures> GetPipelineAsync(CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetPipelineAsync(cancel) : reads.Metrics.GetPipelineAsync(cancel);

    /// <inheritdoc cref="IMetricsCalculator.GetRejectedAsync"/>
    public Task<IReadOnlyList<RejectedRow>> GetRejectedAsync(int limit, CancellationToken cancel = default) =>
        Sees() is not null ? Task.FromResult<IReadOnlyList<RejectedRow>>([]) : reads.Metrics.GetRejectedAsync(limit, cancel);

    /// <inheritdoc cref="IMetricsCalculator.GetFilterChoicesAsync"/>
    public Task<FilterChoices> GetFilterChoicesAsync(CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetFilterChoicesAsync(cancel) : reads.Metrics.GetFilterChoicesAsync(cancel);

    public Task<LiveSnapshot> GetLiveAsync(MetricsFilter filter, CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetLiveAsync(filter, cancel) : reads.Live.GetLiveAsync(filter, cancel);

    /// <inheritdoc cref="ILimitFigures.GetLimitsAsync"/>
    public Task<IReadOnlyList<LimitWindow>> GetLimitsAsync(IReadOnlyList<string> users, CancellationToken cancel = default) =>
        LimitUsers(users) is { } seen ? reads.Limits!.GetLimitsAsync(seen, cancel) : Task.FromResult<IReadOnlyList<LimitWindow>>([]);

    /// <inheritdoc cref="ILimitFigures.GetLimitHistoryAsync"/>
    public Task<IReadOnlyList<LimitPoint>> GetLimitHistoryAsync(
        string window, Time.TimeRange range, IReadOnlyList<string> users, CancellationToken cancel = default) =>
        LimitUsers(users) is { } seen ? reads.Limits!.GetLimitHistoryAsync(window, range, seen, cancel) : Task.FromResult<IReadOnlyList<LimitPoint>>([]);

    /// <summary>Whose quotas may be seen: all that are asked for, or the own one alone; null = nobody's.</summary>
    private IReadOnlyList<string>? LimitUsers(IReadOnlyList<string> users)
    {
        Sees();
        if (Asker.SeesEverything) return users;
        return Asker.OwnUser is { } own && (users.Count == 0 || users.Contains(own)) ? [own] : null;
    }

    /// <inheritdoc cref="IKeptFigures.GetTypesAsync"/>
    public Task<IReadOnlyList<KeptType>> GetTypesAsync(CancellationToken cancel = default)
    {
        Sees();
        return reads.Kept.GetTypesAsync(cancel);
    }

    /// <inheritdoc cref="IKeptFigures.GetLastAsync"/>
    public Task<IReadOnlyList<KeptEvent>> GetLastAsync(string type, int limit, CancellationToken cancel = default) =>
        Sees() is not null ? Task.FromResult(SightedReads.LastEvents) : reads.Kept.GetLastAsync(type, limit, cancel);

    /// <inheritdoc cref="IKeptFigures.GetMetricsAsync"/>
    public Task<IReadOnlyList<KeptMetric>> GetKeptMetricsAsync(CancellationToken cancel = default) =>
        Sees() is { } own ? own.GetKeptMetricsAsync(cancel) : reads.Kept.GetMetricsAsync(cancel);

    /// <inheritdoc cref="IKeptFigures.GetSourcesAsync"/>
    public Task<IReadOnlyList<SourceSeen>> GetSourcesAsync(CancellationToken cancel = default)
    {
        Sees();
        return reads.Kept.GetSourcesAsync(cancel);
    }

    /// <summary>That something was committed, and in which conversations: ids say nothing of people. Dispose it to leave.</summary>
    public ChangeSubscription Subscribe()
    {
        Sees();
        return reads.Changes.Subscribe();
    }

    /// <summary>Every read passes here, so that none is made in nobody's name. Null = the asker sees everything.</summary>
    /// <exception cref="UnauthorizedAccessException">Nobody asks.</exception>
    private SightedReads? Sees()
    {
        var asker = askers.Current;
        if (asker.IsNobody) throw new UnauthorizedAccessException("Whoever asks for figures must have been let in.");
        if (asker.SeesEverything) return _sighted = null;
        return _sighted?.Asker == asker ? _sighted : _sighted = new SightedReads(asker, reads, Notes);
    }
}
