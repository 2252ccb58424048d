using System.Threading.Channels;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Storage.Writing;

/// <summary>Lets others change what is stored, between two transactions.</summary>
public sealed partial class EventWriter
{
    /// <summary>
    /// Runs work in a transaction of the writer, with its memory: what it changes is judged, summed and written as what batches bring. It takes its place among
    /// what waits. Ends when it is on disk; where it fails nothing is changed, and it is not tried again.
    /// </summary>
    /// <exception cref="OperationCanceledException">The writer ends before it came to it.</exception>
    internal Task InTransactionAsync(Action<WriterState> work, CancellationToken cancel) => WaitForAsync(new WriterTurn(work, null), cancel);

    /// <summary>
    /// Runs work between two transactions of the writer, over a connection of the caller's own. Afterwards the writer reads its memory anew, which takes long
    /// where much is stored, and whoever listens hears of a commit. Ends when the work has.
    /// </summary>
    /// <exception cref="OperationCanceledException">The writer ends before it came to it.</exception>
    internal Task StandStillAsync(Action work, CancellationToken cancel) => WaitForAsync(new WriterTurn(null, work), cancel);

    /// <summary>A commit of nothing: whoever keeps answers asks again.</summary>
    internal ValueTask TellAsync(CancellationToken cancel) => WriteAsync(new EventBatch { Source = EventSource.Transcript }, cancel);

    private async Task WaitForAsync(WriterTurn turn, CancellationToken cancel)
    {
        try
        {
            await _queue.Writer.WriteAsync(new WriteWork(null, 0, turn), cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new OperationCanceledException("The writer has ended.");
        }
        await turn.Done.ConfigureAwait(false);
    }

    /// <summary>Whatever the turn does, its own failure is its own: the writer goes on.</summary>
    private void Give(WriterTurn turn)
    {
        if (_completed)
        {
            turn.MarkCancelled();
            return;
        }
        try
        {
            if (turn.Standstill is { } work) StandStill(work);
            else Run(turn.Work!);
            turn.MarkDone();
        }
        catch (Exception e)
        {
            Forget();
            turn.MarkFailed(e);
        }
    }

    private void StandStill(Action work)
    {
        Forget();
        try
        {
            work();
        }
        finally
        {
            TellObserver(new Commit(Interlocked.Increment(ref _version), [], 0));
        }
    }

    private void Run(Action<WriterState> work)
    {
        var writes = Gather(work);
        var rows = _rows!;
        rows.Transaction.End(() => writes.Write(rows));
        _store.Check();
        TellObserver(new Commit(Interlocked.Increment(ref _version), writes.Sessions, 0) { Deltas = writes.Deltas });
    }

    private void SendTurnsAway()
    {
        SendUrgentAway();
        while (_queue.Reader.TryRead(out var left))
        {
            left.Turn?.MarkCancelled();
            left.Batch?.MarkFailed(new OperationCanceledException());
        }
    }
}
