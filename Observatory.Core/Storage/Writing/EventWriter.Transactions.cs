using Microsoft.Extensions.Logging;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Storage.Writing;

/// <summary>One transaction after the other: the writer's memory, what is being written, and who is told.</summary>
public sealed partial class EventWriter
{
    /// <summary>Batches of the transaction that is being written while the next is gathered.</summary>
    private readonly List<(EventBatch Batch, long QueuedAt)> _inFlight = [];

    /// <summary>Takes in the differences of the running transaction.</summary>
    private IRollup _gathering;

    /// <summary>Holds those of the transaction that is being written.</summary>
    private IRollup _writing;
    private IWriterRows? _rows;
    private WriterState? _state;

    /// <summary>The writer's memory, read from the database where there is none.</summary>
    private WriterState State => _state ??= new WriterState(_rows ??= _store.Open());

    /// <summary>What a failed transaction may have left in memory is read anew.</summary>
    private void Forget()
    {
        _gathering.Discard();
        _writing.Discard();
        _rows?.Dispose();
        (_rows, _state) = (null, null);
    }

    /// <summary>Waits until what is being written is on disk.</summary>
    /// <exception cref="System.Data.Common.DbException">It is not.</exception>
    private void Settle()
    {
        _rows?.Transaction.Wait();
        _inFlight.Clear();
    }

    /// <summary>After a failure of any transaction: what was being written and is not on disk comes first when it is tried again.</summary>
    private void TakeBack(List<(EventBatch Batch, long QueuedAt)> group)
    {
        try
        {
            Settle();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            group.InsertRange(0, _inFlight);
            _inFlight.Clear();
        }
    }

    /// <param name="group">Batches of one transaction.</param>
    /// <param name="queued">How many of them count as waiting in the queue.</param>
    /// <param name="mayOverlap">Where more batches wait, it is written on another thread while those are applied. What fails then is heard by the next <see
    /// cref="Settle"/>.</param>
    private void Write(List<(EventBatch Batch, long QueuedAt)> group, int queued, bool mayOverlap = false)
    {
        var rejectedOf = new int[group.Count];
        var (events, known, rejected) = (0, 0, 0);
        var writes = Gather(state =>
        {
            var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
            var applier = new BatchApplier(state);
            for (var i = 0; i < group.Count; i++)
            {
                var batch = group[i].Batch;
                if (state.Names.Begin(batch.Sender, Figures.Names)) applier = new BatchApplier(state);
                known += applier.Apply(batch);
                events += batch.Events.Count + batch.Points.Count - batch.Refused.Count;
                rejectedOf[i] = SetAside(batch, state.Rows, now);
                rejected += rejectedOf[i];
                if (batch.Bookmark is { } bookmark) state.Rows.Write(bookmark);
            }
        });
        var rows = _rows!;
        (EventBatch Batch, long QueuedAt)[] batches = [.. group];
        if (mayOverlap && _queue.Reader.TryPeek(out _))
        {
            _inFlight.AddRange(batches);
            rows.Transaction.BeginEnd(() => writes.Write(rows), Tell);
        }
        else
        {
            rows.Transaction.End(() => writes.Write(rows));
            Tell();
        }

        void Tell()
        {
            // Only tried.
            if (batches.Length == 0) return;
            // It is on disk, but perhaps in a file that nobody will find again.
            _store.Check();
            TellOfNames();
            var committed = Interlocked.Increment(ref _version);
            for (var i = 0; i < batches.Length; i++)
                Figures.Committed(batches[i].Batch, rejectedOf[i], _clock.GetElapsedTime(batches[i].QueuedAt).TotalMilliseconds);
            Figures.Committed(queued, events, known, rejected, batches.Max(g => _clock.GetElapsedTime(g.QueuedAt).TotalMilliseconds));
            // Heard first, then told: whoever waits for the batch finds the new version in every answer.
            TellObserver(new Commit(committed, writes.Sessions, events)
            {
                FirstPrompt = writes.FirstPrompt, FirstResponse = writes.FirstResponse, Deltas = writes.Deltas,
            });
            foreach (var (batch, _) in batches) batch.MarkCommitted();
        }
    }

    /// <summary>Lines and events of a batch that were refused, and how many of them are news.</summary>
    private static int SetAside(EventBatch batch, IWriterRows rows, long now)
    {
        var rejected = 0;
        foreach (var line in batch.Rejected) rejected += rows.Write(line, now) ? 1 : 0;
        foreach (var ((kind, version), lines) in batch.Drift) rows.WriteDrift(kind, version, lines, now);
        foreach (var letter in batch.DeadLetters) rows.Write(letter, batch.User, now);
        return rejected + batch.RejectedMore + batch.DeadLetters.Count + batch.Refused.Count;
    }

    /// <summary>Begins a transaction, applies the work to the writer's memory, and takes out of that what is to be written.</summary>
    private WriteSet Gather(Action<WriterState> apply)
    {
        _store.Check();
        var state = State;
        var transaction = state.Rows.Transaction;
        transaction.Want();
        try
        {
            apply(state);
            new TransactionFinisher(state, _prices, _gathering).Finish();
            // Only one transaction is written at a time.
            Settle();
            var writes = new WriteSet(state, _gathering);
            (_gathering, _writing) = (_writing, _gathering);
            return writes;
        }
        catch
        {
            // What is still being written may succeed.
            TryWait(transaction);
            transaction.Rollback();
            throw;
        }
    }

    private void TellOfNames()
    {
        foreach (var names in Figures.Names.TakeNews())
        {
            _log.LogWarning(
                "The key {Key} has brought {Taken} new names today ({Kind}); what is beyond counts under \"others\"", names.Sender, names.Taken, names.Kind);
        }
    }

    private void TellObserver(Commit commit)
    {
        try
        {
            _observer.Committed(commit);
        }
        catch (Exception e)
        {
            // The events are on disk: to write them again would be the wrong answer.
            _log.LogError(e, "Who listens to commits failed");
        }
    }

    private static void TryWait(IWriterTransaction transaction)
    {
        try
        {
            transaction.Wait();
        }
        catch
        {
            // Whoever tries again hears it.
        }
    }
}
