using Observatory.Core.Ingestion;

namespace Observatory.Core.Storage.Writing;

/// <summary>What waits for the writer: a batch, or somebody's turn between two transactions.</summary>
/// <param name="Batch">Null = it is a turn.</param>
/// <param name="QueuedAt">Time stamp of the batch.</param>
/// <param name="Turn">Null = it is a batch.</param>
internal readonly record struct WriteWork(EventBatch? Batch, long QueuedAt, WriterTurn? Turn);

/// <summary>
/// Work on what is stored that only the writer's turn is right for: nothing else is written meanwhile, and batches wait. So it is to be short, and what is
/// long is cut into pieces (<c>Storage/Maintenance</c>).
/// </summary>
/// <param name="work">In a transaction of the writer and with its memory; null where it is <paramref name="standstill"/>.</param>
/// <param name="standstill">Over a connection of its own. The writer reads its memory anew behind it.</param>
internal sealed class WriterTurn(Action<WriterState>? work, Action? standstill)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Action<WriterState>? Work { get; } = work;

    public Action? Standstill { get; } = standstill;

    /// <summary>Ends when the work is on disk; fails with its error, or is cancelled where the writer ends before it came to it.</summary>
    public Task Done => _done.Task;

    public void MarkDone() => _done.TrySetResult();

    public void MarkFailed(Exception error) => _done.TrySetException(error);

    public void MarkCancelled() => _done.TrySetCanceled();
}
