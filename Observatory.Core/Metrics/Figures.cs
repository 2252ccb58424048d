using System.Text.Json.Serialization;

namespace Observatory.Core.Metrics;

// The JSON names of these records are contracts of the HTTP API (camelCase of the property names).

/// <summary>The figures of a range, a project or a model. Tokens are counts; cost is USD and null only where no token has a price.</summary>
public sealed record OverviewFigures
{
    public long TotalConversations { get; init; }
    public long TotalMessages { get; init; }
    public long UserMessages { get; init; }
    public long AssistantMessages { get; init; }
    public long TotalTokens { get; init; }
    public long InputTokens { get; init; }
    public long OutputTokens { get; init; }
    public long CacheCreationTokens { get; init; }
    public long CacheReadTokens { get; init; }
    public decimal? TotalCost { get; init; }
    public long UnpricedTokens { get; init; }
    public long ActiveUsers { get; init; }
    public long ToolCalls { get; init; }
    public long ToolErrors { get; init; }

    /// <summary>Too few people for a group: the figures say nothing.</summary>
    [JsonIgnore]
    public bool IsWithheld { get; init; }

    public static OverviewFigures Withheld { get; } = new() { IsWithheld = true };
}

/// <summary>One bucket of a series; <paramref name="Timestamp"/> is its start, UTC. <paramref name="Partial"/> = it is still running or cut by the
/// range.</summary>
public sealed record SeriesPoint(
    DateTimeOffset Timestamp, double? Value, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Partial = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Withheld = null);

public sealed record DashboardFigures
{
    public required OverviewFigures Overview { get; init; }
    public required OverviewFigures Previous { get; init; }
    public required TrendSeries Trends { get; init; }
    public required TopMetrics TopMetrics { get; init; }
    public required PerformanceFigures Performance { get; init; }
}

public sealed record TrendSeries(
    IReadOnlyList<SeriesPoint> ConversationsOverTime, IReadOnlyList<SeriesPoint> MessagesOverTime,
    IReadOnlyList<SeriesPoint> TokensOverTime, IReadOnlyList<SeriesPoint> CostOverTime);

public sealed record TopMetrics(
    IReadOnlyList<TopUser> MostActiveUsers, IReadOnlyList<LongConversation> LongestConversations, IReadOnlyList<PeakHour> PeakUsageTimes,
    IReadOnlyList<ProjectRow> TopProjects, IReadOnlyList<ModelRow> TopModels, IReadOnlyList<ToolRow> TopTools)
{
    /// <summary>The list of users is of too few people.</summary>
    [JsonIgnore]
    public bool AreUsersWithheld { get; init; }
}

public sealed record TopUser(string UserId, long TotalConversations, long TotalMessages, long TotalTokens);

public sealed record LongConversation(string Id, string Title, long MessageCount, DateTimeOffset CreatedAt);

/// <param name="Hour">"00:00" … "23:00" in the reader's zone.</param>
public sealed record PeakHour(string Hour, long Messages, long Conversations);

/// <summary>Times in seconds, uptime in percent, error rate 0–1; null where there is nothing to measure.</summary>
public sealed record PerformanceFigures(double? AverageResponseTime, double? P95ResponseTime, double? SystemUptime, double? ErrorRate);

/// <summary>A project with the overview figures. <see cref="Project"/> is the shortest unique tail of <see cref="Path"/>; both null = unknown.</summary>
public sealed record ProjectRow
{
    public string? Project { get; init; }
    public string? Path { get; init; }
    public required OverviewFigures Figures { get; init; }
    /// <summary>Stored colour index 0…5, by order of first sight.</summary>
    public int Color { get; init; }
    public DateTimeOffset? LastActivity { get; init; }
    /// <summary>Cost in the period before, for the change column.</summary>
    public decimal? PreviousCost { get; init; }
    public bool IsNew { get; init; }
}

/// <summary>A model exactly as the source wrote it, with the overview figures; null = none.</summary>
public sealed record ModelRow
{
    public string? Model { get; init; }
    public required OverviewFigures Figures { get; init; }
    public int Color { get; init; }
    /// <summary>What the cached input would have cost uncached, minus what it cost with cache writes; USD.</summary>
    public decimal? CacheSavings { get; init; }
    public decimal? PreviousCost { get; init; }
    public bool IsNew { get; init; }
}

/// <summary>Durations in milliseconds from call to result; null where no call has a result.</summary>
public sealed record ToolRow
{
    public required string Tool { get; init; }

    /// <summary>Too few people: the figures say nothing.</summary>
    [JsonIgnore]
    public bool IsWithheld { get; init; }

    public long Calls { get; init; }
    public long Errors { get; init; }
    public double ErrorRate { get; init; }
    public double? MedianMs { get; init; }
    public double? P95Ms { get; init; }
    public double? TotalMs { get; init; }

    /// <summary>Different ones with a call; null where it was not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Conversations { get; init; }

    /// <inheritdoc cref="Conversations"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Users { get; init; }

    /// <summary>Seconds; null where no source gives it.</summary>
    public double? AverageDuration { get; init; }

    /// <summary>Seconds; null where no source gives it, or it was not asked for.</summary>
    public double? P95Duration => P95Ms / 1000;

    /// <summary>Time of the last call; null where it was not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastUsed { get; init; }
}

public sealed record ConversationRow
{
    public required string Id { get; init; }
    public required string Title { get; init; }
    public string? ProjectPath { get; init; }
    /// <summary>Shortest unique tail of the path.</summary>
    public string? Project { get; init; }
    public string? UserId { get; init; }
    public string? ParentId { get; init; }
    public long MessageCount { get; init; }
    public long UserMessages { get; init; }
    public long AssistantMessages { get; init; }
    public long TotalTokens { get; init; }
    public long InputTokens { get; init; }
    public long OutputTokens { get; init; }
    public long CacheCreationTokens { get; init; }
    public long CacheReadTokens { get; init; }
    public decimal? Cost { get; init; }
    public long UnpricedTokens { get; init; }
    public long ToolCalls { get; init; }
    public long ToolErrors { get; init; }
    /// <summary>Seconds, mean over answered prompts; null without one.</summary>
    public double? AverageResponseTime { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastActivity { get; init; }
    /// <summary>Seconds.</summary>
    public double Duration { get; init; }
    public double ActiveSeconds { get; init; }
    public double UserEngagement { get; init; }
    public double TokenEfficiency { get; init; }
    public double CacheHitRate { get; init; }
    /// <summary>Distinct sub-agents that answered in it.</summary>
    public int SubAgents { get; init; }
    public IReadOnlyList<string> Models { get; init; } = [];
    public IReadOnlyList<string> Sources { get; init; } = [];
    public string? Branch { get; init; }
    /// <summary>Worktree that its last message was in, null = in none.</summary>
    public string? Worktree { get; init; }
    public string? ClientVersion { get; init; }
    public string? PullRequest { get; init; }
    /// <summary>The client's own running total, USD; null where it wrote none. Kept apart from <see cref="Cost"/>.</summary>
    public decimal? ClientCost { get; init; }
    /// <summary>Where its messages come from, and where its tool calls: of several sources, the one that is believed. Null = from none.</summary>
    [JsonIgnore]
    public string? MessagesFrom { get; init; }
    [JsonIgnore]
    public string? ToolsFrom { get; init; }
    /// <summary>Stored colours of the project and of <see cref="Models"/>, for pages.</summary>
    [JsonIgnore]
    public int ProjectColor { get; init; }
    [JsonIgnore]
    public IReadOnlyList<int> ModelColors { get; init; } = [];
}

public sealed record ConversationPage(IReadOnlyList<ConversationRow> Items, string? NextCursor, long Total);

public sealed record UserFigures
{
    /// <summary>Topics that stand with a user.</summary>
    public const int MostTopics = 5;

    public required string UserId { get; init; }
    public long ConversationCount { get; init; }
    public long TotalMessages { get; init; }
    public long TotalTokensUsed { get; init; }
    public decimal? TotalCost { get; init; }
    /// <summary>Seconds a sitting.</summary>
    public double AverageSessionDuration { get; init; }
    /// <summary>"14:00", or null without messages.</summary>
    public string? MostActiveTimeOfDay { get; init; }
    /// <summary>Messages by hour of day, "00" … "23"; null where hours are nobody's business.</summary>
    public required IReadOnlyDictionary<string, long>? ActivityPattern { get; init; }
    public IReadOnlyList<string> TopConversationTopics { get; init; } = [];

    /// <summary>Messages in an hour of the day, "00" … "23"; 0 where hours are not told.</summary>
    public long MessagesAt(string hour) => ActivityPattern?.GetValueOrDefault(hour) ?? 0;
}

public sealed record SystemFigures
{
    public long TotalConversations { get; init; }
    public long TotalMessages { get; init; }
    public long TotalTokensProcessed { get; init; }
    public double AverageConversationLength { get; init; }
    public long ActiveUsers { get; init; }
    public double? SystemUptime { get; init; }
    public double? ErrorRate { get; init; }
    public double? AverageResponseTime { get; init; }
    public required IReadOnlyList<string> PeakUsageHours { get; init; }
}

/// <summary>What the overview page draws beside the dashboard figures; computed from the same rows in the same pass.</summary>
public sealed record OverviewPageFigures
{
    public required DashboardFigures Dashboard { get; init; }
    public required IReadOnlyList<UsageBucket> Usage { get; init; }
    /// <summary>The same buckets of the period before, in order, for the comparison line and sparklines.</summary>
    public required IReadOnlyList<UsageBucket> PreviousUsage { get; init; }
    public required IReadOnlyList<ModelSeries> Models { get; init; }
    /// <summary>Messages by weekday (Monday first) and hour: 7 × 24.</summary>
    public required long[][] HeatMap { get; init; }
    public required IReadOnlyList<ConversationRow> MostExpensive { get; init; }
    public required PerformanceFigures PreviousPerformance { get; init; }
    /// <summary>All of them, as the lists have them: the top ten of the dashboard are their beginning.</summary>
    public IReadOnlyList<ProjectRow> Projects { get; init; } = [];
    public IReadOnlyList<ModelRow> ModelRows { get; init; } = [];
    public IReadOnlyList<ToolRow> Tools { get; init; } = [];
    /// <summary>Version of the data that this was computed from; grows with every commit.</summary>
    public long Version { get; init; }
}

public sealed record UsageBucket
{
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    public bool Partial { get; init; }
    /// <summary>Too few people: the figures say nothing.</summary>
    [JsonIgnore]
    public bool Withheld { get; init; }
    public long InputTokens { get; init; }
    public long OutputTokens { get; init; }
    public long CacheCreationTokens { get; init; }
    public long CacheReadTokens { get; init; }
    public long TotalTokens => InputTokens + OutputTokens + CacheCreationTokens + CacheReadTokens;
    public decimal Cost { get; init; }
    public long Messages { get; init; }
    public long Conversations { get; init; }
    public long ActiveUsers { get; init; }
    public long ToolCalls { get; init; }
    public long ToolErrors { get; init; }
    /// <summary>Seconds; null without an answered prompt.</summary>
    public double? AverageResponseTime { get; init; }
}

/// <summary>One model's tokens and cost per bucket, buckets as in <see cref="OverviewPageFigures.Usage"/>.</summary>
public sealed record ModelSeries(string? Model, int Color, IReadOnlyList<long> Tokens, IReadOnlyList<decimal> Cost);
