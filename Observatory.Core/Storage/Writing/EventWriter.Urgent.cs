using System.Collections.Concurrent;
using System.Threading.Channels;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Storage.Writing;

/// <summary>Batches that go before those that wait: few and small, and whoever sends them waits for their commit before there are more.</summary>
public sealed partial class EventWriter
{
    private readonly ConcurrentQueue<(EventBatch Batch, long QueuedAt)> _urgent = new();

    private void WriteUrgent(EventBatch batch)
    {
        if (_completed) throw new ChannelClosedException();
        _urgent.Enqueue((batch, _clock.GetTimestamp()));
        Figures.Queued();
        // A writer that sleeps wakes up. Where there is no room for this, it is awake, and looks here before it takes anything else.
        _queue.Writer.TryWrite(default);
        // The end may have come in between, and the writer's last look.
        if (_completed) SendUrgentAway();
    }

    private bool TakeUrgent(List<(EventBatch Batch, long QueuedAt)> group)
    {
        var count = group.Count;
        while (_urgent.TryDequeue(out var urgent)) group.Add(urgent);
        return group.Count > count;
    }

    /// <summary>The program ends: files are read again at the next start.</summary>
    private void SendUrgentAway()
    {
        while (_urgent.TryDequeue(out var left)) left.Batch.MarkFailed(new OperationCanceledException());
    }
}
