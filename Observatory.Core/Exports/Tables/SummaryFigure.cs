using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;

namespace Observatory.Core.Exports.Tables;

/// <summary>A figure of the whole question, as pages show it.</summary>
/// <param name="Value">Of the range; null = there is none.</param>
/// <param name="Before">Of the range before.</param>
public sealed record SummaryFigure(string Name, string Title, string Unit, string Definition, object? Value, object? Before)
{
    private static readonly (string Name, Func<OverviewFigures, object?> Value)[] s_all =
    [
        ("totalConversations", f => f.TotalConversations), ("totalMessages", f => f.TotalMessages), ("userMessages", f => f.UserMessages),
        ("assistantMessages", f => f.AssistantMessages), ("totalTokens", f => f.TotalTokens), ("inputTokens", f => f.InputTokens),
        ("outputTokens", f => f.OutputTokens), ("cacheCreationTokens", f => f.CacheCreationTokens), ("cacheReadTokens", f => f.CacheReadTokens),
        ("totalCost", f => f.TotalCost), ("unpricedTokens", f => f.UnpricedTokens), ("activeUsers", f => f.ActiveUsers), ("toolCalls", f => f.ToolCalls),
        ("toolErrors", f => f.ToolErrors),
    ];

    /// <summary>The overview's figures, against those of the range before.</summary>
    public static IReadOnlyList<SummaryFigure> Of(OverviewFigures now, OverviewFigures before) =>
    [
        .. s_all.Select(f =>
        {
            var figure = MetricCatalogue.Default.Explain(f.Name)!;
            return new SummaryFigure(f.Name, figure.Title, figure.Unit, figure.Definition, f.Value(now), f.Value(before));
        }),
    ];
}
