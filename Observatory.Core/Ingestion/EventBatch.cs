using Observatory.Core.Events;

namespace Observatory.Core.Ingestion;

/// <summary>
/// What travels from a source to the writer: events, facts, lines set aside, and the bookmark that must be committed with them, all
/// in one transaction. A batch is owned by one stage at a time and is not touched after it was handed on.
/// </summary>
public sealed class EventBatch
{
    public required EventSource Source { get; init; }

    /// <summary>Whose data it is: the owner of the root, or the identity that the source gave.</summary>
    public string? User { get; set; }

    /// <summary>Who sent it over the network; null = it is of this machine.</summary>
    public BatchSender? Sender { get; set; }

    /// <summary>How sure <see cref="User"/> is: one of <see cref="Ingestion.UserRank"/>.</summary>
    public int UserRank { get; init; } = Ingestion.UserRank.Given;

    /// <summary>
    /// Goes before what waits: lines that somebody sees being written, while much else is read. Nothing that waits may have to be committed before it.
    /// </summary>
    public bool IsUrgent { get; init; }

    public List<AnalyticsEvent> Events { get; } = [];

    /// <summary>By session id.</summary>
    public Dictionary<string, SessionFacts> Sessions { get; } = [];

    /// <summary>Folders that are worktrees.</summary>
    public List<WorktreeFact> Worktrees { get; } = [];

    public List<RejectedLine> Rejected { get; } = [];

    /// <summary>Bad lines beyond those of a file that are kept: counted.</summary>
    public int RejectedMore { get; set; }

    /// <summary>Values of metrics.</summary>
    public List<MetricPoint> Points { get; } = [];

    /// <summary>Events of this batch that were refused: kept with the reason, so that nothing is lost silently.</summary>
    public List<DeadLetter> DeadLetters { get; } = [];

    /// <summary>How many events and points were known already; set before <see cref="Committed"/> ends.</summary>
    public int Duplicates { get; set; }

    /// <summary>Line types and client versions that the reader does not know, with how often they came.</summary>
    public Dictionary<(string Kind, string Version), int> Drift { get; } = [];

    /// <summary>Points (by index in <see cref="Points"/>) that the store refused, and why; set before <see cref="Committed"/> ends.</summary>
    public List<(int Point, string Reason)> Refused { get; } = [];

    /// <summary>How far the file is read when this batch is committed, or null for sources without files.</summary>
    public Bookmark? Bookmark { get; set; }

    /// <summary>Lines read, for the pipeline figures.</summary>
    public int Lines { get; set; }

    public SessionFacts Session(string conversation)
    {
        if (!Sessions.TryGetValue(conversation, out var facts)) Sessions[conversation] = facts = new SessionFacts(conversation);
        return facts;
    }

    /// <summary>Gives a session another id.</summary>
    public void Rename(string session, string id)
    {
        if (!Sessions.Remove(session, out var facts)) return;
        facts.Conversation = id;
        Sessions[id] = facts;
    }

    /// <summary>The same batch with other events and nothing else: for writing a part of it.</summary>
    public EventBatch WithEvents(IEnumerable<AnalyticsEvent> events)
    {
        var part = new EventBatch { Source = Source, User = User, UserRank = UserRank, Sender = Sender };
        part.Events.AddRange(events);
        return part;
    }

    /// <summary>The same batch without its events.</summary>
    public EventBatch WithoutEvents()
    {
        var rest = new EventBatch
        {
            Source = Source, User = User, UserRank = UserRank, Sender = Sender, Bookmark = Bookmark, Lines = Lines, RejectedMore = RejectedMore,
        };
        foreach (var (session, facts) in Sessions) rest.Sessions[session] = facts;
        foreach (var (kind, lines) in Drift) rest.Drift[kind] = lines;
        rest.Rejected.AddRange(Rejected);
        rest.Worktrees.AddRange(Worktrees);
        rest.Points.AddRange(Points);
        rest.DeadLetters.AddRange(DeadLetters);
        return rest;
    }

    public EventBatch WithDeadLetter(DeadLetter letter)
    {
        var part = new EventBatch { Source = Source, User = User, UserRank = UserRank, Sender = Sender };
        part.DeadLetters.Add(letter);
        return part;
    }

    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the batch is on disk and in every figure; fails where it could not be written.</summary>
    public Task Committed => _committed.Task;

    public void MarkCommitted() => _committed.TrySetResult();

    public void MarkFailed(Exception error) => _committed.TrySetException(error);
}

/// <summary>One value of one metric.</summary>
/// <param name="Key">Identity: the same point again changes nothing.</param>
/// <param name="Metric">At most 256 characters.</param>
/// <param name="Tags">JSON object of strings, names in ordinal order; <c>{}</c> without tags.</param>
/// <param name="At">Unix ms.</param>
/// <param name="Value">Finite.</param>
/// <param name="StartAt">Unix ms at which a running total began, 0 = the value is a sample or a growth of its own.</param>
public sealed record MetricPoint(EventKey Key, string Metric, string Tags, long At, double Value, long StartAt = 0);

/// <summary>A refused event.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="Id">The sender's name for it, or null.</param>
/// <param name="Reason">In plain words.</param>
/// <param name="Text">The event as it came, as JSON; redacted by the privacy step, null where the content setting keeps no text.</param>
public sealed record DeadLetter(EventSource Source, string? Id, string Reason, string? Text);

/// <summary>A line that could not be read. It never stops its file.</summary>
/// <param name="File">Full path.</param>
/// <param name="Line">1-based.</param>
/// <param name="Offset">Byte at which the line starts.</param>
/// <param name="Reason">In plain words.</param>
/// <param name="Text">Start of the line; redacted by the privacy step, null where the content setting keeps no text.</param>
public sealed record RejectedLine(string File, long Line, long Offset, string Reason, string? Text);

/// <summary>How far a file was read, and how to tell that it is still the same file.</summary>
/// <param name="File">Full path.</param>
/// <param name="Offset">Bytes consumed: always the start of a line.</param>
/// <param name="Line">Lines consumed.</param>
/// <param name="HeadHash">Hash of the first <c>min(4096, Offset)</c> bytes.</param>
/// <param name="HeadLength">How many bytes <paramref name="HeadHash"/> covers.</param>
/// <param name="TailHash">Hash of the up to 256 bytes before <paramref name="Offset"/>.</param>
/// <param name="Size">Size of the file when it was read.</param>
/// <param name="ModifiedAt">Its time of change, Unix ms.</param>
public sealed record Bookmark(string File, long Offset, long Line, ulong HeadHash, int HeadLength, ulong TailHash, long Size, long ModifiedAt);

/// <summary>The next stage. Waits while the queue is full; returns when the batch is queued, not when it is committed.</summary>
public interface IEventSink
{
    ValueTask WriteAsync(EventBatch batch, CancellationToken cancel);

    /// <summary>The same without waiting: false, and nothing taken, where the queue is full. For senders that can be asked to come again.</summary>
    bool TryWrite(EventBatch batch);
}

/// <summary>Where files were left off, as committed. Storage implements it.</summary>
public interface IBookmarkStore
{
    Task<IReadOnlyList<Bookmark>> LoadBookmarksAsync(CancellationToken cancel);
}
