using System.Globalization;
using Observatory.Core.Metrics;

namespace Observatory.Core.Exports.Csv;

/// <summary>The tables of the pages and the API as CSV. Headers are the JSON names.</summary>
public static class AnalyticsTables
{
    public static CsvTable<ConversationRow> Conversations { get; } = new(
        new("id", r => r.Id), new("title", r => r.Title), new("project", r => r.Project), new("projectPath", r => r.ProjectPath),
        new("userId", r => r.UserId), new("parentId", r => r.ParentId), new("createdAt", r => r.CreatedAt), new("lastActivity", r => r.LastActivity),
        new("messageCount", r => r.MessageCount), new("userMessages", r => r.UserMessages), new("assistantMessages", r => r.AssistantMessages),
        new("totalTokens", r => r.TotalTokens), new("inputTokens", r => r.InputTokens), new("outputTokens", r => r.OutputTokens),
        new("cacheCreationTokens", r => r.CacheCreationTokens), new("cacheReadTokens", r => r.CacheReadTokens), new("cost", r => r.Cost),
        new("unpricedTokens", r => r.UnpricedTokens), new("toolCalls", r => r.ToolCalls), new("toolErrors", r => r.ToolErrors),
        new("averageResponseTime", r => r.AverageResponseTime), new("duration", r => r.Duration), new("activeSeconds", r => r.ActiveSeconds),
        new("userEngagement", r => r.UserEngagement), new("tokenEfficiency", r => r.TokenEfficiency), new("cacheHitRate", r => r.CacheHitRate),
        new("models", r => string.Join(' ', r.Models)), new("sources", r => string.Join(' ', r.Sources)), new("branch", r => r.Branch),
        new("clientVersion", r => r.ClientVersion), new("pullRequest", r => r.PullRequest));

    public static CsvTable<ProjectRow> Projects { get; } = new(
        [new("project", r => r.Project), new("path", r => r.Path), .. Overview<ProjectRow>(r => r.Figures), new("lastActivity", r => r.LastActivity)]);

    public static CsvTable<ModelRow> Models { get; } = new(
        [new("model", r => r.Model), .. Overview<ModelRow>(r => r.Figures), new("cacheSavings", r => r.CacheSavings)]);

    public static CsvTable<ToolRow> Tools { get; } = new(
        new("tool", r => r.Tool), new("calls", r => r.Calls), new("errors", r => r.Errors), new("errorRate", r => r.ErrorRate),
        new("medianMs", r => r.MedianMs), new("p95Ms", r => r.P95Ms), new("totalMs", r => r.TotalMs));

    public static CsvTable<UserFigures> Users { get; } = new(
        [new("userId", r => r.UserId), new("conversationCount", r => r.ConversationCount), new("totalMessages", r => r.TotalMessages),
         new("totalTokensUsed", r => r.TotalTokensUsed), new("totalCost", r => r.TotalCost),
         new("averageSessionDuration", r => r.AverageSessionDuration), new("mostActiveTimeOfDay", r => r.MostActiveTimeOfDay),
         .. Enumerable.Range(0, 24).Select(hour => hour.ToString("00", CultureInfo.InvariantCulture))
             .Select(hour => new CsvColumn<UserFigures>($"messages{hour}", r => r.ActivityPattern.GetValueOrDefault(hour)))]);

    public static CsvTable<Turn> Turns { get; } = new(
        new("number", t => t.Number), new("prompt", t => t.Prompt), new("start", t => t.Start), new("end", t => t.End),
        new("totalTokens", t => t.TotalTokens), new("inputTokens", t => t.InputTokens), new("outputTokens", t => t.OutputTokens),
        new("cacheCreationTokens", t => t.CacheCreationTokens), new("cacheReadTokens", t => t.CacheReadTokens), new("cost", t => t.Cost),
        new("toolCalls", t => t.ToolCalls), new("errors", t => t.Errors), new("subAgents", t => t.SubAgents), new("responseTime", t => t.ResponseTime));

    /// <summary>One row a point; the group is empty without grouping.</summary>
    public static CsvTable<SeriesValue> Series { get; } = new(
        new("metric", r => r.Metric), new("timestamp", r => r.Point.Timestamp), new("group", r => r.Group), new("value", r => r.Point.Value));

    private static CsvColumn<T>[] Overview<T>(Func<T, OverviewFigures> of) =>
    [
        new("totalConversations", r => of(r).TotalConversations), new("totalMessages", r => of(r).TotalMessages),
        new("userMessages", r => of(r).UserMessages), new("assistantMessages", r => of(r).AssistantMessages),
        new("totalTokens", r => of(r).TotalTokens), new("inputTokens", r => of(r).InputTokens), new("outputTokens", r => of(r).OutputTokens),
        new("cacheCreationTokens", r => of(r).CacheCreationTokens), new("cacheReadTokens", r => of(r).CacheReadTokens),
        new("totalCost", r => of(r).TotalCost), new("unpricedTokens", r => of(r).UnpricedTokens), new("activeUsers", r => of(r).ActiveUsers),
        new("toolCalls", r => of(r).ToolCalls), new("toolErrors", r => of(r).ToolErrors),
    ];
}

/// <summary>One point of a series, as a row.</summary>
/// <param name="Group">Value of what was grouped by, <c>others</c> or <c>(none)</c>.</param>
public sealed record SeriesValue(string Metric, string? Group, TimeSeriesPoint Point)
{
    public static IEnumerable<SeriesValue> Of(string metric, SeriesFigures figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        return figures.Series.SelectMany(s => s.Points.Select(p => new SeriesValue(metric, s.Name ?? s.Tags.Values.FirstOrDefault(), p)));
    }
}
