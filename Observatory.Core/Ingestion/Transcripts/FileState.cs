namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>A transcript in memory: how far it is read, how far that is committed, and how the folder last showed it.</summary>
internal sealed class FileState(TranscriptFile file)
{
    public TranscriptFile File { get; } = file;

    /// <summary>Behind the last line handed on; goes back to <see cref="Committed"/> where a commit fails.</summary>
    public Bookmark? Read { get; set; }

    public Bookmark? Committed { get; set; }

    public long Size { get; set; }

    public long ModifiedAt { get; set; }

    /// <summary>Handed on, not committed yet.</summary>
    public int Pending;

    /// <summary>Somebody reads it: there is one at a time.</summary>
    private int _isClaimed;

    /// <summary>False = another reads it. Else <see cref="Release"/> has to follow.</summary>
    public bool TryClaim() => Interlocked.CompareExchange(ref _isClaimed, 1, 0) == 0;

    public void Release() => Volatile.Write(ref _isClaimed, 0);

    /// <summary>Why it could not be read when it was last tried, in plain words, or null.</summary>
    public string? Problem { get; set; }

    /// <summary>What was read of it could not be committed when it was last tried; then <see cref="Problem"/> says why.</summary>
    public bool IsUncommitted { get; set; }

    /// <summary>When a file that could not be read is tried again, Unix ms.</summary>
    public long RetryAt { get; set; }

    public PromptMarks Marks { get; } = new(isKnown: false);

    /// <summary>Since when the folder has shown this size and time of change, Unix ms.</summary>
    public long UnchangedSince { get; set; }

    /// <summary>Size and time of change with which the rest behind the last line end was read.</summary>
    public (long Size, long ModifiedAt) RestRead { get; set; } = (-1, 0);

    /// <summary>Nothing was written for a minute: what has no line end by now will hardly get one. By the file's own time, or by ours where that is
    /// ahead.</summary>
    public bool IsStill(long now) => now - ModifiedAt >= StillAfter || now - UnchangedSince >= StillAfter;

    /// <summary>There is something behind the last line end that is not read yet.</summary>
    public bool HasUnreadRest(long now) => IsRead && Read!.Offset < Size && RestRead != (Size, ModifiedAt) && IsStill(now);

    private const long StillAfter = 60_000;

    /// <summary>Everything that the folder shows has been read, as far as whole lines go.</summary>
    public bool IsRead => Read is { } mark && mark.Size == Size && mark.ModifiedAt == ModifiedAt;

    public bool IsDone => IsRead && Volatile.Read(ref Pending) == 0;

    /// <summary>Bytes that are counted; a file that is done counts whole, half a line at its end included.</summary>
    public long DoneBytes => IsDone ? Size : Math.Min(Size, Committed?.Offset ?? 0);
}
