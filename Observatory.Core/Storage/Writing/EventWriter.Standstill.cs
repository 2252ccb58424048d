using Microsoft.Extensions.Logging;

namespace Observatory.Core.Storage.Writing;

/// <summary>What is said and done while nothing can be written: once when it begins, with a count when it ends.</summary>
public sealed partial class EventWriter
{
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Not even a transaction without any event can be applied.</summary>
    private sealed class StandstillException(Exception cause) : Exception(cause.Message, cause);

    /// <summary>Whether the fault is in the batches or in the store: a transaction of nothing is tried. Null = the store is well.</summary>
    private Exception? FindStandstill() => TryWrite([]);

    private void SayFault(Exception error, bool mayPass, bool isHeld = true)
    {
        var isNews = Figures.Failed(error.Message, mayPass, isHeld);
        if (_store.Errors.IsDamage(error)) _store.Health.ReportDamage(error.Message);
        // The store has said these itself.
        if (!isNews || error is StoreLostException || _store.Errors.IsDamage(error)) return;
        if (_store.Errors.CodeOf(error) is { } code)
            _log.LogError("Nothing can be written ({Code}: {Message}); it is tried again until it can", code, error.Message);
        else _log.LogError(error, "Nothing can be written ({Message}); it is tried again until it can", error.Message);
    }

    private void SayEnd()
    {
        if (Figures.Worked() is not { } fault) return;
        var seconds = (_clock.GetUtcNow().ToUnixTimeMilliseconds() - fault.Since) / 1_000;
        _log.LogWarning("Writing works again: {Tries} tries failed in {Seconds} s ({Message})", fault.Tries, seconds, fault.Reason);
    }

    /// <summary>What waits may be written at the next try. At the end of the program nobody can wait for that.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    private async Task PauseAsync(TimeSpan pause, CancellationToken abandon)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        await Task.WhenAny(Task.Delay(pause, _clock, over.Token), _ending.Task).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        abandon.ThrowIfCancellationRequested();
        if (_completed) throw new OperationCanceledException("The program ends while nothing can be written.");
    }
}
