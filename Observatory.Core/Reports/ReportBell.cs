namespace Observatory.Core.Reports;

/// <summary>Tells who waits for the next report that something changed. Thread-safe.</summary>
public sealed class ReportBell
{
    private volatile TaskCompletionSource _rung = New();

    /// <summary>Ends when it rings after this was read.</summary>
    public Task Rung => _rung.Task;

    public void Ring() => Interlocked.Exchange(ref _rung, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
