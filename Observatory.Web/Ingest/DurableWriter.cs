using System.Security.Claims;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage;

namespace Observatory.Web.Ingest;

/// <summary>What became of a batch.</summary>
internal enum WriteOutcome
{
    /// <summary>On disk and in every figure.</summary>
    Committed,

    /// <summary>The queue is full; nothing was taken. 429.</summary>
    Busy,

    /// <summary>The store cannot write now, or the program stops. The batch may still be written: sending it again counts nothing twice. 503.</summary>
    Unavailable,
}

/// <summary>
/// Hands batches to the writer and waits until they are durable. Whatever stands in the way is an outcome that senders try again after,
/// never an error.
/// </summary>
internal sealed class DurableWriter : IDisposable
{
    /// <summary>How long a sender waits for a commit.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The same once the program stops: the answer must leave before the host's time is over.</summary>
    private static readonly TimeSpan s_lastPatience = TimeSpan.FromSeconds(5);

    private readonly IEventSink _sink;
    private readonly WriterFigures _figures;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _lastCall;
    private readonly CancellationTokenRegistration _stopping;

    public DurableWriter(IEventSink sink, WriterFigures figures, IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        (_sink, _figures, _lifetime, _clock) = (sink, figures, lifetime, clock);
        _lastCall = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _stopping = lifetime.ApplicationStopping.Register(() => _lastCall.CancelAfter(s_lastPatience));
    }

    /// <summary>New batches are refused: the store cannot write, or the program stops.</summary>
    public bool IsUnavailable => _figures.Fault is { IsHeld: true } || _lifetime.ApplicationStopping.IsCancellationRequested;

    /// <param name="caller">Who sent it.</param>
    /// <exception cref="OperationCanceledException">The sender is gone; what was queued is written all the same.</exception>
    public async Task<WriteOutcome> WriteAsync(EventBatch batch, ClaimsPrincipal caller, CancellationToken cancel)
    {
        batch.Sender = Callers.SenderOf(caller);
        if (IsUnavailable) return WriteOutcome.Unavailable;
        var standstill = _figures.Standstill;
        if (!_sink.TryWrite(batch)) return IsUnavailable ? WriteOutcome.Unavailable : WriteOutcome.Busy;
        try
        {
            var committed = batch.Committed.WaitAsync(Patience, _clock, cancel).WaitAsync(_lastCall.Token);
            // What someone must mend first is not worth ten seconds of a sender's time.
            if (await Task.WhenAny(committed, standstill) != committed) return WriteOutcome.Unavailable;
            await committed;
            return WriteOutcome.Committed;
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            // Too late, stopping, or the writer gave the batch up and said why in the log: to the sender it is all the same.
            return WriteOutcome.Unavailable;
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _lastCall.Dispose();
    }
}
