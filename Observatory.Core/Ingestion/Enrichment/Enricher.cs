using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Enrichment;

/// <summary>
/// The step between the sources and what keeps texts back: says of each event what can only be told while its text is whole. What follows from the stored
/// fields alone is not stored a second time; <see cref="PromptScale"/> and the dimensions of the catalogue tell it. Changes the batch in place. Thread-safe.
/// </summary>
public sealed class Enricher(IEventSink next) : IEventSink
{
    private const string Fence = "```";

    public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
    {
        Enrich(batch);
        return next.WriteAsync(batch, cancel);
    }

    public bool TryWrite(EventBatch batch)
    {
        // Before the queue is asked: a batch that is taken must not be touched any more.
        Enrich(batch);
        return next.TryWrite(batch);
    }

    private static void Enrich(EventBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (var item in batch.Events)
        {
            // A batch that comes a second time has lost its texts: what was seen stays seen.
            if (item is PromptEvent { Text: { } text } prompt) prompt.HasCode |= text.Contains(Fence, StringComparison.Ordinal);
        }
    }
}
