using Observatory.Core.Metrics;

namespace Observatory.Tests.Support;

/// <summary>Conversations by hand. <see cref="Gate"/> holds answers back, <see cref="Failure"/> makes them fail.</summary>
internal sealed class FakeMetrics : IMetricsCalculator
{
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 13, 32, 0, TimeSpan.Zero);

    public Task Gate { get; set; } = Task.CompletedTask;
    public Exception? Failure { get; set; }
    public List<ConversationListQuery> Lists { get; } = [];
    public int TimelineReads { get; private set; }

    public List<ConversationRow> Rows { get; } = [];
    public Dictionary<string, ConversationTimeline> Timelines { get; } = [];

    /// <summary>Parts of timelines that were asked for.</summary>
    public int TimelineParts { get; private set; }
    public FilterChoices Choices { get; set; } = new(["ann"], [], [], []);

    public long Version => 1;

    public static ConversationRow Row(string id, string title = "A title", int failed = 0) => new()
    {
        Id = id, Title = title, Project = "app", ProjectPath = "/src/app", UserId = "ann", MessageCount = 4, UserMessages = 2, AssistantMessages = 2,
        TotalTokens = 1_500, InputTokens = 1_000, OutputTokens = 500, Cost = 0.42m, ToolCalls = 3, ToolErrors = failed, AverageResponseTime = 2.5,
        CreatedAt = Now.AddHours(-2), LastActivity = Now.AddHours(-1), Duration = 3_600, ActiveSeconds = 600, Models = ["claude-opus-4-8"],
            ModelColors = [0], Sources = ["transcript"],
    };

    public Task<ConversationPage> GetConversationsAsync(ConversationListQuery query, CancellationToken cancel = default)
    {
        Lists.Add(query);
        return Answer(() =>
        {
            var found = Rows.Where(r => query.Search is null || r.Title.Contains(query.Search, StringComparison.OrdinalIgnoreCase)).ToList();
            return new ConversationPage([.. found.Skip(query.Skip).Take(query.Limit)], null, found.Count);
        });
    }

    public IAsyncEnumerable<ConversationRow> StreamConversationsAsync(ConversationListQuery query, CancellationToken cancel = default) =>
        Rows.ToAsyncEnumerable();

    public Task<ConversationRow?> GetConversationAsync(string id, CancellationToken cancel = default) => Answer(() => Rows.Find(r => r.Id == id));

    public Task<ConversationTimeline?> GetTimelineAsync(string id, CancellationToken cancel = default)
    {
        TimelineReads++;
        return Answer(() => Timelines.GetValueOrDefault(id));
    }

    public Task<TimelinePart?> GetTimelinePartAsync(string id, TimelinePlace from, int limit, CancellationToken cancel = default) => Answer(() =>
    {
        TimelineParts++;
        return Timelines.GetValueOrDefault(id) is not { } whole ? null
            : new TimelinePart(whole with { Turns = [.. whole.Turns.Skip(from.Turn).Take(limit)] }, new TimelinePlace(limit, 0));
    });

    public Task<FilterChoices> GetFilterChoicesAsync(CancellationToken cancel = default) => Answer(() => Choices);

    public Task<DashboardFigures> GetDashboardAsync(MetricsQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<OverviewPageFigures> GetOverviewPageAsync(MetricsQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<SystemFigures> GetSystemAsync(MetricsQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<UserFigures>> GetUsersAsync(MetricsQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<UserFigures?> GetUserAsync(string userId, MetricsQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<ProjectRow>> GetProjectsAsync(MetricsQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<ModelRow>> GetModelsAsync(MetricsQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<ToolRow>> GetToolsAsync(MetricsQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<PipelineFigures> GetPipelineAsync(CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<RejectedRow>> GetRejectedAsync(int limit, CancellationToken cancel = default) => throw new NotSupportedException();

    private async Task<T> Answer<T>(Func<T> answer)
    {
        await Gate;
        return Failure is null ? answer() : throw Failure;
    }
}
