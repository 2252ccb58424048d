namespace Observatory.Core.Metrics;

/// <summary>
/// Every figure that pages and the HTTP API show. All methods are thread-safe, read one consistent snapshot each, and answer from
/// committed data only. Unknown ids give null.
/// </summary>
public interface IMetricsCalculator
{
    /// <summary>Version of the committed data: equal versions mean equal answers.</summary>
    long Version { get; }

    Task<DashboardFigures> GetDashboardAsync(MetricsQuery query, CancellationToken cancel = default);

    Task<OverviewPageFigures> GetOverviewPageAsync(MetricsQuery query, CancellationToken cancel = default);

    Task<SystemFigures> GetSystemAsync(MetricsQuery query, CancellationToken cancel = default);

    Task<ConversationPage> GetConversationsAsync(ConversationListQuery query, CancellationToken cancel = default);

    /// <summary>
    /// All rows of a list behind <see cref="ConversationListQuery.Skip"/>, however many (the limit is not asked), as one moment had them: what is committed
    /// meanwhile neither repeats nor drops one. The moment is held until the last row is read, or the reader stops.
    /// </summary>
    IAsyncEnumerable<ConversationRow> StreamConversationsAsync(ConversationListQuery query, CancellationToken cancel = default);

    Task<ConversationRow?> GetConversationAsync(string id, CancellationToken cancel = default);

    Task<ConversationTimeline?> GetTimelineAsync(string id, CancellationToken cancel = default);

    /// <summary>A part of the same: what a screen or a page of an answer holds, read without the rest.</summary>
    /// <param name="from">As <see cref="TimelinePart.Next"/> gave it, or the beginning.</param>
    /// <param name="limit">Turns and steps, those of sub-agents included; a step of the main chain is never parted.</param>
    Task<TimelinePart?> GetTimelinePartAsync(string id, TimelinePlace from, int limit, CancellationToken cancel = default);

    Task<IReadOnlyList<UserFigures>> GetUsersAsync(MetricsQuery query, CancellationToken cancel = default);

    Task<UserFigures?> GetUserAsync(string userId, MetricsQuery query, CancellationToken cancel = default);

    Task<IReadOnlyList<ProjectRow>> GetProjectsAsync(MetricsQuery query, CancellationToken cancel = default);

    Task<IReadOnlyList<ModelRow>> GetModelsAsync(MetricsQuery query, CancellationToken cancel = default);

    Task<IReadOnlyList<ToolRow>> GetToolsAsync(MetricsQuery query, CancellationToken cancel = default);

    Task<PipelineFigures> GetPipelineAsync(CancellationToken cancel = default);

    /// <summary>Lines set aside, newest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<RejectedRow>> GetRejectedAsync(int limit, CancellationToken cancel = default);

    /// <summary>What the filters can be set to, from all data: users, project paths, models, sources.</summary>
    Task<FilterChoices> GetFilterChoicesAsync(CancellationToken cancel = default);
}

/// <param name="Projects">Full path and shortest unique tail.</param>
public sealed record FilterChoices(
    IReadOnlyList<string> Users, IReadOnlyList<(string Path, string Project)> Projects, IReadOnlyList<string> Models, IReadOnlyList<string> Sources);
