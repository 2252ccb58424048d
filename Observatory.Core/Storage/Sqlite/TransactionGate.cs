using Microsoft.Data.Sqlite;
using Observatory.Core.Storage.Writing;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// One connection, used by two threads in turn: the writer's own, and the one that ends a transaction while the writer gathers the next in memory.
/// Whoever touches a statement passes here first, and waits until the other is done. A transaction begins when it is first needed.
/// </summary>
internal sealed class TransactionGate(sqlite3 connection, WriteTurns? turns = null) : IWriterTransaction
{
    private Task? _ending;
    private int _endingThread;
    private bool _isWanted;
    private bool _isOpen;

    public void Want() => _isWanted = true;

    /// <summary>Before every touch of the connection.</summary>
    /// <exception cref="SqliteException">The transaction before could not be ended, or this one not begun.</exception>
    public void Enter()
    {
        if (_ending is not null)
        {
            if (Environment.CurrentManagedThreadId == Volatile.Read(ref _endingThread)) return;
            Wait();
        }
        if (!_isWanted) return;
        _isWanted = false;
        Open();
    }

    public void Wait()
    {
        _ending?.GetAwaiter().GetResult();
        _ending = null;
    }

    public void End(Action write)
    {
        Enter();
        Finish(write);
    }

    public void BeginEnd(Action write, Action committed)
    {
        Wait();
        // Wanting the next one may begin before this one has.
        var opens = _isWanted;
        _isWanted = false;
        _ending = Task.Run(() =>
        {
            Volatile.Write(ref _endingThread, Environment.CurrentManagedThreadId);
            try
            {
                if (opens) Open();
                Finish(write);
            }
            finally
            {
                Volatile.Write(ref _endingThread, 0);
            }
            committed();
        });
    }

    public void Rollback()
    {
        _isWanted = false;
        Undo();
    }

    private void Undo()
    {
        if (!_isOpen) return;
        _isOpen = false;
        // After some errors (full disk) SQLite has rolled back by itself.
        _ = raw.sqlite3_exec(connection, "ROLLBACK");
    }

    private void Open()
    {
        turns?.Give();
        Execute("BEGIN IMMEDIATE");
        _isOpen = true;
    }

    private void Finish(Action write)
    {
        try
        {
            write();
            Execute("COMMIT");
            _isOpen = false;
        }
        catch
        {
            Undo();
            throw;
        }
    }

    private void Execute(string sql)
    {
        var result = raw.sqlite3_exec(connection, sql);
        if (result != raw.SQLITE_OK) throw new SqliteException(raw.sqlite3_errmsg(connection).utf8_to_string(), result & 0xFF,
            raw.sqlite3_extended_errcode(connection));
    }
}
