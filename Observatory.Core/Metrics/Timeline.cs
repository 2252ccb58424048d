namespace Observatory.Core.Metrics;

/// <summary>A conversation as it went: turns, and within each the answers, tool calls and sub-agents.</summary>
public sealed record ConversationTimeline
{
    public required string Id { get; init; }
    public required IReadOnlyList<Turn> Turns { get; init; }
}

/// <summary>Where a part of a timeline begins.</summary>
/// <param name="Turn">Number of the turn.</param>
/// <param name="Step">Steps of the turn's main chain that were told before.</param>
public readonly record struct TimelinePlace(int Turn, int Step);

/// <summary>
/// A part of a timeline. A turn that is cut is told again with the part that follows: its figures are always those of the whole turn, its steps go on.
/// </summary>
/// <param name="Next">Null = it is the last.</param>
public sealed record TimelinePart(ConversationTimeline Timeline, TimelinePlace? Next);

/// <summary>From one prompt to the next. Turn 0 holds what came before the first prompt.</summary>
public sealed record Turn
{
    public required int Number { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    /// <summary>Redacted; null where the content setting keeps none.</summary>
    public string? Prompt { get; init; }
    public long InputTokens { get; init; }
    public long OutputTokens { get; init; }
    public long CacheCreationTokens { get; init; }
    public long CacheReadTokens { get; init; }
    public long TotalTokens => InputTokens + OutputTokens + CacheCreationTokens + CacheReadTokens;
    public decimal? Cost { get; init; }
    public int ToolCalls { get; init; }
    public int Errors { get; init; }
    public int SubAgents { get; init; }
    /// <summary>Seconds to the first answer; null if unanswered.</summary>
    public double? ResponseTime { get; init; }
    public required IReadOnlyList<Step> Steps { get; init; }
}

public enum StepKind
{
    Answer,
    Tool,
    Agent,
    Error,
    Mark,
}

/// <summary>One row under a turn. An agent's steps hang below the tool call that started it.</summary>
public sealed record Step
{
    /// <summary>Unique within the conversation, the same after every import.</summary>
    public required string Id { get; init; }
    public required StepKind Kind { get; init; }
    public required DateTimeOffset Start { get; init; }
    public DateTimeOffset? End { get; init; }
    /// <summary>Tool name, model, error status, or what the mark says.</summary>
    public required string Name { get; init; }
    public string? Target { get; init; }
    public bool Failed { get; init; }
    public string? Output { get; init; }
    public int? ResultSize { get; init; }
    public string? Model { get; init; }
    public long InputTokens { get; init; }
    public long OutputTokens { get; init; }
    public long CacheCreationTokens { get; init; }
    public long CacheReadTokens { get; init; }
    public long TotalTokens => InputTokens + OutputTokens + CacheCreationTokens + CacheReadTokens;
    public decimal? Cost { get; init; }
    /// <summary>Of an answer: what the client computed, USD; null where no report of the call came.</summary>
    public decimal? ClientCost { get; init; }
    /// <summary>Of an answer: to the first token, seconds; null where no report of the call came.</summary>
    public double? FirstToken { get; init; }
    /// <summary>Known through <c>transcript|otlp|api|hook|demo</c>.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];
    public string? AgentId { get; init; }
    public string? AgentType { get; init; }
    public IReadOnlyList<Step> Children { get; init; } = [];
}
