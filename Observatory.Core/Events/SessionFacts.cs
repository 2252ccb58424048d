namespace Observatory.Core.Events;

/// <summary>
/// What one file says of one session beside its events: titles, links, and the marks by which copied lines find the session that
/// made them.
/// </summary>
public sealed class SessionFacts(string conversation)
{
    public string Conversation { get; internal set; } = conversation;

    /// <summary>Every line with a uuid, counted or not.</summary>
    public List<LineMark> Lines { get; } = [];

    /// <summary>The earliest line of its own that names a folder: Unix ms and the folder as the line spells it. Null without one.</summary>
    public (long At, string Folder)? Start { get; set; }

    /// <summary>Earliest <c>queue-operation</c>, Unix ms, or null.</summary>
    public long? FirstQueueOperation { get; set; }

    /// <summary>Fingerprints of the ids of <c>api-request</c> lines.</summary>
    public List<ulong> ApiRequests { get; } = [];

    /// <summary>Fingerprints of the <c>leafUuid</c> of <c>last-prompt</c> lines.</summary>
    public List<ulong> LastPromptLeaves { get; } = [];

    /// <summary>Null = nothing said; blank = the title was taken away.</summary>
    public string? CustomTitle { get; set; }

    public Place CustomTitlePlace { get; set; }

    public string? AiTitle { get; set; }

    public Place AiTitlePlace { get; set; }

    /// <summary>Titles of other sessions, by the fingerprint of a line of theirs (<c>summary</c> lines).</summary>
    public List<SessionSummary> Summaries { get; } = [];

    public string? PullRequest { get; set; }

    public Place PullRequestPlace { get; set; }

    /// <summary>The client's own running total in nano-dollars (<c>cost-state</c>), or null. Kept apart from our figures.</summary>
    public long? ClientCost { get; set; }

    public Place ClientCostPlace { get; set; }

    /// <summary>Sub-agents that files beside the transcript describe.</summary>
    public List<AgentFacts> Agents { get; } = [];
}

/// <summary>A line's identity and instant; <paramref name="Uuid"/> is a 64-bit fingerprint.</summary>
public readonly record struct LineMark(ulong Uuid, long At);

/// <summary>A folder that is a worktree (full path), and the folder that it was made from.</summary>
public sealed record WorktreeFact(string Path, string Repository);

/// <summary>A sub-agent: who it is and which tool call started it.</summary>
public sealed record AgentFacts(string Id, string? Type, string? Description, string? ToolUseId);

/// <summary>
/// Where in the life of a session a line stands that has no time of its own: of copies of a transcript, the one that went on further has the
/// later word, whichever is read first.
/// </summary>
/// <param name="At">Latest time of a line before it, Unix ms. Where reading began behind such lines, <see cref="Unknown"/>.</param>
/// <param name="Line">Its number in the file.</param>
public readonly record struct Place(long At, long Line)
{
    public const long Unknown = long.MaxValue;

    public int CompareTo(Place other) => (At, Line).CompareTo((other.At, other.Line));
}

/// <summary>A title for the session that made the line with that fingerprint.</summary>
public readonly record struct SessionSummary(ulong Leaf, string Text, Place Place = default);
