using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Observatory.Core.Storage;

/// <summary>What is said and done while nothing can be written: once when it begins, with a count when it ends.</summary>
public sealed partial class EventWriter
{
    /// <summary>Of tries that need someone's help: each reads the writer's memory anew.</summary>
    private static readonly TimeSpan s_longestStandstill = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Not even a transaction without any event can be applied.</summary>
    private sealed class StandstillException(Exception cause) : Exception(cause.Message, cause);

    /// <summary>Whether the fault is in the batches or in the store: a transaction of nothing is tried. Null = the store is well.</summary>
    private Exception? FindStandstill() => TryWrite([]);

    private void SayFault(Exception error, bool mayPass, bool isHeld = true)
    {
        var isNews = Figures.Failed(error.Message, mayPass, isHeld);
        if (StoreErrors.IsDamage(error)) _database.Health.ReportDamage(error.Message);
        // The store has said these itself.
        if (!isNews || error is StoreLostException || StoreErrors.IsDamage(error)) return;
        if (error is SqliteException sqlite)
            _log.LogError("Nothing can be written ({Code}: {Message}); it is tried again until it can", sqlite.SqliteExtendedErrorCode, sqlite.Message);
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
    private async Task StandStillAsync(int attempt, CancellationToken abandon)
    {
        var pause = TimeSpan.FromMilliseconds(Math.Min(100 * Math.Pow(2, Math.Min(attempt, 10)), s_longestStandstill.TotalMilliseconds));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        await Task.WhenAny(Task.Delay(pause, _clock, over.Token), _ending.Task).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        abandon.ThrowIfCancellationRequested();
        if (_completed) throw new OperationCanceledException("The program ends while nothing can be written.");
    }

    /// <summary>True for what stays until someone mends it: the database is damaged, gone, of another shape, or not to be written by this account.</summary>
    private static bool NeedsHelp(SqliteException e)
    {
        const int Error = 1, ReadOnly = 8, Corrupt = 11, CannotOpen = 14, Forbidden = 23, NoDatabase = 26;
        return e.SqliteErrorCode is Error or ReadOnly or Corrupt or CannotOpen or Forbidden or NoDatabase;
    }
}
