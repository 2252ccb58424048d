using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Reads what was found, and follows it until it is committed.</summary>
public sealed partial class TranscriptSource
{
    /// <param name="among">Only these; null = all.</param>
    /// <param name="cancel">The program ends.</param>
    private async Task ReadChangedAsync(IReadOnlyCollection<FileState>? among, CancellationToken cancel)
    {
        var now = Now;
        var changed = new List<FileState>();
        foreach (var file in among ?? _files.Select(f => f.Value))
        {
            if (IsChanged(file, now)) changed.Add(file);
        }
        if (changed.Count == 0)
        {
            if (among is null) Report(finished: false);
            return;
        }
        changed.Sort((a, b) => b.ModifiedAt.CompareTo(a.ModifiedAt));
        var bytes = changed.Sum(f => Math.Max(0, f.Size - (f.Read?.Offset ?? 0)));
        if (bytes > ImportBytes && !progress.Now.Running) progress.Update(p => p with { StartedAt = now, FinishedAt = null });
        progress.Update(p => p with { Running = true });
        Report(finished: false);
        // One core is the writer's; more readers than the rest of them would only wait for it.
        var readers = Math.Clamp(Environment.ProcessorCount - 1, 1, 4);
        var waiting = new ConcurrentBag<Task>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var beside = Task.Run(() => FollowBesideAsync(over.Token, cancel), CancellationToken.None);
        try
        {
            await Parallel.ForEachAsync(changed, new ParallelOptions { MaxDegreeOfParallelism = readers, CancellationToken = cancel }, async (state, stop) =>
            {
                // Who is at it reads what was found here too.
                if (!state.TryClaim()) return;
                try
                {
                    progress.Update(p => p with { NewestFirstAt = state.ModifiedAt });
                    await ReadAsync(state, waiting, isUrgent: false, stop).ConfigureAwait(false);
                }
                finally
                {
                    state.Release();
                }
            }).ConfigureAwait(false);
            await Task.WhenAll(waiting).WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await beside.ConfigureAwait(false);
        }
        Report(finished: true);
    }

    private static bool IsChanged(FileState file, long now) => (!file.IsRead || file.HasUnreadRest(now)) && file.RetryAt <= now;

    private async Task ReadAsync(FileState state, ConcurrentBag<Task> waiting, bool isUrgent, CancellationToken cancel)
    {
        try
        {
            var isStill = state.IsStill(Now);
            var result = await _reader.ReadAsync(state.File, state.Read, state.Marks, isStill, cancel, isUrgent).ConfigureAwait(false);
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
}
