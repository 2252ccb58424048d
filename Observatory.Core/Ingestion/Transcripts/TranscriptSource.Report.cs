namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Says how far the reading is.</summary>
public sealed partial class TranscriptSource
{
    /// <summary>A picture of all files costs time in proportion to their number: a few times a second is enough to watch.</summary>
    private void ReportNowAndThen()
    {
        var last = Interlocked.Read(ref _reportedAt);
        if (clock.GetElapsedTime(last) < s_look || Interlocked.CompareExchange(ref _reportedAt, clock.GetTimestamp(), last) != last) return;
        Report(finished: false);
    }

    private void Report(bool finished)
    {
        var all = _files.Values;
        var (files, bytes, done, doneBytes) = (0L, 0L, 0L, 0L);
        // What failed as a whole may have found nothing yet.
        var open = _failure is not null;
        FileState? uncommitted = null;
        foreach (var file in all)
        {
            files++;
            bytes += file.Size;
            doneBytes += file.DoneBytes;
            if (file.IsDone) done++;
            else open |= file.Problem is null || file.IsUncommitted || Volatile.Read(ref file.Pending) > 0;
            if (file.IsUncommitted) uncommitted ??= file;
        }
        var shown = _roots.Select(Show).ToList();
        var problem = _failure is not null ? FailureWords
            : uncommitted is null ? null : $"{uncommitted.File.Path} is read again and again. {uncommitted.Problem}";
        progress.Update(p => p with
        {
            FilesTotal = files, FilesDone = done, BytesTotal = bytes, BytesDone = doneBytes, Events = Interlocked.Read(ref _committedEvents), Roots = shown,
            Problem = problem, Running = p.Running && (open || !finished),
            FinishedAt = p.Running && finished && !open ? p.FinishedAt is null || p.StartedAt > p.FinishedAt ? Now : p.FinishedAt : p.FinishedAt,
        });
    }

    private RootSnapshot Show(ScannedRoot r) =>
        new(r.Root.Path, r.Root.Owner, r.Exists, r.Files.Count, r.Projects, r.Problem ?? ProblemOf(r)) { Skipped = r.Skipped };

    private string? ProblemOf(ScannedRoot root)
    {
        // By value: readers take files away while this looks.
        var failed = root.Files.Select(f => _files.GetValueOrDefault(f.File.Path)).Where(f => f?.Problem is not null).ToList();
        return failed.Count == 0
            ? null : $"{failed.Count} {(failed.Count == 1 ? "file" : "files")} cannot be read, among them {failed[0]!.File.Path}: {failed[0]!.Problem}";
    }
}
