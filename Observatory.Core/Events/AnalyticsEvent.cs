namespace Observatory.Core.Events;

/// <summary>
/// What every source turns its input into. Instants are Unix milliseconds, UTC. Texts are raw until the privacy step has run, and
/// are then redacted or gone.
/// </summary>
public abstract class AnalyticsEvent
{
    /// <summary>Identity over all sources and files.</summary>
    public required EventKey Key { get; init; }

    public required long At { get; init; }

    /// <summary>Session id as the source wrote it: the conversation that holds this copy of the event (not always its owner).</summary>
    public required string Conversation { get; init; }

    /// <summary>Working directory at that moment, or null.</summary>
    public string? Project { get; init; }

    public string? Branch { get; init; }

    public string? Version { get; init; }

    /// <summary>Sub-agent that it happened in, or null on the main chain.</summary>
    public string? Agent { get; init; }

    public bool IsSidechain { get; init; }

    /// <summary>Fingerprint of the API request that the line names (<c>requestRef</c>), 0 = none. Decides who owns copied lines.</summary>
    public ulong RequestRef { get; init; }
}

/// <summary>A prompt of a person or an SDK caller.</summary>
public sealed class PromptEvent : AnalyticsEvent
{
    public string? Text { get; set; }

    /// <summary>Characters of the original text (UTF-16 units), before any redaction or cut.</summary>
    public int Length { get; init; }

    public bool HasCode { get; init; }
}

/// <summary>One line of one model response. Several lines and files repeat a response; the writer makes one of them.</summary>
public sealed class ResponseEvent : AnalyticsEvent
{
    /// <summary>Fingerprint of <c>requestId</c>, 0 = none.</summary>
    public ulong Request { get; init; }

    public string? Model { get; init; }

    /// <summary>As this line has it; the cache writes are those of the split alone.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>Cache writes in one figure as this line has it (<c>cache_creation_input_tokens</c>); what exceeds the split is 5-minute cache.</summary>
    public long CacheWriteField { get; init; }

    public string? Speed { get; init; }

    public string? Tier { get; init; }

    public string? Region { get; init; }

    /// <summary>An API call of its own that is no message (an advisor's turn, a compaction).</summary>
    public bool IsAuxiliary { get; init; }

    public string? StopReason { get; init; }
}

/// <summary>A tool call as the model asked for it.</summary>
public sealed class ToolCallEvent : AnalyticsEvent
{
    public required string Tool { get; init; }

    public string? Model { get; init; }

    /// <summary>Key of the response that asked.</summary>
    public EventKey Response { get; init; }

    /// <summary>What it works on, short: a command, a path, a pattern, a description.</summary>
    public string? Target { get; set; }
}

/// <summary>The answer to a tool call; <see cref="AnalyticsEvent.Key"/> is the call's key.</summary>
public sealed class ToolResultEvent : AnalyticsEvent
{
    public bool IsError { get; init; }

    /// <summary>Characters of the result that went back to the model.</summary>
    public int Size { get; init; }

    /// <summary>Last part of a failed call's output, or null.</summary>
    public string? Output { get; set; }

    /// <summary>Web searches that the call made, billed one by one.</summary>
    public int Searches { get; init; }

    /// <summary>Sub-agent that the call started, or null.</summary>
    public string? StartedAgent { get; init; }
}

/// <summary>A failed API call.</summary>
public sealed class ApiErrorEvent : AnalyticsEvent
{
    /// <summary>HTTP status, 0 where there was none (connection lost).</summary>
    public int Status { get; init; }

    /// <summary>The client gave up; else it tried again.</summary>
    public bool IsFinal { get; init; }

    public string? Message { get; set; }
}

/// <summary>Something worth a row in a timeline that counts nowhere.</summary>
public sealed class MarkEvent : AnalyticsEvent
{
    public required MarkKind Kind { get; init; }

    /// <summary>Compaction: tokens before. Else 0.</summary>
    public long Before { get; init; }

    /// <summary>Compaction: tokens after. Else 0.</summary>
    public long After { get; init; }
}

/// <summary>The numbers are stored: never change one.</summary>
public enum MarkKind : byte
{
    Compaction = 1,
    Interruption = 2,
    ModelFallback = 3,
}
