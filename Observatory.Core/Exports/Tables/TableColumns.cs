using System.Text.Encodings.Web;
using System.Text.Json;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Rows;

namespace Observatory.Core.Exports.Tables;

/// <summary>The columns of each dataset: names of the fields that the HTTP API has, in its order.</summary>
internal static class TableColumns
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Columns<ConversationRow> Conversations(TimeZoneInfo zone) => new Columns<ConversationRow>(zone)
        .Text("id", "Conversation", r => r.Id).Text("title", "Title", r => r.Title).Text("projectPath", "Path of the project", r => r.ProjectPath)
        .Text("project", "Project", r => r.Project).Text("userId", "User", r => r.UserId).Text("parentId", "Forked from", r => r.ParentId)
        .Count("messageCount", r => r.MessageCount).Count("userMessages", r => r.UserMessages).Count("assistantMessages", r => r.AssistantMessages)
        .Count("totalTokens", r => r.TotalTokens).Count("inputTokens", r => r.InputTokens).Count("outputTokens", r => r.OutputTokens)
        .Count("cacheCreationTokens", r => r.CacheCreationTokens).Count("cacheReadTokens", r => r.CacheReadTokens).Money("cost", r => r.Cost)
        .Count("unpricedTokens", r => r.UnpricedTokens).Count("toolCalls", r => r.ToolCalls).Count("toolErrors", r => r.ToolErrors)
        .Number("averageResponseTime", r => r.AverageResponseTime)
        .Instant("createdAt", "createdAtLocal", "Created", r => r.CreatedAt).Instant("lastActivity", "lastActivityLocal", "Last activity", r => r.LastActivity)
        .Number("duration", r => r.Duration).Number("activeSeconds", r => r.ActiveSeconds).Number("userEngagement", r => r.UserEngagement)
        .Number("tokenEfficiency", r => r.TokenEfficiency).Number("cacheHitRate", r => r.CacheHitRate).Count("subAgents", r => r.SubAgents)
        .Json("models", "Models", r => Nested(r.Models)).Json("sources", "Sources", r => Nested(r.Sources)).Text("branch", "Branch", r => r.Branch)
        .Text("worktree", "Worktree", r => r.Worktree).Text("clientVersion", "Client version", r => r.ClientVersion)
        .Text("pullRequest", "Pull request", r => r.PullRequest).Money("clientCost", r => r.ClientCost);

    public static Columns<MessageRow> Messages(TimeZoneInfo zone) => Row<MessageRow>(zone, r => r.Facts)
        .Text("role", "Role", r => r.Usage is null ? "user" : "assistant").Text("model", "Model", r => r.Facts.Model)
        .Count("inputTokens", r => r.Usage?.InputTokens).Count("outputTokens", r => r.Usage?.OutputTokens)
        .Count("cacheCreationTokens", r => r.Usage?.CacheCreationTokens).Count("cacheReadTokens", r => r.Usage?.CacheReadTokens)
        .Money("cost", r => r.Usage?.Cost).Text("text", "Text", r => r.Text);

    public static Columns<CallRow> Calls(TimeZoneInfo zone) => Row<CallRow>(zone, r => r.Facts)
        .Text("model", "Model", r => r.Facts.Model).Text("source", "Source", r => r.Facts.Sources)
        // Requests are known by their fingerprints alone.
        .Text("requestId", "Request", _ => null)
        .Count("inputTokens", r => r.Usage.InputTokens).Count("outputTokens", r => r.Usage.OutputTokens)
        .Count("cacheCreationTokens", r => r.Usage.CacheCreationTokens).Count("cacheReadTokens", r => r.Usage.CacheReadTokens).Money("cost", r => r.Usage.Cost);

    public static Columns<StoredEventRow> Events(TimeZoneInfo zone) => new Columns<StoredEventRow>(zone)
        .Instant("timestamp", "local", "Time", r => r.Facts.Timestamp).Text("type", "Type", r => r.Type)
        .Text("conversationId", "Conversation", r => r.Facts.ConversationId).Text("userId", "User", r => r.Facts.UserId)
        .Text("source", "Source", r => r.Facts.Sources).Json("data", "Data", r => r.Data);

    public static Columns<BucketFigures> Buckets(TimeZoneInfo zone) => new Columns<BucketFigures>(zone)
        .Instant("timestamp", "local", "Start", r => r.Start).Overview(r => r.Figures);

    public static Columns<ToolRow> Tools(TimeZoneInfo zone) => new Columns<ToolRow>(zone)
        .Text("tool", "Tool", r => r.Tool).Count("calls", r => r.Calls).Count("errors", r => r.Errors).Number("errorRate", r => r.ErrorRate)
        .Count("conversations", r => r.Conversations).Count("users", r => r.Users).Number("averageDuration", r => r.AverageDuration)
        .Number("p95Duration", r => r.P95Duration).Instant("lastUsed", "Last used", r => r.LastUsed)
        .Number("medianMs", r => r.MedianMs).Number("p95Ms", r => r.P95Ms).Number("totalMs", r => r.TotalMs);

    public static Columns<UserFigures> Users(TimeZoneInfo zone) => new Columns<UserFigures>(zone)
        .Text("userId", "User", r => r.UserId).Count("conversationCount", r => r.ConversationCount).Count("totalMessages", r => r.TotalMessages)
        .Count("totalTokensUsed", r => r.TotalTokensUsed).Money("totalCost", r => r.TotalCost)
        .Number("averageSessionDuration", r => r.AverageSessionDuration).Text("mostActiveTimeOfDay", "Busiest hour", r => r.MostActiveTimeOfDay)
        .Json("activityPattern", "Messages by hour of day", r => r.ActivityPattern is { } pattern ? Nested(pattern) : null)
        .Json("topConversationTopics", "Topics", r => Nested(r.TopConversationTopics));

    public static Columns<ProjectRow> Projects(TimeZoneInfo zone) => new Columns<ProjectRow>(zone)
        .Text("project", "Project", r => r.Project).Text("path", "Path", r => r.Path).Overview(r => r.Figures)
        .Instant("lastActivity", "Last activity", r => r.LastActivity);

    public static Columns<ModelRow> Models(TimeZoneInfo zone) => new Columns<ModelRow>(zone)
        .Text("model", "Model", r => r.Model).Overview(r => r.Figures).Money("cacheSavings", r => r.CacheSavings);

    public static Columns<SeriesValue> Series(TimeZoneInfo zone, SeriesQuery query, string unit)
    {
        var title = MetricCatalogue.Default.Explain(query.Metric)?.Title ?? query.Metric;
        var columns = new Columns<SeriesValue>(zone).Instant("timestamp", "local", "Start", r => r.Point.Timestamp)
            .Value("value", title, unit, r => r.Point.Value);
        if (query.GroupBy is not { } tag) return columns;
        // A tag may be called as a column is.
        return columns.Text(columns.All.Any(c => c.Name == tag) ? $"tag.{tag}" : tag, tag, r => r.Group);
    }

    public static Columns<Turn> Turns() => new Columns<Turn>(TimeZoneInfo.Utc)
        .Whole("number", "Turn", t => t.Number).Text("prompt", "Prompt", t => t.Prompt).Instant("start", "Start", t => t.Start)
        .Instant("end", "End", t => t.End).Count("totalTokens", t => t.TotalTokens).Count("inputTokens", t => t.InputTokens)
        .Count("outputTokens", t => t.OutputTokens).Count("cacheCreationTokens", t => t.CacheCreationTokens)
        .Count("cacheReadTokens", t => t.CacheReadTokens).Money("cost", t => t.Cost).Count("toolCalls", t => t.ToolCalls)
        .Count("errors", t => t.Errors).Count("subAgents", t => t.SubAgents).Number("responseTime", t => t.ResponseTime);

    private static Columns<T> Row<T>(TimeZoneInfo zone, Func<T, RowFacts> facts) => new Columns<T>(zone)
        .Instant("timestamp", "local", "Time", r => facts(r).Timestamp).Text("conversationId", "Conversation", r => facts(r).ConversationId)
        .Text("userId", "User", r => facts(r).UserId).Text("project", "Project", r => facts(r).Project);

    private static string Nested<T>(T value) => JsonSerializer.Serialize(value, s_json);
}

/// <summary>One point of a series, as a row.</summary>
/// <param name="Group">Value of what was grouped by, <c>others</c> or <c>(none)</c>; null without grouping.</param>
internal sealed record SeriesValue(string? Group, TimeSeriesPoint Point);
