using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// What one line says, as slices and numbers: filled by <see cref="LineScanner"/> in one pass and used again for the next line, so
/// that reading a line allocates nothing.
/// </summary>
internal sealed class LineFields
{
    public Slice Type, Subtype, Uuid, SessionId, Timestamp, Cwd, Branch, Version, AgentId, RequestId, RequestRef, Id, LeafUuid;
    public Slice Summary, AiTitle, CustomTitle, PrUrl, SearchAgentId, PromptSource, OriginKind, ForkedFrom, ProgressType, ProgressUuid, ProgressTimestamp,
        ProgressAgentId;
    public Slice WorktreePath, WorktreeOrigin;
    public bool IsSidechain, IsMeta, IsCompactSummary, IsApiErrorMessage;
    public int ApiErrorStatus;

    /// <summary>Web searches of the call whose result this is, where the result is one of a search; of whatever tool. Null = not told.</summary>
    public int? SearchCount;

    /// <summary>The result has what results of searches have; older clients tell no number with it.</summary>
    public bool IsSearch;

    /// <summary>Web searches that the API made while it answered.</summary>
    public int ServerSearches;

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
    public readonly List<Iteration> Iterations = [];
    public readonly List<ContentBlock> Blocks = [];

    /// <summary>A field holds something that cannot be right, and is set aside with this reason; the rest of the line holds.</summary>
    public string? Fault;

    public void Clear()
    {
        Type = Subtype = Uuid = SessionId = Timestamp = Cwd = Branch = Version = AgentId = RequestId = RequestRef = Id = LeafUuid = Slice.None;
        Summary = AiTitle = CustomTitle = PrUrl = SearchAgentId = PromptSource = OriginKind = ForkedFrom = ProgressType = ProgressUuid = ProgressTimestamp =
            ProgressAgentId = Slice.None;
        WorktreePath = WorktreeOrigin = Slice.None;
        IsQueuedCommand = IsHumanTurn = false;
        CommandMode = Slice.None;
        IsSidechain = IsMeta = IsCompactSummary = IsApiErrorMessage = false;
        ApiErrorStatus = ServerSearches = ErrorStatus = 0;
        SearchCount = null;
        IsSearch = false;
        CompactBefore = CompactAfter = 0;
        TotalCost = null;
        ErrorText = Slice.None;
        HasMessage = false;
        MessageId = Model = StopReason = MessageText = Slice.None;
        Usage = default;
        Iterations.Clear();
        Blocks.Clear();
        Fault = null;
    }
}

/// <summary>A usage object as it stands in the line.</summary>
internal struct RawUsage
{
    public long Input, Output, CacheWrite, CacheWrite5m, CacheWrite1h, CacheRead;
    public Slice Speed, Tier, Region;

    public readonly long Prompt => Input + CacheRead + Math.Max(CacheWrite, CacheWrite5m + CacheWrite1h);

    public readonly bool IsSame(in RawUsage other) => (Input, Output, CacheRead) == (other.Input, other.Output, other.CacheRead) && Prompt == other.Prompt;

    public void Add(in RawUsage other)
    {
        Input += other.Input;
        Output += other.Output;
        CacheWrite += Math.Max(other.CacheWrite, other.CacheWrite5m + other.CacheWrite1h);
        CacheRead += other.CacheRead;
    }

    public readonly TokenUsage Tokens => new(Input, Output, CacheWrite5m, CacheWrite1h, CacheRead);
}

internal enum IterationKind
{
    /// <summary>A turn of the model that answers.</summary>
    Message,
    Advisor,

    /// <summary>The model that answered where the first declined.</summary>
    Fallback,

    /// <summary>A compaction, and whatever comes with later versions.</summary>
    Other,
}

/// <summary>One of the API calls that a response is made of.</summary>
internal struct Iteration
{
    public IterationKind Kind;
    public RawUsage Usage;
    public Slice Model;
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
