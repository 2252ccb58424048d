using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Observatory.Web.Ingest;

/// <summary>
/// A request's body for readers that wait until all of it is there (gRPC): what has piled up counts against the budget of all bodies, and a
/// sender for whom there is no room is asked to come again.
/// </summary>
internal sealed class BudgetedPipe(PipeReader inner, BodyBudget budget, Func<Exception> busy) : PipeReader, IRequestBodyPipeFeature, IDisposable
{
    private long _held;

    public PipeReader Reader => this;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.ReadAsync(cancellationToken);
        Hold(result.Buffer.Length);
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        Hold(result.Buffer.Length);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public void Dispose()
    {
        budget.Give(_held);
        _held = 0;
    }

    private void Hold(long bytes)
    {
        if (bytes <= _held) return;
        if (!budget.TryTake(bytes - _held)) throw busy();
        _held = bytes;
    }
}
