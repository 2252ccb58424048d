using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;

namespace Observatory.Tests.Support;

/// <summary>Figures by hand for the list pages. <see cref="Gate"/> holds answers back, <see cref="Failure"/> makes them fail.</summary>
internal sealed class FakeLists : IMetricsCalculator, IListFigures, IExpiringFiles
{
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 13, 32, 0, TimeSpan.Zero);

    public Task Gate { get; set; } = Task.CompletedTask;
    public Exception? Failure { get; set; }
    public List<MetricsQuery> Queries { get; } = [];

    public IReadOnlyList<ProjectRow> Projects { get; set; } = [];
    public IReadOnlyList<ModelRow> Models { get; set; } = [];
    public IReadOnlyList<ToolRow> Tools { get; set; } = [];
    public IReadOnlyList<UserFigures> Users { get; set; } = [];
    public IReadOnlyList<RejectedRow> Rejected { get; set; } = [];
    public IReadOnlyList<DriftRow> Drift { get; set; } = [];
    public IReadOnlyList<ExpiringFile> Expiring { get; set; } = [];
    public PipelineFigures? Pipeline { get; set; }
    public OverviewFigures Total { get; set; } = new();
    public FilterChoices Choices { get; set; } = new([], [], [], []);

    public long Version => 1;

    public static UsageBucket Bucket(long tokens = 0, decimal cost = 0) =>
        new() { Start = Now.Date.AddDays(-1), End = Now.Date, InputTokens = tokens, Cost = cost };

    public Task<ProjectsPageFigures> GetProjectsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Answer(query, () => new ProjectsPageFigures(
        Projects, [Bucket()], [.. Projects.Select(p => new ProjectSeries(p.Project, p.Color, [p.Figures.TotalTokens], [p.Figures.TotalCost ?? 0]))], Total,
            1_000));

    public Task<ModelsPageFigures> GetModelsPageAsync(MetricsQuery query, CancellationToken cancel = default) => Answer(query, () => new ModelsPageFigures(
        Models, [Bucket()], [Bucket()], [.. Models.Select(m => new ModelSeries(m.Model, m.Color, [m.Figures.TotalTokens], [m.Figures.TotalCost ?? 0]))],
        [.. Models.Select(m => new TokenUsage(m.Figures.InputTokens, m.Figures.OutputTokens, m.Figures.CacheCreationTokens, 0, m.Figures.CacheReadTokens))],
            Total, new OverviewFigures(), null));

    public Task<ToolsPageFigures> GetToolsPageAsync(MetricsQuery query, CancellationToken cancel = default) =>
        Answer(query, () => new ToolsPageFigures(Tools, [Bucket()], [.. Tools.Select(t => new ToolSeries(t.Tool, [t.Calls], [t.Errors]))]));

    public Task<IReadOnlyList<ProjectRow>> GetProjectsAsync(MetricsQuery query, CancellationToken cancel = default) => Answer(query, () => Projects);

    public Task<IReadOnlyList<ModelRow>> GetModelsAsync(MetricsQuery query, CancellationToken cancel = default) => Answer(query, () => Models);

    public Task<IReadOnlyList<ToolRow>> GetToolsAsync(MetricsQuery query, CancellationToken cancel = default) => Answer(query, () => Tools);

    public Task<IReadOnlyList<UserFigures>> GetUsersAsync(MetricsQuery query, CancellationToken cancel = default) => Answer(query, () => Users);

    public Task<UserFigures?> GetUserAsync(string userId, MetricsQuery query, CancellationToken cancel = default) =>
        Answer(query, () => Users.FirstOrDefault(u => u.UserId == userId));

    public Task<DashboardFigures> GetDashboardAsync(MetricsQuery query, CancellationToken cancel = default) => Answer(query, Dashboard);

    public Task<OverviewPageFigures> GetOverviewPageAsync(MetricsQuery query, CancellationToken cancel = default) => Answer(query, () => new OverviewPageFigures
    {
        Dashboard = Dashboard(), Usage = [Bucket(Total.TotalTokens)], PreviousUsage = [], Models = [],
            HeatMap = [.. Enumerable.Range(0, 7).Select(_ => new long[24])],
        MostExpensive = [], PreviousPerformance = new PerformanceFigures(null, null, null, null), Projects = Projects, ModelRows = Models, Tools = Tools,
    });

    public Task<PipelineFigures> GetPipelineAsync(CancellationToken cancel = default) =>
        Answer(null, () => Pipeline ?? new PipelineFigures { Import = new ImportFigures { State = "idle" },
            StoredTexts = new StoredTextFigures("done", 0, 0, 0, null), DeadLetters = Rejected.Count, RejectedLines = Rejected.Count, Drift = Drift });

    public Task<IReadOnlyList<RejectedRow>> GetRejectedAsync(int limit, CancellationToken cancel = default) => Answer(null, () => Rejected);

    public Task<FilterChoices> GetFilterChoicesAsync(CancellationToken cancel = default) => Answer(null, () => Choices);

    public IReadOnlyList<ExpiringFile> GetExpiringFiles(TimeSpan within) => Expiring;

    public Task<SystemFigures> GetSystemAsync(MetricsQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<ConversationPage> GetConversationsAsync(ConversationListQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public IAsyncEnumerable<ConversationRow> StreamConversationsAsync(ConversationListQuery query, CancellationToken cancel = default) =>
        throw new NotSupportedException();

    public Task<ConversationRow?> GetConversationAsync(string id, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<ConversationTimeline?> GetTimelineAsync(string id, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<TimelinePart?> GetTimelinePartAsync(string id, TimelinePlace from, int limit, CancellationToken cancel = default) =>
        throw new NotSupportedException();

    private DashboardFigures Dashboard() => new()
    {
        Overview = Total, Previous = new OverviewFigures(), Trends = new TrendSeries([], [], [], []),
        TopMetrics = new TopMetrics([], [], [], [.. Projects], [.. Models], [.. Tools]), Performance = new PerformanceFigures(null, null, null, null),
    };

    private async Task<T> Answer<T>(MetricsQuery? query, Func<T> answer)
    {
        if (query is not null) Queries.Add(query);
        await Gate;
        return Failure is null ? answer() : throw Failure;
    }
}
