using Observatory.Core.Time;

namespace Observatory.Core.Ingestion;

/// <summary>How far the import is. Written by the transcript source, read by pages and the pipeline answer; thread-safe.</summary>
public sealed class ImportProgress
{
    private readonly Lock _gate = new();
    private ImportSnapshot _now = new(false, null, null, 0, 0, 0, 0, 0, null, []);

    public ImportSnapshot Now
    {
        get { lock (_gate) return _now; }
    }

    /// <summary>Replaces the picture: <c>Update(p => p with { FilesDone = p.FilesDone + 1 })</c>.</summary>
    public void Update(Func<ImportSnapshot, ImportSnapshot> change)
    {
        lock (_gate) _now = change(_now);
    }
}

/// <param name="Running">Something that was found is not committed yet.</param>
/// <param name="StartedAt">Unix ms of the running or last import.</param>
/// <param name="FinishedAt">Unix ms, null while it runs.</param>
/// <param name="FilesTotal">All transcripts under the roots.</param>
/// <param name="FilesDone">Of these, read to the end and committed.</param>
/// <param name="BytesTotal">Their size.</param>
/// <param name="BytesDone">Of it, read and committed.</param>
/// <param name="Events">Events committed by this run.</param>
/// <param name="NewestFirstAt">Time of change (Unix ms) of the file being read: the import goes back in time.</param>
/// <param name="Roots">What was found where.</param>
public sealed record ImportSnapshot(
    bool Running, long? StartedAt, long? FinishedAt, long FilesTotal, long FilesDone, long BytesTotal, long BytesDone, long Events,
    long? NewestFirstAt, IReadOnlyList<RootSnapshot> Roots)
{
    /// <summary>Why it does not come to an end, in plain words: the same is tried again and again. Null while nothing fails.</summary>
    public string? Problem { get; init; }
}

/// <param name="Path">The <c>projects</c> folder that is watched.</param>
/// <param name="Owner">Whose transcripts it holds.</param>
/// <param name="Exists">The folder is there.</param>
/// <param name="Files">Transcripts in it.</param>
/// <param name="Projects">Project folders in it.</param>
/// <param name="Problem">Why it cannot be read, in plain words, or null.</param>
public sealed record RootSnapshot(string Path, string Owner, bool Exists, int Files, int Projects, string? Problem)
{
    /// <summary>What is left alone, and why.</summary>
    public IReadOnlyList<SkippedPath> Skipped { get; init; } = [];
}

/// <summary>A file or folder that is not read.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Reason">In plain words, as "a link that leads nowhere".</param>
public sealed record SkippedPath(string Path, string Reason);

/// <summary>A transcript that Claude Code will delete soon (30 days after its last change by default).</summary>
public sealed record ExpiringFile(string Path, string? Project, long DeletedAt)
{
    public const long DefaultLifetime = 30 * BucketClock.Day;
}

/// <summary>Knows which transcripts go soon; answers from memory.</summary>
public interface IExpiringFiles
{
    /// <summary>Transcripts that Claude Code deletes within the given time if it keeps its default, soonest first.</summary>
    IReadOnlyList<ExpiringFile> GetExpiringFiles(TimeSpan within);
}
