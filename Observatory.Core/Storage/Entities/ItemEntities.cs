using Observatory.Core.Events;

namespace Observatory.Core.Storage.Entities;

// One row a thing that counts. Instants are Unix milliseconds UTC, money is nano-dollars, names are ids of NameEntity (0 = none).

/// <summary>What all counted things share: identity, the conversation that owns it, and the fields that pages filter on.</summary>
public abstract class ItemEntity
{
    /// <summary>Sequential: rows are appended, never scattered.</summary>
    public int Id { get; set; }

    public long KeyHigh { get; set; }

    public long KeyLow { get; set; }

    /// <summary>The conversation that owns it (<see cref="Writing.OwnerRule"/>), not every one whose file repeats it.</summary>
    public int ConversationId { get; set; }

    public long At { get; set; }

    public int UserId { get; set; }

    /// <summary>
    /// The user that its own event names, 0 = none: it then counts for its conversation's. Below 0 the name of an installation (its number,
    /// negative), which holds as long as nothing better is known of the conversation.
    /// </summary>
    public int OwnUserId { get; set; }

    public int ProjectId { get; set; }

    /// <summary>
    /// The folder that it names where that is not its project (<see cref="Writing.ProjectRule"/>): 0 = it names none, null = it is the project.
    /// </summary>
    public int? FolderId { get; set; }

    public int BranchId { get; set; }

    public int VersionId { get; set; }

    /// <summary>The source that made the row (<see cref="Events.EventSource"/>). Others that know the same thing have rows of their own.</summary>
    public int Origin { get; set; }

    /// <summary>Another row stands for the same thing, from a better source: this one is kept and counts nowhere.</summary>
    public bool IsVoid { get; set; }

    /// <summary>Bit n set = known through source n (<see cref="Events.EventSource"/>).</summary>
    public int Sources { get; set; }

    public int AgentId { get; set; }

    /// <summary>Fingerprint of the API request that its line names, 0 = none.</summary>
    public long RequestRef { get; set; }

    /// <summary>As if it were new. The writer makes hundreds of thousands a second, and uses the same ones again.</summary>
    public virtual void Clear()
    {
        (Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, FolderId) = (0, 0, 0, 0, 0, 0, 0, null);
        (BranchId, VersionId, Origin, IsVoid, Sources, AgentId, RequestRef, OwnUserId) = (0, 0, 0, false, 0, 0, 0, 0);
    }
}

public sealed class PromptEntity : ItemEntity
{
    /// <summary>Milliseconds to the first answer, null = unanswered.</summary>
    public long? ResponseMs { get; set; }

    /// <summary>Milliseconds to the last line before the next prompt, null = unanswered.</summary>
    public long? TurnMs { get; set; }

    /// <summary>Of a prompt: how long it is, characters. <see cref="TakenBack"/> = it was nobody's and counts nowhere.</summary>
    public int Length { get; set; }

    public const int TakenBack = -1;

    public bool HasCode { get; set; }

    public int? TextId { get; set; }

    public PromptEntity Copy() => (PromptEntity)MemberwiseClone();

    public override void Clear()
    {
        base.Clear();
        (ResponseMs, TurnMs, Length, HasCode, TextId) = (null, null, 0, false, null);
    }
}

public sealed class ResponseEntity : ItemEntity
{
    /// <summary><see cref="CallKind"/>.</summary>
    public int Kind { get; set; }

    /// <summary>
    /// The other row of the same call, 0 = none. Of lines: the OpenTelemetry event, whose figures count. Of a report: the row that stands for it.
    /// </summary>
    public int CallId { get; set; }

    /// <summary>Fingerprint of the request id, 0 = none seen yet.</summary>
    public long Request { get; set; }

    /// <summary>Time of its last line.</summary>
    public long LastAt { get; set; }

    public int ModelId { get; set; }

    public bool IsSidechain { get; set; }

    /// <summary>An API call that is no message.</summary>
    public bool IsAuxiliary { get; set; }

    public long Input { get; set; }

    public long Output { get; set; }

    /// <summary>Largest single figure for cache writes that any line gave.</summary>
    public long CacheWriteField { get; set; }

    /// <summary>Largest 5-minute part that any line gave.</summary>
    public long CacheWriteSplit5m { get; set; }

    /// <summary>What counts as written to the 5-minute cache: the split, or all that exceeds the 1-hour part.</summary>
    public long CacheWrite5m { get; set; }

    public long CacheWrite1h { get; set; }

    public long CacheRead { get; set; }

    // What this row's own source said, where a report from elsewhere may stand in its place above.

    public long OwnInput { get; set; }

    public long OwnOutput { get; set; }

    public long OwnCacheWrite1h { get; set; }

    public long OwnCacheRead { get; set; }

    public int OwnModelId { get; set; }

    public int OwnSpeedId { get; set; }

    /// <summary>Computed by the client, nano-dollars.</summary>
    public long? ClientCost { get; set; }

    /// <summary>Length of the call as the client measured it.</summary>
    public long? DurationMs { get; set; }

    /// <summary>To the first token, as the client measured it.</summary>
    public long? FirstTokenMs { get; set; }

    /// <summary>List price, null = the model has none.</summary>
    public long? Cost { get; set; }

    /// <summary>List price had no token been cached; 0 where the model has none.</summary>
    public long UncachedCost { get; set; }

    public int SpeedId { get; set; }

    public int TierId { get; set; }

    public int RegionId { get; set; }

    /// <summary>What counts, by kind; no column of its own.</summary>
    public TokenUsage Tokens => new(Input, Output, CacheWrite5m, CacheWrite1h, CacheRead);

    public ResponseEntity Copy() => (ResponseEntity)MemberwiseClone();

    public override void Clear()
    {
        base.Clear();
        (Kind, CallId, Request, LastAt, ModelId, IsSidechain, IsAuxiliary) = (0, 0, 0, 0, 0, false, false);
        (Input, Output, CacheWriteField, CacheWriteSplit5m, CacheWrite5m, CacheWrite1h, CacheRead) = (0, 0, 0, 0, 0, 0, 0);
        (OwnInput, OwnOutput, OwnCacheWrite1h, OwnCacheRead, OwnModelId, OwnSpeedId, ClientCost) = (0, 0, 0, 0, 0, 0, null);
        (DurationMs, FirstTokenMs, Cost, UncachedCost, SpeedId, TierId, RegionId) = (null, null, null, 0, 0, 0, 0);
    }
}

public sealed class ToolCallEntity : ItemEntity
{
    /// <summary>The call itself was seen; until then only its result is known, and it counts nowhere.</summary>
    public bool IsCalled { get; set; }

    public int ToolId { get; set; }

    public int ModelId { get; set; }

    public long? ResultAt { get; set; }

    public long? LastResultAt { get; set; }

    public bool IsError { get; set; }

    public int ResultSize { get; set; }

    /// <summary>As the source measured it, null = from call to result.</summary>
    public long? MeasuredMs { get; set; }

    public int Searches { get; set; }

    /// <summary>Of its web searches.</summary>
    public long Cost { get; set; }

    /// <summary>The sub-agent that it started.</summary>
    public int StartedAgentId { get; set; }

    public int? TargetId { get; set; }

    public int? OutputId { get; set; }

    public ToolCallEntity Copy() => (ToolCallEntity)MemberwiseClone();

    public override void Clear()
    {
        base.Clear();
        (IsCalled, ToolId, ModelId, ResultAt, LastResultAt, IsError, ResultSize) = (false, 0, 0, null, null, false, 0);
        (MeasuredMs, Searches, Cost, StartedAgentId, TargetId, OutputId) = (null, 0, 0, 0, null, null);
    }
}

public sealed class ApiErrorEntity : ItemEntity
{
    public int Status { get; set; }

    public bool IsFinal { get; set; }

    /// <summary>Failed attempts that it stands for.</summary>
    public int Attempts { get; set; }

    public int? TextId { get; set; }

    public ApiErrorEntity Copy() => (ApiErrorEntity)MemberwiseClone();

    public override void Clear()
    {
        base.Clear();
        (Status, IsFinal, Attempts, TextId) = (0, false, 0, null);
    }
}

public sealed class MarkEntity : ItemEntity
{
    public int Kind { get; set; }

    public long Before { get; set; }

    public long After { get; set; }

    public MarkEntity Copy() => (MarkEntity)MemberwiseClone();

    public override void Clear()
    {
        base.Clear();
        (Kind, Before, After) = (0, 0, 0);
    }
}

/// <summary>Something that counts in no figure of its own, kept as it came.</summary>
public sealed class EventEntity : ItemEntity
{
    public int TypeId { get; set; }

    /// <summary>JSON object, null where no text is kept.</summary>
    public string? Data { get; set; }

    /// <summary><see cref="SpanKind"/>; 0 = it is no span that tells how long something took.</summary>
    public int SpanKind { get; set; }

    /// <summary>Fingerprint of the tool's span that it is or lies in, 0 = of none.</summary>
    public long SpanGroup { get; set; }

    /// <summary>How long it took, milliseconds.</summary>
    public long? SpanMs { get; set; }

    /// <summary>What of that counts in its figure, milliseconds; null = nothing (<see cref="Writing.ToolSpans"/>).</summary>
    public long? CountedMs { get; set; }

    /// <summary>Of a call: to the first token, milliseconds.</summary>
    public long? FirstTokenMs { get; set; }

    /// <summary>Of a call.</summary>
    public int ModelId { get; set; }

    /// <summary>Of the spans of a tool, once its own has told.</summary>
    public int ToolId { get; set; }

    public EventEntity Copy() => (EventEntity)MemberwiseClone();

    public override void Clear()
    {
        base.Clear();
        (TypeId, Data, SpanKind, SpanGroup, SpanMs, CountedMs, FirstTokenMs, ModelId, ToolId) = (0, null, 0, 0, null, null, null, 0, 0);
    }
}

/// <summary>Payload, apart from the rows that dashboards read.</summary>
public sealed class TextEntity
{
    public int Id { get; set; }

    public string Body { get; set; } = "";
}
