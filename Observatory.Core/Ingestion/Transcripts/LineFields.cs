using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// What one line says, as slices and numbers: filled by <see cref="LineScanner"/> in one pass and used again for the next line, so
/// that reading a line allocates nothing.
/// </summary>
internal sealed class LineFields
{
    public Slice Type, Subtype, Uuid, SessionId, Timestamp, Cwd, Branch, Version, AgentId, RequestId, RequestRef, Id, LeafUuid;
    public Slice Summary, AiTitle, CustomTitle, PrUrl, SearchAgentId, PromptSource, OriginKind;
    public bool IsSidechain, IsMeta, IsCompactSummary, IsApiErrorMessage;
    public int ApiErrorStatus, SearchCount;
    public long CompactBefore, CompactAfter;
    public decimal? TotalCost;

    // system/api_error: the error object.
    public int ErrorStatus;
    public Slice ErrorText;

    // attachment/queued_command: its prompt is the message.
    public bool IsQueuedCommand, IsHumanTurn;
    public Slice CommandMode;

    public bool HasMessage;
    public Slice MessageId, Model, StopReason, MessageText;
    public RawUsage Usage;
    public readonly List<(RawUsage Usage, Slice Model)> Advisors = [];
    public readonly List<ContentBlock> Blocks = [];

    /// <summary>A field holds something that cannot be right; the line is set aside with this reason.</summary>
    public string? Fault;

    public void Clear()
    {
        Type = Subtype = Uuid = SessionId = Timestamp = Cwd = Branch = Version = AgentId = RequestId = RequestRef = Id = LeafUuid = Slice.None;
        Summary = AiTitle = CustomTitle = PrUrl = SearchAgentId = PromptSource = OriginKind = Slice.None;
        IsQueuedCommand = IsHumanTurn = false;
        CommandMode = Slice.None;
        IsSidechain = IsMeta = IsCompactSummary = IsApiErrorMessage = false;
        ApiErrorStatus = SearchCount = ErrorStatus = 0;
        CompactBefore = CompactAfter = 0;
        TotalCost = null;
        ErrorText = Slice.None;
        HasMessage = false;
        MessageId = Model = StopReason = MessageText = Slice.None;
        Usage = default;
        Advisors.Clear();
        Blocks.Clear();
        Fault = null;
    }
}

/// <summary>A usage object as it stands in the line.</summary>
internal struct RawUsage
{
    public long Input, Output, CacheWrite, CacheWrite5m, CacheWrite1h, CacheRead;
    public Slice Speed, Tier, Region;

    public readonly TokenUsage Tokens => new(Input, Output, CacheWrite5m, CacheWrite1h, CacheRead);
}

internal enum BlockKind
{
    Other,
    Text,
    Image,
    ToolUse,
    ToolResult,
}

/// <summary>One block of a message's content.</summary>
internal struct ContentBlock
{
    public BlockKind Kind;

    /// <summary>Of a tool call: its id. Of a result: the id of the call.</summary>
    public Slice Id;

    public Slice Name;

    /// <summary>Text of a text block; what a tool works on; the content of a result where it is one string.</summary>
    public Slice Text;

    public bool IsError;

    /// <summary>Bytes of a result's texts.</summary>
    public int Size;
}
