using Observatory.Core.Ingestion;
using Observatory.Core.Metrics.Timing;

namespace Observatory.Core.Metrics;

/// <summary>Health of the way from file to figure.</summary>
public sealed record PipelineFigures
{
    public required ImportFigures Import { get; init; }
    public long Processed { get; init; }
    public long Accepted { get; init; }
    public long Duplicates { get; init; }
    public long Rejected { get; init; }
    /// <summary>Refused events that wait for someone's word, and lines set aside.</summary>
    public long DeadLetters { get; init; }
    /// <summary>Of these, lines of transcripts.</summary>
    public long RejectedLines { get; init; }
    /// <summary>Hooks that came while the queue was full or nothing could be written: their sender is not told.</summary>
    public long HooksDropped { get; init; }
    public int QueueDepth { get; init; }
    public double ThroughputPerSecond { get; init; }
    public double LatencyP50Ms { get; init; }
    public double LatencyP99Ms { get; init; }
    /// <summary>Line types and client versions that the reader does not know.</summary>
    public IReadOnlyList<DriftRow> Drift { get; init; } = [];
    /// <summary>Nothing can be written at the moment.</summary>
    public bool WriterFailing { get; init; }
    /// <summary>Why, since when, and whether it may pass; null where it can.</summary>
    public WriterFaultFigures? WriterFault { get; init; }
    /// <summary>What is wrong with the database itself, with the way back; empty = nothing that is known.</summary>
    public IReadOnlyList<StoreFaultFigures> StoreFaults { get; init; } = [];
    /// <summary>Kinds of names of which one sender brought more new ones today than lists take: what is beyond counts under "others".</summary>
    public IReadOnlyList<NamesBeyondRow> NamesBeyond { get; init; } = [];
    /// <summary>Services behind the scenes that failed since the program started; each is started again.</summary>
    public IReadOnlyList<ServiceRow> Services { get; init; } = [];
    /// <summary>Whether what is stored is as the content setting and the rules of today want it.</summary>
    public required StoredTextFigures StoredTexts { get; init; }
    /// <summary>How far the sums of days are, from which long ranges are answered.</summary>
    public DaySumRow Sums { get; init; } = new("idle", 0, 0);
    /// <summary>Since the program started, by source, for those that brought something.</summary>
    public IReadOnlyList<SourceRow> Sources { get; init; } = [];
    /// <summary>How long each kind of question took in the last hour, slowest first.</summary>
    public IReadOnlyList<QueryTiming> Queries { get; init; } = [];
    /// <summary>Lines and events of erased people that came again and were dropped, since the program started.</summary>
    public long RefusedByErasure { get; init; }
    /// <summary>What the program does, part by part.</summary>
    public IReadOnlyList<HealthRow> Health { get; init; } = [];
}

/// <param name="Part">What it is about, in words.</param>
/// <param name="State"><c>ok</c>, <c>degraded</c> = it goes on with less, or <c>failed</c> = it does not do its work.</param>
/// <param name="Since">Of the state, where it is known.</param>
/// <param name="Reason">In plain words; null where all is well.</param>
public sealed record HealthRow(string Part, string State, DateTimeOffset? Since, string? Reason);

/// <summary>What was stored under a laxer setting or by older rules is worked over in the background.</summary>
/// <param name="State"><c>waiting</c> = it has not begun, <c>running</c>, or <c>done</c>.</param>
/// <param name="Looked">Texts and names that were looked at.</param>
/// <param name="Total">That there are to look at, about.</param>
/// <param name="Changed">Of these.</param>
/// <param name="FinishedAt">Null where there was nothing to do since the program started, and while it runs.</param>
public sealed record StoredTextFigures(string State, long Looked, long Total, long Changed, DateTimeOffset? FinishedAt);

/// <summary>Until a day is summed up, answers add up its rows: they are right, and slower.</summary>
/// <param name="State"><c>idle</c> or <c>running</c>.</param>
/// <param name="Done">Days of the present round that are done.</param>
/// <param name="Total">Days of the present round.</param>
public sealed record DaySumRow(string State, int Done, int Total);

/// <param name="Reason">In the words of the error.</param>
/// <param name="MayPass">A full disk or a lock passes by itself; what does not needs someone who mends it.</param>
/// <param name="Tries">That failed since then.</param>
public sealed record WriterFaultFigures(string Reason, bool MayPass, DateTimeOffset Since, int Tries);

/// <param name="Kind"><c>lost</c>: its files were removed, moved or replaced. <c>damaged</c>: a part of it cannot be read.</param>
/// <param name="Reason">What it is, and the way back.</param>
public sealed record StoreFaultFigures(string Kind, string Reason, DateTimeOffset Since);

/// <param name="Kind">Of name, in words: <c>user</c>, <c>project</c>, <c>set of tags</c>, …</param>
/// <param name="Sender">Name of the key or account.</param>
/// <param name="Taken">New names of today that have a row of their own.</param>
/// <param name="Beyond">How often another came today.</param>
public sealed record NamesBeyondRow(string Kind, string Sender, int Taken, long Beyond);

/// <param name="Running">False = it waits to be started again.</param>
/// <param name="Failures">Since the program started.</param>
public sealed record ServiceRow(string Name, bool Running, int Failures, DateTimeOffset FailedAt, string Reason);

/// <summary>How one source fares. Counts are since the start of the program.</summary>
public sealed record SourceRow
{
    /// <summary><c>transcript|otlp|api|hook|demo</c>.</summary>
    public required string Source { get; init; }
    public long Processed { get; init; }
    public long Accepted { get; init; }
    public long Duplicates { get; init; }
    public long Rejected { get; init; }
    /// <summary>Newest event, as its source dates it.</summary>
    public DateTimeOffset? LastEventAt { get; init; }
    /// <summary>Newest commit.</summary>
    public DateTimeOffset? LastCommitAt { get; init; }
    /// <summary>From event to commit, of events that came within a minute; null before the first.</summary>
    public double? LagP50Ms { get; init; }
    public double? LagP99Ms { get; init; }
    public double ThroughputPerSecond { get; init; }
    /// <summary>From queue to commit.</summary>
    public double LatencyP50Ms { get; init; }
    public double LatencyP99Ms { get; init; }
}

/// <summary><c>idle</c> = everything read is committed and in every answer.</summary>
public sealed record ImportFigures
{
    /// <summary><c>idle</c> or <c>running</c>.</summary>
    public required string State { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public long FilesTotal { get; init; }
    public long FilesDone { get; init; }
    public long BytesTotal { get; init; }
    public long BytesDone { get; init; }
    /// <summary>Why it does not come to an end, or what cannot be read, in plain words; null while nothing fails.</summary>
    public string? Problem { get; init; }
    /// <summary>What is not read, and why: links out of a root, what is no regular file, names that cannot be said.</summary>
    public IReadOnlyList<SkippedPath> Skipped { get; init; } = [];
}

public sealed record DriftRow(string Kind, string Version, long Lines, DateTimeOffset FirstSeen);

/// <summary>A line that could not be read.</summary>
public sealed record RejectedRow(string File, long Line, long Offset, string Reason, string? Text, DateTimeOffset At);
