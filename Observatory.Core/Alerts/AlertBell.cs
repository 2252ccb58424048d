namespace Observatory.Core.Alerts;

/// <summary>Tells who sends messages that something changed. Thread-safe.</summary>
public sealed class AlertBell
{
    private volatile TaskCompletionSource _rung = New();

    /// <summary>Ends when it rings after this was read.</summary>
    public Task Rung => _rung.Task;

    public void Ring() => Interlocked.Exchange(ref _rung, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
