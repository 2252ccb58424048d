using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// File events of the watched folders, as a hint only: they get lost when limits are reached, so nothing depends on them. A folder
/// that cannot be watched is said once and then found by looking. Errors of a watcher (too many events, too many folders) make
/// looks more frequent.
/// </summary>
internal sealed class FolderEvents(ILogger log) : IDisposable
{
    private const int Limit = 10_000;

    private readonly Dictionary<string, FileSystemWatcher?> _watchers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _changed = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _signal = new(0, 1);
    private volatile bool _isPartial;

    /// <summary>All folders are watched, as far as the system says.</summary>
    public bool IsWhole => !_isPartial && _watchers.Values.All(w => w is not null);

    public void Watch(IEnumerable<string> folders)
    {
        var wanted = folders.ToHashSet(StringComparer.Ordinal);
        // One that the system switched off by itself (on Windows: a share that went away and came back) is opened again.
        foreach (var gone in _watchers.Where(w => !wanted.Contains(w.Key) || w.Value is { EnableRaisingEvents: false }).Select(w => w.Key).ToList())
        {
            _watchers[gone]?.Dispose();
            _watchers.Remove(gone);
        }
        foreach (var folder in wanted.Where(f => !_watchers.ContainsKey(f))) _watchers[folder] = Open(folder);
    }

    /// <summary>Waits for an event, at most so long; gives the paths that changed.</summary>
    public async Task<IReadOnlyList<string>> WaitAsync(TimeSpan longest, CancellationToken cancel)
    {
        await _signal.WaitAsync(longest, cancel).ConfigureAwait(false);
        var paths = _changed.Keys.ToList();
        foreach (var path in paths) _changed.TryRemove(path, out _);
        return paths;
    }

    private FileSystemWatcher? Open(string folder)
    {
        try
        {
            // Where the folder is a link, events must bear the paths that a scan gives.
            var real = Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;
            var watcher = new FileSystemWatcher(real, "*.jsonl") { IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.Size | NotifyFilters.LastWrite | NotifyFilters.FileName };
            watcher.Changed += (_, e) => Tell(e.FullPath);
            watcher.Created += (_, e) => Tell(e.FullPath);
            // Too many folders, or too many events: some changes are found by looking alone from now on.
            watcher.Error += (_, _) => _isPartial = true;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            log.LogInformation("{Folder} cannot be watched ({Reason}); it is looked at several times a second instead", folder, e.Message);
            return null;
        }
    }

    private void Tell(string path)
    {
        if (_changed.Count < Limit) _changed[path] = 0;
        if (_signal.CurrentCount > 0) return;
        try { _signal.Release(); }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Another thread was faster; or the last event of a watcher comes after the end, on a thread where nobody would catch it.
        }
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers.Values) watcher?.Dispose();
        _signal.Dispose();
    }
}
