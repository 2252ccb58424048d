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

    /// <summary>
    /// Session id as the source wrote it: the conversation that holds this copy of the event (not always its owner). Empty where the source
    /// names no session: such an event counts, in no conversation.
    /// </summary>
    public required string Conversation { get; set; }

    /// <summary>Whose it is where the source says so for each event; null = the batch's user.</summary>
    public string? User { get; set; }

    /// <summary>
    /// The sender's own name for this event (<c>id</c> of the events API), default = none. One that was seen before is a duplicate, whatever it holds.
    /// </summary>
    public EventKey EventId { get; init; }

    /// <summary>Working directory at that moment, or null.</summary>
    public string? Project { get; set; }

    public string? Branch { get; set; }

    public string? Version { get; set; }

    /// <summary>Sub-agent that it happened in, or null on the main chain.</summary>
    public string? Agent { get; set; }

    public bool IsSidechain { get; init; }

    /// <summary>
    /// Id of the session that the line says it comes from (<c>forkedFrom</c>, or a <c>sessionId</c> that is not its file's), null = it says nothing.
    /// </summary>
    public string? CopiedFrom { get; set; }

    /// <summary><see cref="CopiedFrom"/> is the session that made the line, not only the one that it was copied from.</summary>
    public bool IsMadeThere { get; set; }

    /// <summary>Fingerprint of the API request that the line names (<c>requestRef</c>), 0 = none. Decides who owns copied lines.</summary>
    public ulong RequestRef { get; init; }
}

/// <summary>A prompt of a person or an SDK caller.</summary>
public sealed class PromptEvent : AnalyticsEvent
{
    public string? Text { get; set; }

    /// <summary>Characters of the original text (UTF-16 units), before any redaction or cut.</summary>
    public int Length { get; init; }

    /// <summary>It holds a block of code.</summary>
    public bool HasCode { get; set; }

    /// <summary>It was nobody's: where it is counted it counts no more, and it will not be counted, whatever else tells of it.</summary>
    public bool IsTakenBack { get; init; }
}

/// <summary>
/// What a source says of one API call: one line of a response in a transcript (several lines and files repeat a response; the writer makes
/// one of them), or a report of the call from elsewhere. Reports of one call meet in the writer.
/// </summary>
public sealed class ResponseEvent : AnalyticsEvent
{
    public CallKind Kind { get; init; } = CallKind.Lines;

    /// <summary>
    /// The line's <c>uuid</c> as a number in the order of its text: decides between lines of one instant. 0 = it has none.
    /// </summary>
    public UInt128 Line { get; init; }

    /// <summary>
    /// Fingerprint of the line's <c>uuid</c> where it names no request: who else holds the line tells it from others of its message id. Else 0.
    /// </summary>
    public ulong LineMark { get; init; }

    /// <summary>There is no message id: the key is that of the line, which is one response.</summary>
    public bool IsByLine { get; init; }

    /// <summary>Fingerprint of <c>requestId</c>, 0 = none. Of a metric point: of its series (attributes and start time).</summary>
    public ulong Request { get; init; }

    public string? Model { get; set; }

    /// <summary>As this line has it; the cache writes are those of the split alone.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>Cache writes in one figure as this line has it (<c>cache_creation_input_tokens</c>); what exceeds the split is 5-minute cache.</summary>
    public long CacheWriteField { get; init; }

    public string? Speed { get; set; }

    public string? Tier { get; set; }

    public string? Region { get; set; }

    /// <summary>An API call of its own that is no message (an advisor's turn, a compaction).</summary>
    public bool IsAuxiliary { get; init; }

    public string? StopReason { get; init; }

    /// <summary>What the client computed, nano-dollars, or null. Kept apart from our figures.</summary>
    public long? ClientCost { get; init; }

    /// <summary>Length of the call, milliseconds, or null.</summary>
    public long? DurationMs { get; init; }

    /// <summary>To the first token, milliseconds, or null.</summary>
    public long? FirstTokenMs { get; init; }
}

/// <summary>Where a <see cref="ResponseEvent"/> comes from, which decides what it stands for. The numbers are stored: never change one.</summary>
public enum CallKind : byte
{
    /// <summary>A line of a transcript.</summary>
    Lines = 1,

    /// <summary>An <c>api_request</c> event of OpenTelemetry.</summary>
    Call = 2,

    /// <summary>A <c>token_usage</c> event: tokens and no message.</summary>
    Usage = 3,

    /// <summary>A message without tokens (<c>message_sent</c> of an assistant).</summary>
    Message = 4,

    /// <summary>A point of the token metric: counts only while nothing better is known of its session.</summary>
    Metric = 5,

    /// <summary>The same where the point is a running total; what counts is its growth.</summary>
    Total = 6,

    /// <summary>Lines of a response that another row stands for.</summary>
    Part = 7,
}

/// <summary>A tool call as the model asked for it.</summary>
public sealed class ToolCallEvent : AnalyticsEvent
{
    public required string Tool { get; set; }

    public string? Model { get; set; }

    /// <summary>Key of the response that asked.</summary>
    public EventKey Response { get; init; }

    /// <summary>The model numbers its calls anew in each answer: the id is one of the response that comes just before.</summary>
    public bool IsNumbered { get; init; }

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
    public string? StartedAgent { get; set; }

    /// <summary>Length of the call where the source measured it, milliseconds; null = from call to result.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Fingerprint of its line where the id is a number that comes again: it answers the last call of that number before it. Else 0.</summary>
    public ulong NumberedLine { get; init; }
}

/// <summary>An event that counts in no figure of its own: it is kept, can be counted by type, and looked at.</summary>
public sealed class OtherEvent : AnalyticsEvent
{
    /// <summary>Name of the type as the source wrote it, at most 256 characters.</summary>
    public required string Type { get; set; }

    /// <summary>Its fields as a JSON object, or null. Redacted by the privacy step, null where the content setting keeps no text.</summary>
    public string? Data { get; set; }

    /// <summary>What it says of how long something took, null = nothing.</summary>
    public SpanFacts? Span { get; init; }
}

/// <summary>A failed API call.</summary>
public sealed class ApiErrorEvent : AnalyticsEvent
{
    /// <summary>
    /// Key by the id of its request, under which other sources tell of the same failure; nothing where none is known, and where
    /// <see cref="AnalyticsEvent.Key"/> is that key.
    /// </summary>
    public EventKey Request { get; init; }

    /// <summary>HTTP status, 0 where there was none (connection lost).</summary>
    public int Status { get; init; }

    /// <summary>The client gave up; else it tried again.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Failed attempts that this stands for, 1 or more.</summary>
    public int Attempts { get; init; } = 1;

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
