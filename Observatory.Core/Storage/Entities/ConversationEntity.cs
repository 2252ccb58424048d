namespace Observatory.Core.Storage.Entities;

/// <summary>One session. It shows in answers once it has a message of its own; its sums are those of what it owns.</summary>
public sealed class ConversationEntity
{
    public int Id { get; set; }

    public string SessionId { get; set; } = "";

    public int? ParentId { get; set; }

    public int UserId { get; set; }

    /// <summary>How good the word for <see cref="UserId"/> is: the larger wins, then the earlier.</summary>
    public int UserRank { get; set; }

    /// <summary>When the word for <see cref="UserId"/> was given, Unix ms.</summary>
    public long UserAt { get; set; }

    /// <summary>What is known of it from where (<see cref="Given"/>): decides which source's rows count.</summary>
    public int Given { get; set; }

    public int ProjectId { get; set; }

    /// <summary>The folder that it started in, as far as that is known: of its earliest line (<see cref="Writing.StartRule"/>).</summary>
    public int StartFolderId { get; set; }

    /// <summary>When that line was written, Unix ms.</summary>
    public long StartAt { get; set; }

    /// <summary>How good the word for <see cref="StartFolderId"/> is: 0 = nothing is known, 1 = an event, 2 = a line of its transcript; -1 = stored
    /// by a version that did not keep it, and not placed yet.</summary>
    public int StartRank { get; set; }

    /// <summary>The worktree that its last message was in, beside the branch.</summary>
    public int WorktreeId { get; set; }

    public int BranchId { get; set; }

    public int VersionId { get; set; }

    public string Title { get; set; } = "";

    public string? CustomTitle { get; set; }

    public string? AiTitle { get; set; }

    public string? Summary { get; set; }

    /// <summary>First 80 characters of its first own prompt.</summary>
    public string? FirstPrompt { get; set; }

    public long CreatedAt { get; set; }

    public long LastActivity { get; set; }

    public long ActiveMs { get; set; }

    public long UserMessages { get; set; }

    public long AssistantMessages { get; set; }

    public long Input { get; set; }

    public long Output { get; set; }

    public long CacheWrite { get; set; }

    public long CacheRead { get; set; }

    /// <summary>Nano-dollars of what has a price.</summary>
    public long Cost { get; set; }

    public long UnpricedTokens { get; set; }

    public long ToolCalls { get; set; }

    public long ToolErrors { get; set; }

    public long ResponseCount { get; set; }

    public long ResponseMs { get; set; }

    public int Sources { get; set; }

    /// <summary>Ids of its models, by first use, joined by commas.</summary>
    public string Models { get; set; } = "";

    public string? PullRequest { get; set; }

    /// <summary>The client's own running total, nano-dollars.</summary>
    public long? ClientCost { get; set; }

    public long? FirstQueueOperation { get; set; }

    /// <summary>Time of the earliest line of its files, own or copied, Unix ms; null where no file was read.</summary>
    public long? FirstLineAt { get; set; }

    /// <summary>Lines of its files that files of other sessions hold too.</summary>
    public int CopiedLines { get; set; }

    /// <summary>Lines that files of the session hold, those that others hold too included.</summary>
    public int Lines { get; set; }

    public ConversationEntity Copy() => (ConversationEntity)MemberwiseClone();
}

/// <summary>What has been given of a conversation, by source. The numbers are stored: never change one.</summary>
[Flags]
public enum Given
{
    None = 0,
    /// <summary>A line of its transcript (or of demo data, which takes its place).</summary>
    Lines = 1,
    /// <summary>A failed call by its transcript, as versions before told it: without its request, it stands for all that others tell of failures.</summary>
    LinesError = 2,
    /// <summary>A report of a call by OpenTelemetry.</summary>
    OtlpCall = 4,
    OtlpPrompt = 8,
    OtlpTool = 16,
    OtlpError = 32,
    ApiPrompt = 64,
    ApiTool = 128,
    ApiError = 256,
    HookPrompt = 512,
    HookTool = 1024,
    HookError = 2048,
    /// <summary>A row that stands back when something better is known: a point of the token metric, or a message without tokens.</summary>
    Weak = 4096,
    /// <summary>Tokens of a call by the events API.</summary>
    ApiUsage = 8192,
    /// <summary>A failed call by its transcript, under its request where it names one.</summary>
    LinesFailure = 16384,
}

/// <summary>A sub-agent of a conversation.</summary>
public sealed class AgentEntity
{
    public int ConversationId { get; set; }

    public int AgentId { get; set; }

    public string? Type { get; set; }

    public string? Description { get; set; }

    /// <summary>Lower half of the key of the tool call that started it, 0 = unknown.</summary>
    public long ToolUse { get; set; }
}
