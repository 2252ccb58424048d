using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Observatory.Core.Ingestion;
using Observatory.Core.Pricing;
using Observatory.Core.Storage.Sqlite;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage;

/// <summary>What a commit changed; handed to <see cref="ICommitObserver"/>.</summary>
/// <param name="Version">Number of the commit, grows by one.</param>
/// <param name="Conversations">Session ids.</param>
/// <param name="Events">Events in it.</param>
public sealed record Commit(long Version, IReadOnlyList<string> Conversations, int Events);

/// <summary>Hears of every commit after it is durable. Must not throw and must return at once.</summary>
public interface ICommitObserver
{
    void Committed(Commit commit);
}

/// <summary>
/// The one writer. Batches wait in a bounded channel; what waits goes into one transaction, raw rows and roll-ups together; senders
/// are told only after the commit. A transaction that fails changes nothing, on disk or in memory, and is tried again.
/// </summary>
public sealed partial class EventWriter : IEventSink
{
    /// <summary>Batches that may wait.</summary>
    public const int QueueLimit = 256;

    /// <summary>Events that may wait: a batch that finds others waiting is taken only up to here, so memory is bounded.</summary>
    public const int QueuedEventsLimit = 60_000;

    /// <summary>A transaction ends at this many events or when nothing waits.</summary>
    public const int EventsPerTransaction = 8_000;

    /// <summary>Characters of a text that take as much as an event.</summary>
    private const int TypicalEvent = 512;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);

    private readonly SqliteDatabase _database;
    private readonly IPriceBook _prices;
    /// <summary>Two: one gathers while what the other holds is written.</summary>
    private readonly IRollup[] _rollups;
    private readonly ICommitObserver _observer;
    private readonly TimeProvider _clock;
    private readonly ILogger<EventWriter> _log;
    private readonly Channel<(EventBatch Batch, long QueuedAt)> _queue;
    private TaskCompletionSource _room = NewRoom();
    private volatile bool _completed;
    private int _queuedEvents;
    /// <summary>Batches of the transaction that is being written while the next is gathered.</summary>
    private readonly List<(EventBatch Batch, long QueuedAt)> _inFlight = [];
    private WriterTables? _tables;
    private WriterState? _state;
    private long _version;

    public EventWriter(SqliteDatabase database, IPriceBook prices, Func<IRollup> rollup, ICommitObserver observer, WriterFigures figures, TimeProvider clock, ILogger<EventWriter> log)
    {
        (_database, _prices, _rollups, _observer, Figures, _clock, _log) = (database, prices, [rollup(), rollup()], observer, figures, clock, log);
        _queue = Channel.CreateBounded<(EventBatch, long)>(new BoundedChannelOptions(QueueLimit) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    public WriterFigures Figures { get; }

    /// <summary>What is wrong with the database itself.</summary>
    public StoreHealth Store => _database.Health;

    /// <summary>Number of commits of this process; answers computed at equal versions are equal.</summary>
    public long Version => Volatile.Read(ref _version);

    public async ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
    {
        while (true)
        {
            // Taken before the try: room that is made between the two is not missed.
            var room = Volatile.Read(ref _room);
            if (TryWrite(batch)) return;
            if (_completed) throw new ChannelClosedException();
            await room.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    public bool TryWrite(EventBatch batch)
    {
        var size = SizeOf(batch);
        var waiting = Interlocked.Add(ref _queuedEvents, size) - size;
        if ((waiting == 0 || waiting + size <= QueuedEventsLimit) && _queue.Writer.TryWrite((batch, _clock.GetTimestamp())))
        {
            Figures.Queued();
            return true;
        }
        Interlocked.Add(ref _queuedEvents, -size);
        return false;
    }

    /// <summary>In events: what is set aside is a row with a text of its own, and weighs by both.</summary>
    internal static int SizeOf(EventBatch batch)
    {
        var texts = 0L;
        foreach (var line in batch.Rejected) texts += line.Text?.Length ?? 0;
        foreach (var letter in batch.DeadLetters) texts += letter.Text?.Length ?? 0;
        var rows = batch.Events.Count + batch.Points.Count + batch.DeadLetters.Count + batch.Rejected.Count;
        return (int)Math.Min(int.MaxValue / 2, rows + texts / TypicalEvent);
    }

    /// <summary>No more batches are taken; <see cref="RunAsync"/> ends when those that wait are written.</summary>
    public void Complete()
    {
        _completed = true;
        _ending.TrySetResult();
        _queue.Writer.TryComplete();
        MadeRoom();
    }

    private void MadeRoom() => Interlocked.Exchange(ref _room, NewRoom()).SetResult();

    private static TaskCompletionSource NewRoom() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs until <see cref="Complete"/>; <paramref name="abandon"/> gives up on what cannot be written.</summary>
    public async Task RunAsync(CancellationToken abandon)
    {
        var group = new List<(EventBatch Batch, long QueuedAt)>();
        try
        {
            while (true)
            {
                // Before the writer sleeps, what is being written must have ended: its failure is to be heard.
                var sleeps = !_queue.Reader.TryPeek(out _);
                if (!sleeps) TakeGroup(group);
                var (fault, isAlone, isDropped) = ((Exception?)null, false, false);
                for (var attempt = 1; group.Count > 0 || sleeps && _inFlight.Count > 0; attempt++)
                {
                    try
                    {
                        if (fault is null) LetGuestsIn();
                        if (group.Count == 0) Settle();
                        // Never behind a failure: what is handed over counts as written, and each round would take more from the queue.
                        else if (fault is null) Write(group, isDropped ? 0 : group.Count, mayOverlap: attempt == 1);
                        else if (!WriteApart(group, isAlone, fault))
                        {
                            SayFault(fault, mayPass: false, isHeld: false);
                            continue;
                        }
                        group.Clear();
                        SayEnd();
                    }
                    catch (SqliteException e) when (MayPass(e))
                    {
                        TakeBack(group);
                        // Disk full, locked, I/O: the batch waits here, so the queue fills and senders slow down; nothing is dropped.
                        // Where the host's time is over, this is the end.
                        SayFault(e, mayPass: !NeedsHelp(e));
                        Forget();
                        await Task.Delay(Pause(attempt), _clock, abandon).ConfigureAwait(false);
                    }
                    catch (StandstillException e)
                    {
                        SayFault(e.InnerException!, mayPass: false);
                        Forget();
                        await StandStillAsync(attempt, abandon).ConfigureAwait(false);
                        // As if it were the first time: none of it has had its chance.
                        fault = null;
                    }
                    catch (Exception e) when (e is not OperationCanceledException)
                    {
                        TakeBack(group);
                        // A fault of ours must not stop everything else, nor one bad event its neighbours.
                        Forget();
                        if (!isDropped) Figures.Dropped(group.Count);
                        // While nothing can be written, a failure says nothing of the batch.
                        (fault, isAlone, isDropped) = (e, group.Count == 1 && Figures.Fault is null, true);
                    }
                }
                if (sleeps && !await _queue.Reader.WaitToReadAsync(abandon).ConfigureAwait(false)) break;
            }
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested || _completed)
        {
            _log.LogWarning("The writer stopped before everything was written; unfinished files are read again at the next start");
        }
        finally
        {
            TakeBack(group);
            foreach (var (batch, _) in group) batch.MarkFailed(new OperationCanceledException());
            SendGuestsAway();
            Forget();
        }
    }

    private void TakeGroup(List<(EventBatch Batch, long QueuedAt)> group)
    {
        var events = 0;
        while (events < EventsPerTransaction && _queue.Reader.TryRead(out var next))
        {
            group.Add(next);
            var size = SizeOf(next.Batch);
            events += size;
            Interlocked.Add(ref _queuedEvents, -size);
        }
        MadeRoom();
    }

    /// <summary>The writer's memory, read from the database where there is none.</summary>
    private WriterState State => _state ??= new WriterState(_tables ??= new WriterTables(_database));

    /// <summary>What a failed transaction may have left in memory is read anew.</summary>
    private void Forget()
    {
        foreach (var rollup in _rollups) rollup.Discard();
        _tables?.Dispose();
        (_tables, _state) = (null, null);
    }

    /// <summary>Waits until what is being written is on disk.</summary>
    /// <exception cref="SqliteException">It is not.</exception>
    private void Settle()
    {
        _tables?.Transaction.Wait();
        _inFlight.Clear();
    }

    /// <summary>After a failure, whosever it was: what was being written and is not on disk comes first when it is tried again.</summary>
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
    /// <param name="mayOverlap">Where more batches wait, it is written on another thread while those are applied. What fails then is heard by the next <see cref="Settle"/>.</param>
    private void Write(List<(EventBatch Batch, long QueuedAt)> group, int queued, bool mayOverlap = false)
    {
        _database.Guard.Check();
        var state = State;
        var tables = state.Tables;
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (events, known, rejected) = (0, 0, 0);
        var rejectedOf = new int[group.Count];
        tables.Transaction.Want();
        WriteSet writes;
        try
        {
            var applier = new BatchApplier(state);
            for (var i = 0; i < group.Count; i++)
            {
                var (batch, before) = (group[i].Batch, rejected);
                if (state.Names.Begin(batch.Sender, Figures.Names)) applier = new BatchApplier(state);
                known += applier.Apply(batch);
                events += batch.Events.Count + batch.Points.Count - batch.Refused.Count;
                foreach (var line in batch.Rejected) rejected += tables.Write(line, now) ? 1 : 0;
                rejected += batch.RejectedMore;
                foreach (var ((kind, version), lines) in batch.Drift) tables.WriteDrift(kind, version, lines, now);
                foreach (var letter in batch.DeadLetters) tables.Write(letter, batch.User, now);
                rejected += batch.DeadLetters.Count + batch.Refused.Count;
                if (batch.Bookmark is { } bookmark) tables.Write(bookmark);
                rejectedOf[i] = rejected - before;
            }
            new TransactionFinisher(state, _prices, _rollups[0]).Finish();
            // Only one transaction is written at a time.
            Settle();
            writes = new WriteSet(state, _rollups[0]);
        }
        catch
        {
            // What is still being written may succeed.
            TryWait(tables);
            tables.Transaction.Rollback();
            throw;
        }
        Array.Reverse(_rollups);
        (EventBatch Batch, long QueuedAt)[] batches = [.. group];
        if (mayOverlap && _queue.Reader.TryPeek(out _))
        {
            _inFlight.AddRange(batches);
            tables.Transaction.BeginEnd(() => writes.Write(tables), Tell);
        }
        else
        {
            tables.Transaction.End(() => writes.Write(tables));
            Tell();
        }

        void Tell()
        {
            // Only tried.
            if (batches.Length == 0) return;
            // It is on disk, but perhaps in a file that nobody will find again.
            _database.Guard.Check();
            TellOfNames();
            var committed = Interlocked.Increment(ref _version);
            for (var i = 0; i < batches.Length; i++) Figures.Committed(batches[i].Batch, rejectedOf[i], _clock.GetElapsedTime(batches[i].QueuedAt).TotalMilliseconds);
            Figures.Committed(queued, events, known, rejected, batches.Max(g => _clock.GetElapsedTime(g.QueuedAt).TotalMilliseconds));
            // Heard first, then told: whoever waits for the batch finds the new version in every answer.
            TellObserver(new Commit(committed, writes.Sessions, events));
            foreach (var (batch, _) in batches) batch.MarkCommitted();
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

    private static void TryWait(WriterTables tables)
    {
        try
        {
            tables.Transaction.Wait();
        }
        catch
        {
            // Whoever tries again hears it.
        }
    }

    /// <summary>False where the statement or its values are wrong: trying again would fail in the same way, for ever, and nothing else would be written.</summary>
    private static bool MayPass(SqliteException e)
    {
        const int TooBig = 18, Constraint = 19, Mismatch = 20, Misuse = 21, Range = 25;
        return e.SqliteErrorCode is not (TooBig or Constraint or Mismatch or Misuse or Range) && !StoreErrors.IsDamage(e);
    }

    private static TimeSpan Pause(int attempt) => TimeSpan.FromMilliseconds(Math.Min(100 * Math.Pow(2, Math.Min(attempt, 10)), s_longestPause.TotalMilliseconds));
}
