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
public sealed partial class TranscriptSource(
    IReadOnlyList<TranscriptRoot> roots, IEventSink sink, IBookmarkStore bookmarks, ImportProgress progress, TimeProvider clock, ILogger<TranscriptSource> log,
    EventSource source = EventSource.Transcript) : IExpiringFiles, IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_scan = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestScan = TimeSpan.FromMinutes(2);

    /// <summary>A scan is followed by so many times its length without one, where the system tells of changes, and where it does not tell of all.</summary>
    private const int RestsAfterScan = 200, RestsWithoutEvents = 20;

    /// <summary>A look at files that were written to lately is followed by so many times its length without one.</summary>
    private const int RestsAfterLook = 50;

    /// <summary>Between two passes over what is known of all files: some wait for a second try, or for their rest to become still.</summary>
    private static readonly TimeSpan s_lookAtAll = TimeSpan.FromSeconds(4);
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

    /// <summary>Files that were written to lately.</summary>
    private readonly ConcurrentDictionary<FileState, byte> _hot = new();
    private long _hotAt;
    private TimeSpan _hotRest;
    private long _scannedAt;
    private TimeSpan _scanTook;

    /// <summary>Something is there that only a scan knows.</summary>
    private volatile bool _isScanDue;
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
        foreach (var state in _files.Values.Where(f => f.Problem is not null)) log.LogWarning("{File} cannot be read: {Problem}", state.File.Path,
            state.Problem);
        Report(finished: true);
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        var lookedAtAll = clock.GetTimestamp();
        while (true)
        {
            var told = await _events.WaitAsync(s_look, cancel).ConfigureAwait(false);
            var changed = new HashSet<FileState>();
            foreach (var path in told)
            {
                if (Look(path) is { } state) changed.Add(state);
            }
            if (_isScanDue || clock.GetElapsedTime(_scannedAt) >= RestAfter(_scanTook, _events.IsWhole))
            {
                await PassAsync(cancel).ConfigureAwait(false);
                continue;
            }
            LookAtHot(changed);
            if (clock.GetElapsedTime(lookedAtAll) < s_lookAtAll) await ReadChangedAsync(changed, cancel).ConfigureAwait(false);
            else
            {
                await ReadChangedAsync(null, cancel).ConfigureAwait(false);
                lookedAtAll = clock.GetTimestamp();
            }
        }
    }

    /// <summary>In proportion to what it costs: to look through many files every few seconds would keep a processor busy for nothing.</summary>
    /// <param name="isTold">The system tells of what changes in every folder.</param>
    internal static TimeSpan RestAfter(TimeSpan took, bool isTold)
    {
        var rest = took * (isTold ? RestsAfterScan : RestsWithoutEvents);
        return rest < s_scan ? s_scan : rest < s_longestScan ? rest : s_longestScan;
    }

    /// <summary>Looks at files that were written to lately, several times a second where they are some.</summary>
    private void LookAtHot(HashSet<FileState> changed)
    {
        if (clock.GetElapsedTime(_hotAt) < _hotRest) return;
        var (began, since) = (clock.GetTimestamp(), Now - HotFor);
        foreach (var (state, _) in _hot)
        {
            if (state.ModifiedAt < since) _hot.TryRemove(state, out _);
            else if (Look(state.File.Path) is not null) changed.Add(state);
        }
        _hotAt = clock.GetTimestamp();
        var rest = clock.GetElapsedTime(began) * RestsAfterLook;
        _hotRest = rest < s_look ? TimeSpan.Zero : rest;
    }

    /// <summary>One full scan, and everything read that it found.</summary>
    private async Task PassAsync(CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        Scan();
        _scanTook = clock.GetElapsedTime(began);
        await ReadChangedAsync(null, cancel).ConfigureAwait(false);
        _scannedAt = clock.GetTimestamp();
        Succeeded();
    }

    private void Scan()
    {
        _isScanDue = false;
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
        foreach (var path in _files.Keys.Where(p => !seen.Contains(p)).ToList())
        {
            if (_files.TryRemove(path, out var gone)) _hot.TryRemove(gone, out _);
        }
    }

    /// <summary>Looks at one file, which may be new. Null where there is nothing to read of it, or nobody knows yet what it is.</summary>
    private FileState? Look(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists) return null;
        if (_files.TryGetValue(path, out var known)) return Update(known.File, info.Length, new DateTimeOffset(info.LastWriteTimeUtc).ToUnixTimeMilliseconds());
        if (TranscriptScanner.Find(roots, path) is { } found) return Update(found.File, found.Size, found.ModifiedAt);
        // A scan knows links and what else may be in the way; who begins a conversation must not wait for the next one.
        _isScanDue = true;
        return null;
    }

    private FileState Update(TranscriptFile file, long size, long modifiedAt)
    {
        var state = _files.GetOrAdd(file.Path, _ =>
        {
            var created = new FileState(file);
            if (_stored.TryGetValue(file.Path, out var mark)) created.Read = created.Committed = mark;
            return created;
        });
        if ((state.Size, state.ModifiedAt) != (size, modifiedAt) || state.UnchangedSince == 0) state.UnchangedSince = Now;
        (state.Size, state.ModifiedAt) = (size, modifiedAt);
        if (modifiedAt >= Now - HotFor) _hot[state] = 0;
        return state;
    }

    public void Dispose() => _events.Dispose();
}
