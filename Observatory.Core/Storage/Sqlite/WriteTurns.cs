namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// Lets others of this process write between two transactions of the writer, which else follow on each other so closely that SQLite's waiting, a look
/// every tenth of a second, never meets the moment between. Thread-safe.
/// </summary>
internal sealed class WriteTurns : IWriteTurns
{
    /// <summary>The longest that the writer stands back for one who asked.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    private readonly object _gate = new();
    private int _waiting;

    /// <summary>Asks for a turn, which ends when it is disposed of. Writes themselves still wait for each other in the database.</summary>
    public IDisposable Take()
    {
        lock (_gate) _waiting++;
        return new Turn(this);
    }

    /// <summary>The writer is about to begin: whoever asked comes first.</summary>
    public void Give()
    {
        if (Volatile.Read(ref _waiting) == 0) return;
        lock (_gate)
        {
            if (_waiting > 0) Monitor.Wait(_gate, s_patience);
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_waiting == 0) Monitor.PulseAll(_gate);
        }
    }

    private sealed class Turn(WriteTurns turns) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0) turns.End();
        }
    }
}
