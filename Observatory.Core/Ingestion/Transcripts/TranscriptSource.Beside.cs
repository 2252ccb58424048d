using System.Collections.Concurrent;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// While much is read, files that are being written to have a lane of their own: what is appended to them is read at once, and goes before what waits for the
/// writer. One reader at a time reads a file, and nothing goes before what was read of the same file earlier.
/// </summary>
public sealed partial class TranscriptSource
{
    /// <summary>Files written to at the same time that are no import.</summary>
    private const int MostBeside = 64;

    /// <param name="until">The rest is read.</param>
    /// <param name="cancel">The program ends. What was begun is read to its end before.</param>
    private async Task FollowBesideAsync(CancellationToken until, CancellationToken cancel)
    {
        try
        {
            var (grown, looked, rest, scanned) = (new HashSet<FileState>(), clock.GetTimestamp(), s_look, clock.GetTimestamp());
            while (true)
            {
                foreach (var path in await _events.WaitAsync(s_look, until).ConfigureAwait(false)) LookBeside(path, grown);
                if (clock.GetElapsedTime(looked) >= rest)
                {
                    var began = clock.GetTimestamp();
                    foreach (var path in ReadLately()) LookBeside(path, grown);
                    (looked, rest) = (clock.GetTimestamp(), clock.GetElapsedTime(began) * RestsAfterLook);
                    if (rest < s_look) rest = s_look;
                }
                if (clock.GetElapsedTime(scanned) >= RestAfter(_scanTook, _events.IsWhole))
                {
                    // What is new and nobody told of. What else a scan says is said by the next one.
                    foreach (var found in TranscriptScanner.Scan(roots).SelectMany(r => r.Files))
                    {
                        if (!_files.ContainsKey(found.File.Path)) grown.Add(Update(found.File, found.Size, found.ModifiedAt));
                    }
                    scanned = clock.GetTimestamp();
                }
                // So many at once are being copied here: whoever reads all comes to them.
                if (grown.Count > MostBeside) grown.Clear();
                foreach (var state in grown.OrderByDescending(s => s.ModifiedAt).ToList())
                {
                    if (await TryReadBesideAsync(state, cancel).ConfigureAwait(false)) grown.Remove(state);
                }
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // What it was told of is looked at next.
        }
    }

    private void LookBeside(string path, HashSet<FileState> grown)
    {
        try
        {
            if (Look(path) is { } state && IsChanged(state, Now)) grown.Add(state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            _isScanDue = true;
        }
    }

    /// <summary>Files that were written to lately and of which all was read: what is new in them is an append.</summary>
    private List<string> ReadLately()
    {
        var paths = new List<string>();
        foreach (var (state, _) in _hot)
        {
            if (state.IsRead) paths.Add(state.File.Path);
        }
        return paths;
    }

    /// <returns>False = it has to wait for what is being read or committed of it.</returns>
    private async Task<bool> TryReadBesideAsync(FileState state, CancellationToken cancel)
    {
        if (!IsChanged(state, Now) || state.Size - (state.Read?.Offset ?? 0) > ImportBytes) return true;
        if (Volatile.Read(ref state.Pending) > 0 || !state.TryClaim()) return false;
        try
        {
            // Once more: it may have been read before it was claimed.
            if (Volatile.Read(ref state.Pending) > 0) return false;
            if (!IsChanged(state, Now)) return true;
            var waiting = new ConcurrentBag<Task>();
            await ReadAsync(state, waiting, isUrgent: true, cancel).ConfigureAwait(false);
            await Task.WhenAll(waiting).WaitAsync(cancel).ConfigureAwait(false);
            return true;
        }
        finally
        {
            state.Release();
        }
    }
}
