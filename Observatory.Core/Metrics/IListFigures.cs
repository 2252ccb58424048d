using Observatory.Core.Events;

namespace Observatory.Core.Metrics;

/// <summary>
/// What the list pages draw: their rows and the same rows over time, each answer from one snapshot and one pass. Thread-safe.
/// The rows are those of <see cref="IMetricsCalculator"/>.
/// </summary>
public interface IListFigures
{
    Task<ProjectsPageFigures> GetProjectsPageAsync(MetricsQuery query, CancellationToken cancel = default);

    Task<ModelsPageFigures> GetModelsPageAsync(MetricsQuery query, CancellationToken cancel = default);

    Task<ToolsPageFigures> GetToolsPageAsync(MetricsQuery query, CancellationToken cancel = default);
}

/// <param name="Series">Buckets as in <paramref name="Usage"/>.</param>
/// <param name="PreviousTokens">Of all projects in the period before; 0 = there is nothing to compare with.</param>
public sealed record ProjectsPageFigures(
    IReadOnlyList<ProjectRow> Rows, IReadOnlyList<UsageBucket> Usage, IReadOnlyList<ProjectSeries> Series, OverviewFigures Total, long PreviousTokens);

/// <summary>One project's tokens and cost per bucket.</summary>
public sealed record ProjectSeries(string? Project, int Color, IReadOnlyList<long> Tokens, IReadOnlyList<decimal> Cost);

/// <param name="Series">Buckets as in <paramref name="Usage"/>.</param>
/// <param name="Tokens">Tokens of each row's model with the two kinds of cache writes apart, in the order of <paramref name="Rows"/>.</param>
public sealed record ModelsPageFigures(
    IReadOnlyList<ModelRow> Rows, IReadOnlyList<UsageBucket> Usage, IReadOnlyList<UsageBucket> PreviousUsage, IReadOnlyList<ModelSeries> Series,
    IReadOnlyList<TokenUsage> Tokens, OverviewFigures Total, OverviewFigures Previous, decimal? PreviousSavings);

/// <param name="Buckets">Start, end and <see cref="UsageBucket.Partial"/> only.</param>
public sealed record ToolsPageFigures(IReadOnlyList<ToolRow> Rows, IReadOnlyList<UsageBucket> Buckets, IReadOnlyList<ToolSeries> Series);

/// <summary>One tool's calls per bucket.</summary>
public sealed record ToolSeries(string Tool, IReadOnlyList<long> Calls, IReadOnlyList<long> Errors);
