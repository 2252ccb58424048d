namespace Observatory.Core.Metrics.Live;

/// <summary>What runs now. Thread-safe; one answer = one snapshot of the database, together with what clients last said of themselves.</summary>
public interface ILiveFigures
{
    Task<LiveSnapshot> GetLiveAsync(MetricsFilter filter, CancellationToken cancel = default);
}

/// <summary>The last hour, and what of it goes on.</summary>
public sealed record LiveSnapshot
{
    public required DateTimeOffset At { get; init; }
    /// <summary>In order of start, so that nothing moves while one looks.</summary>
    public required IReadOnlyList<LiveSession> Sessions { get; init; }
    /// <summary>60 whole minutes and the one that runs, oldest first.</summary>
    public required IReadOnlyList<LiveMinute> Minutes { get; init; }
    /// <summary>Newest first, at most <see cref="LiveFigures.MostEvents"/>.</summary>
    public required IReadOnlyList<LiveEvent> Events { get; init; }
    /// <summary>By calls, at most <see cref="LiveFigures.MostTools"/>.</summary>
    public required IReadOnlyList<LiveTool> Tools { get; init; }
    public required IReadOnlyList<QuotaWindow> Quotas { get; init; }
    /// <summary>Milliseconds from queue to commit, median; null before the first batch.</summary>
    public double? LatencyMs { get; init; }
    public int QueueDepth { get; init; }
}

public enum LiveState
{
    /// <summary>The model works on a prompt or on a tool's result.</summary>
    Answering,
    /// <summary>A tool runs.</summary>
    Tool,
    /// <summary>The client asks its user to allow something.</summary>
    Permission,
    /// <summary>The turn is over.</summary>
    Idle,
}

public sealed record LiveSession
{
    public required string Id { get; init; }
    public required string Title { get; init; }
    public string? Project { get; init; }
    public string? ProjectPath { get; init; }
    public string? UserId { get; init; }
    public string? Model { get; init; }
    public int ModelColor { get; init; }
    public required DateTimeOffset Started { get; init; }
    public required DateTimeOffset LastActivity { get; init; }
    public required LiveState State { get; init; }
    /// <summary>Since when it is in <see cref="State"/>.</summary>
    public required DateTimeOffset Since { get; init; }
    /// <summary>The tool that runs.</summary>
    public string? Tool { get; init; }
    /// <summary>What the tool works on.</summary>
    public string? Detail { get; init; }
    /// <summary>Sub-agents that did something in the last minutes.</summary>
    public int Agents { get; init; }
    /// <summary>Prompts of the whole conversation.</summary>
    public long Turns { get; init; }
    public long TotalTokens { get; init; }
    /// <summary>At list prices, USD; null where nothing has a price.</summary>
    public decimal? Cost { get; init; }
    /// <summary>What the client's status line says that it cost, USD.</summary>
    public decimal? ClientCost { get; init; }
    public long ToolErrors { get; init; }
    /// <summary>Tokens a minute over the last five whole minutes.</summary>
    public double TokensPerMinute { get; init; }
    /// <summary>Tokens by minute, the last 20.</summary>
    public required IReadOnlyList<double?> Spark { get; init; }
    /// <summary>0–100, from the status line; null where the client sends none.</summary>
    public double? ContextPercent { get; init; }
    /// <summary>Prompt of the newest answer, tokens: what the context holds at least.</summary>
    public long? ContextTokens { get; init; }
}

/// <summary>One minute; <paramref name="Calls"/> counts answered API calls.</summary>
public sealed record LiveMinute(
    DateTimeOffset Start, bool Running, long Input, long Output, long CacheWrite, long CacheRead, decimal Cost, long Calls, long Failed)
{
    public long Tokens => Input + Output + CacheWrite + CacheRead;
}

public enum LiveEventKind
{
    Prompt,
    Answer,
    Tool,
    ToolFailed,
    ApiError,
    /// <summary>A hook, an event of OpenTelemetry, or one that a program sent.</summary>
    Other,
}

/// <summary>Something that happened.</summary>
/// <param name="Key">The same at every reading.</param>
/// <param name="Conversation">Session id, or null.</param>
/// <param name="Name">Tool, event type, status; null where the kind says it.</param>
/// <param name="Detail">Command, path, model.</param>
/// <param name="Tokens">Of an answer.</param>
/// <param name="Cost">Of an answer, USD.</param>
/// <param name="Source"><c>transcript|otlp|api|hook|demo</c>.</param>
public sealed record LiveEvent(
    string Key, LiveEventKind Kind, DateTimeOffset At, string? Conversation, string? Project, string? Name, string? Detail, long Tokens, decimal? Cost,
        string Source);

public sealed record LiveTool(string Tool, long Calls, long Errors);
