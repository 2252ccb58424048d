using System.Collections.Concurrent;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Storage;

/// <summary>Lets others change what the writer keeps in its memory, while it stands still.</summary>
public sealed partial class EventWriter
{
    private readonly ConcurrentQueue<(Action Work, TaskCompletionSource Done)> _guests = new();

    /// <summary>
    /// Runs work between two transactions of the writer, over a connection of the caller's own. Afterwards the writer reads its memory anew, and
    /// whoever listens hears of a commit. Ends when the work has.
    /// </summary>
    /// <exception cref="OperationCanceledException">The writer ends before it came to it.</exception>
    internal async Task InTurnAsync(Action work, CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _guests.Enqueue((work, done));
        // It takes its place in the queue as everything does, and wakes the writer.
        await TellAsync(cancel).ConfigureAwait(false);
        await done.Task.ConfigureAwait(false);
    }

    /// <summary>A commit of nothing: whoever keeps answers asks again.</summary>
    internal ValueTask TellAsync(CancellationToken cancel) => WriteAsync(new EventBatch { Source = EventSource.Transcript }, cancel);

    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">What was being written is not on disk: nobody's turn yet.</exception>
    private void LetGuestsIn()
    {
        if (_guests.IsEmpty) return;
        Settle();
        Forget();
        while (_guests.TryDequeue(out var guest))
        {
            try
            {
                guest.Work();
                guest.Done.SetResult();
            }
            catch (Exception e)
            {
                guest.Done.SetException(e);
            }
        }
    }

    private void SendGuestsAway()
    {
        while (_guests.TryDequeue(out var guest)) guest.Done.SetCanceled();
    }
}
