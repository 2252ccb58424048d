namespace Observatory.Core.Ingestion;

/// <summary>Who sent a batch over the network. What one of them may add in a day is bounded.</summary>
/// <param name="Id">Of the key or account.</param>
/// <param name="Name">As an administrator knows it.</param>
public sealed record BatchSender(string Id, string Name);

/// <summary>Says of every batch on its way who sent it. Thread-safe.</summary>
public sealed class SentBy(BatchSender sender, IEventSink next) : IEventSink
{
    public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
    {
        batch.Sender = sender;
        return next.WriteAsync(batch, cancel);
    }

    public bool TryWrite(EventBatch batch)
    {
        batch.Sender = sender;
        return next.TryWrite(batch);
    }
}
