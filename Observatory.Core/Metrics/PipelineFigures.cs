namespace Observatory.Core.Metrics;

/// <summary>Health of the way from file to figure.</summary>
public sealed record PipelineFigures
{
    public required ImportFigures Import { get; init; }
    public long Processed { get; init; }
    public long Accepted { get; init; }
    public long Duplicates { get; init; }
    public long Rejected { get; init; }
    public long DeadLetters { get; init; }
    /// <summary>Hooks that came while the queue was full or nothing could be written: their sender is not told.</summary>
    public long HooksDropped { get; init; }
    public int QueueDepth { get; init; }
    public double ThroughputPerSecond { get; init; }
    public double LatencyP50Ms { get; init; }
    public double LatencyP99Ms { get; init; }
    /// <summary>Line types and client versions that the reader does not know.</summary>
    public IReadOnlyList<DriftRow> Drift { get; init; } = [];
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
}

public sealed record DriftRow(string Kind, string Version, long Lines, DateTimeOffset FirstSeen);

/// <summary>A line that could not be read.</summary>
public sealed record RejectedRow(string File, long Line, long Offset, string Reason, string? Text, DateTimeOffset At);
