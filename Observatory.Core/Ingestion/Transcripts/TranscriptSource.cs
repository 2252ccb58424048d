using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Observatory.Core.Events;
using Observatory.Core.Time;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// Reads all transcripts under the roots, newest first, and then whatever is appended. Changes are found by file events where the
/// system gives them, by looking at lately changed files several times a second, and by a full scan every few seconds, which
/// needs nothing of the system and finds everything that the other two miss.
/// </summary>
public sealed class TranscriptSource(
    IReadOnlyList<TranscriptRoot> roots, IEventSink sink, IBookmarkStore bookmarks, ImportProgress progress, TimeProvider clock, ILogger<TranscriptSource> log,
    EventSource source = EventSource.Transcript) : IExpiringFiles, IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_scan = TimeSpan.FromSeconds(2);
    private const long HotFor = 10 * BucketClock.Minute;
    private const long RetryAfter = 5_000;

    /// <summary>A fault of ours repeats itself: whoever tries again at once only reads the same bytes again.</summary>
    private const long RetryFaultAfter = BucketClock.Minute;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    /// <summary>Paths that the log names as not read: more of them say no more.</summary>
    private const int MostSaid = 1_000;

    /// <summary>Appends of more than this at once are an import of their own, with a start and an end.</summary>
    private const long ImportBytes = 8 * 1024 * 1024;

    private readonly TranscriptReader _reader = new(sink, source);
    private readonly ConcurrentDictionary<string, FileState> _files = new(StringComparer.Ordinal);
    private readonly FolderEvents _events = new(log);
    private Dictionary<string, Bookmark> _stored = [];
    private IReadOnlyList<ScannedRoot> _roots = [];
    private readonly HashSet<string> _skipped = new(StringComparer.Ordinal);
    private long _committedEvents;
    private long _reportedAt;

    /// <summary>Failures in a row of what is no single file's fault, and the last of them.</summary>
    private int _failures;
    private string? _failure;

    /// <summary>Runs until it is cancelled. Nothing else ends it: what fails is said and tried again.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var imported = false;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                if (!imported) await ImportAsync(cancel).ConfigureAwait(false);
                imported = true;
                await FollowAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // Stopping: what is not committed is read again at the next start.
            }
            catch (Exception e)
            {
                // No single file's fault (those are caught beside the file). A scan finds what was missed; ending here would end the host.
                Failed(e);
                await Task.Delay(s_pause, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Said once with its trace; while the same goes on failing, the picture says so.</summary>
    private void Failed(Exception e)
    {
        _failures++;
        if (_failure != e.Message) log.LogError(e, "Reading transcripts was interrupted; it is tried again every {Seconds} s", s_pause.TotalSeconds);
        _failure = e.Message;
        progress.Update(p => p with
        {
            Running = true, StartedAt = p.Running ? p.StartedAt : Now, FinishedAt = null, Problem = FailureWords,
        });
    }

    private string FailureWords => $"Reading transcripts fails: {_failure}";

    private void Succeeded()
    {
        if (_failure is null) return;
        log.LogInformation("Transcripts are read again after {Failures} failures", _failures);
        (_failures, _failure) = (0, null);
        Report(finished: true);
    }

    public IReadOnlyList<ExpiringFile> GetExpiringFiles(TimeSpan within)
    {
        var until = Now + (long)within.TotalMilliseconds;
        return [.. _files.Values
            .Select(f => new ExpiringFile(f.File.Path, Path.GetFileName(Path.GetDirectoryName(f.File.Path)), f.ModifiedAt + ExpiringFile.DefaultLifetime))
            .Where(f => f.DeletedAt <= until).OrderBy(f => f.DeletedAt)];
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task ImportAsync(CancellationToken cancel)
    {
        // From the first moment: idle means that everything is read and committed.
        var started = Now;
        progress.Update(p => p with { Running = true, StartedAt = p.Running ? p.StartedAt : started, FinishedAt = null });
        foreach (var mark in await bookmarks.LoadBookmarksAsync(cancel).ConfigureAwait(false)) _stored[mark.File] = mark;
        await PassAsync(cancel).ConfigureAwait(false);
        _stored = [];
        foreach (var state in _files.Values.Where(f => f.Problem is not null)) log.LogWarning("{File} cannot be read: {Problem}", state.File.Path, state.Problem);
        Report(finished: true);
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        var scanned = clock.GetTimestamp();
        while (true)
        {
            var told = await _events.WaitAsync(s_look, cancel).ConfigureAwait(false);
            // A file that is new is found by a scan; who begins a conversation must not wait for the next one.
            if (clock.GetElapsedTime(scanned) >= s_scan || told.Any(path => !_files.ContainsKey(path)))
            {
                await PassAsync(cancel).ConfigureAwait(false);
                scanned = clock.GetTimestamp();
                continue;
            }
            foreach (var path in told) Look(path);
            var hot = Now - HotFor;
            foreach (var state in _files.Values.Where(f => f.ModifiedAt >= hot)) Look(state.File.Path);
            await ReadChangedAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>One full scan, and everything read that it found.</summary>
    private async Task PassAsync(CancellationToken cancel)
    {
        Scan();
        await ReadChangedAsync(cancel).ConfigureAwait(false);
        Succeeded();
    }

    private void Scan()
    {
        _roots = TranscriptScanner.Scan(roots);
        foreach (var (path, reason) in _roots.SelectMany(r => r.Skipped))
        {
            if (_skipped.Count < MostSaid && _skipped.Add(path)) log.LogInformation("{Path} is not read: {Reason}", path, reason);
        }
        _events.Watch(_roots.Where(r => r.Exists).Select(r => r.Root.Path));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var found in _roots.SelectMany(r => r.Files))
        {
            seen.Add(found.File.Path);
            Update(found.File, found.Size, found.ModifiedAt);
        }
        // Gone: what was counted stays counted, the file is no longer part of the picture.
        foreach (var path in _files.Keys.Where(p => !seen.Contains(p)).ToList()) _files.TryRemove(path, out _);
    }

    private void Look(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists || !_files.TryGetValue(path, out var known)) return;
        Update(known.File, info.Length, new DateTimeOffset(info.LastWriteTimeUtc).ToUnixTimeMilliseconds());
    }

    private void Update(TranscriptFile file, long size, long modifiedAt)
    {
        var state = _files.GetOrAdd(file.Path, _ =>
        {
            var created = new FileState(file);
            if (_stored.TryGetValue(file.Path, out var mark)) created.Read = created.Committed = mark;
            return created;
        });
        if ((state.Size, state.ModifiedAt) != (size, modifiedAt) || state.UnchangedSince == 0) state.UnchangedSince = Now;
        (state.Size, state.ModifiedAt) = (size, modifiedAt);
    }

    private async Task ReadChangedAsync(CancellationToken cancel)
    {
        var now = Now;
        var changed = _files.Values.Where(f => (!f.IsRead || f.HasUnreadRest(now)) && f.RetryAt <= now).OrderByDescending(f => f.ModifiedAt).ToList();
        if (changed.Count == 0)
        {
            Report(finished: false);
            return;
        }
        var bytes = changed.Sum(f => Math.Max(0, f.Size - (f.Read?.Offset ?? 0)));
        if (bytes > ImportBytes && !progress.Now.Running) progress.Update(p => p with { StartedAt = now, FinishedAt = null });
        progress.Update(p => p with { Running = true });
        Report(finished: false);
        // One core is the writer's; more readers than the rest of them would only wait for it.
        var readers = Math.Clamp(Environment.ProcessorCount - 1, 1, 4);
        var waiting = new ConcurrentBag<Task>();
        await Parallel.ForEachAsync(changed, new ParallelOptions { MaxDegreeOfParallelism = readers, CancellationToken = cancel }, async (state, stop) =>
        {
            await ReadAsync(state, waiting, stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        await Task.WhenAll(waiting).WaitAsync(cancel).ConfigureAwait(false);
        Report(finished: true);
    }

    private async Task ReadAsync(FileState state, ConcurrentBag<Task> waiting, CancellationToken cancel)
    {
        progress.Update(p => p with { NewestFirstAt = state.ModifiedAt });
        try
        {
            var isStill = state.IsStill(Now);
            var result = await _reader.ReadAsync(state.File, state.Read, state.Marks, isStill, cancel).ConfigureAwait(false);
            if (isStill && result.End is { } read) state.RestRead = (read.Size, read.ModifiedAt);
            if (result.StartedOver) log.LogInformation("{File} was cut or replaced; it is read from the top again", state.File.Path);
            state.Read = result.End;
            if (result.End is { } end) (state.Size, state.ModifiedAt) = (Math.Max(state.Size, end.Size), end.ModifiedAt);
            if (result.End is { } mark && mark.Size < state.Size) state.Size = mark.Size;
            if (!state.IsUncommitted) state.Problem = null;
            foreach (var batch in result.Batches)
            {
                Interlocked.Increment(ref state.Pending);
                waiting.Add(FollowCommitAsync(state, batch));
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            _files.TryRemove(state.File.Path, out _);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (state.Problem is null) log.LogWarning("{File} cannot be read now ({Reason}); it is tried again", state.File.Path, e.Message);
            (state.Problem, state.RetryAt) = (e.Message, Now + RetryAfter);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One file must not keep the others from being read.
            if (state.Problem is null) log.LogError(e, "{File} cannot be read; it is tried again", state.File.Path);
            (state.Problem, state.RetryAt) = (e.Message, Now + RetryFaultAfter);
        }
    }

    private async Task FollowCommitAsync(FileState state, EventBatch batch)
    {
        try
        {
            await batch.Committed.ConfigureAwait(false);
            state.Committed = batch.Bookmark;
            if (state.IsUncommitted) (state.IsUncommitted, state.Problem) = (false, null);
            Interlocked.Add(ref _committedEvents, batch.Events.Count);
        }
        catch (Exception e)
        {
            // Back to what is on disk; the next pass reads from there.
            if (!state.IsUncommitted) log.LogWarning("A part of {File} was not committed ({Reason}); it is read again until it is", state.File.Path, e.Message);
            (state.IsUncommitted, state.Problem) = (true, $"What was read of it cannot be committed: {e.Message}");
            (state.Read, state.RestRead) = (state.Committed, (-1, 0));
            state.RetryAt = Now + RetryAfter;
        }
        finally
        {
            Interlocked.Decrement(ref state.Pending);
        }
        ReportNowAndThen();
    }

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

    public void Dispose() => _events.Dispose();
}
