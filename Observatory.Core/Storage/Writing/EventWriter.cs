using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Observatory.Core.Ingestion;
using Observatory.Core.Pricing;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// The one writer. Batches wait in a bounded channel; what waits goes into one transaction, raw rows and roll-ups together; senders
/// are told only after the commit. A transaction that fails changes nothing, on disk or in memory, and is tried again. Between two transactions others may
/// have a turn.
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

    private readonly IWriterStore _store;
    private readonly IPriceBook _prices;
    private readonly ICommitObserver _observer;
    private readonly TimeProvider _clock;
    private readonly ILogger<EventWriter> _log;
    private readonly Channel<WriteWork> _queue;
    private TaskCompletionSource _room = NewRoom();
    private volatile bool _completed;
    private int _queuedEvents;
    private long _version;

    internal EventWriter(
        IWriterStore store, IPriceBook prices, Func<IRollup> rollup, ICommitObserver observer, WriterFigures figures, TimeProvider clock,
        ILogger<EventWriter> log)
    {
        (_store, _prices, _observer, Figures, _clock, _log) = (store, prices, observer, figures, clock, log);
        (_gathering, _writing) = (rollup(), rollup());
        _queue = Channel.CreateBounded<WriteWork>(new BoundedChannelOptions(QueueLimit) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    public WriterFigures Figures { get; }

    /// <summary>What is wrong with the database itself.</summary>
    public StoreHealth Store => _store.Health;

    /// <summary>Number of commits of this process; answers computed at equal versions are equal.</summary>
    public long Version => Volatile.Read(ref _version);

    public async ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
    {
        if (batch.IsUrgent)
        {
            WriteUrgent(batch);
            return;
        }
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
        if ((waiting == 0 || waiting + size <= QueuedEventsLimit) && _queue.Writer.TryWrite(new WriteWork(batch, _clock.GetTimestamp(), null)))
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
                var turn = Take(group);
                // Before the writer sleeps or stands back, what is being written must have ended: its failure is to be heard.
                var sleeps = group.Count == 0;
                await WriteOutAsync(group, sleeps, abandon).ConfigureAwait(false);
                if (turn is not null) Give(turn);
                else if (sleeps && !await _queue.Reader.WaitToReadAsync(abandon).ConfigureAwait(false)) break;
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
            if (_completed) SendTurnsAway();
            Forget();
        }
    }

    /// <summary>
    /// Fills the group with what waits, up to a transaction or to the next turn; that turn where nothing waits before it. What is urgent is a transaction of
    /// its own.
    /// </summary>
    private WriterTurn? Take(List<(EventBatch Batch, long QueuedAt)> group)
    {
        if (TakeUrgent(group)) return null;
        var (events, turn, isTaken) = (0, (WriterTurn?)null, false);
        while (turn is null && events < EventsPerTransaction && _queue.Reader.TryPeek(out var next))
        {
            if (next.Turn is not null && group.Count > 0) break;
            isTaken |= _queue.Reader.TryRead(out next);
            if (next.Batch is not { } batch)
            {
                turn = next.Turn;
                // It says that something urgent came: nobody may say so again.
                if (turn is null) TakeUrgent(group);
                continue;
            }
            group.Add((batch, next.QueuedAt));
            var size = SizeOf(batch);
            events += size;
            Interlocked.Add(ref _queuedEvents, -size);
        }
        if (isTaken) MadeRoom();
        return turn;
    }

    /// <summary>Writes the group, as often as it takes.</summary>
    /// <param name="group">Empty afterwards.</param>
    /// <param name="settles">What was handed over before has to be on disk, too.</param>
    /// <param name="abandon">Gives up.</param>
    private async Task WriteOutAsync(List<(EventBatch Batch, long QueuedAt)> group, bool settles, CancellationToken abandon)
    {
        var (plan, fault) = (RetryPlan.First, (Exception?)null);
        while (group.Count > 0 || settles && _inFlight.Count > 0)
        {
            var (failure, error) = Try(group, plan, fault);
            if (failure is not { } how)
            {
                group.Clear();
                SayEnd();
                continue;
            }
            if (how == WriteFailure.Refused)
            {
                if (!plan.IsUncounted) Figures.Dropped(group.Count);
                fault = error;
            }
            else
            {
                var mayPass = how == WriteFailure.Passing && _store.Errors.KindOf(error!) != StoreErrorKind.NeedsHelp;
                SayFault(error!, mayPass, isHeld: how != WriteFailure.GivenUp);
            }
            plan = plan.After(how, group.Count, Figures.Fault is not null);
            if (how == WriteFailure.Standstill) await PauseAsync(plan.Pause, abandon).ConfigureAwait(false);
            // Where the host's time is over, this is the end.
            else if (plan.Pause > TimeSpan.Zero) await Task.Delay(plan.Pause, _clock, abandon).ConfigureAwait(false);
        }
    }

    /// <returns>Null = it is written, or handed over. Else how it failed, and why; the group then holds what is left to write.</returns>
    private (WriteFailure? Failure, Exception? Error) Try(List<(EventBatch Batch, long QueuedAt)> group, RetryPlan plan, Exception? fault)
    {
        try
        {
            if (group.Count == 0) Settle();
            else if (!plan.IsApart) Write(group, plan.IsUncounted ? 0 : group.Count, plan.MayOverlap);
            else if (!WriteApart(group, plan.IsAlone, fault!)) return (WriteFailure.GivenUp, fault);
            return (null, null);
        }
        catch (StandstillException e)
        {
            Forget();
            return (WriteFailure.Standstill, e.InnerException);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A fault of ours must not stop everything else, nor one bad event its neighbours.
            TakeBack(group);
            Forget();
            return (MayPass(e) ? WriteFailure.Passing : WriteFailure.Refused, e);
        }
    }

    /// <summary>Disk full, locked, I/O: the batch waits, so the queue fills and senders slow down; nothing is dropped.</summary>
    private bool MayPass(Exception error) => _store.Errors.KindOf(error) is StoreErrorKind.Passing or StoreErrorKind.NeedsHelp;
}
