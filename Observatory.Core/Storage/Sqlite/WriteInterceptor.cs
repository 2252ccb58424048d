using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// Stands before everything that EF writes, so that no store has to think of it: asks whether the files are still those of the start, for nobody must be
/// told that something is stored in a file that is gone; and asks the writer for a turn, for else an import keeps the others waiting until they fail. A
/// turn ends as soon as the write holds the lock of the database: whoever comes then waits there.
/// </summary>
/// <param name="turns">Of the writer.</param>
/// <param name="check">Throws where the files are others.</param>
internal sealed class WriteInterceptor(IWriteTurns turns, Action check) : DbCommandInterceptor, IDbTransactionInterceptor
{
    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) =>
        result.HasResult || HasLock(command) ? result : InterceptionResult<int>.SuppressWithResult(InTurn(command.ExecuteNonQuery));

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(NonQueryExecuting(command, eventData, result));
    }

    /// <summary>A new row is written by a statement that answers with its number.</summary>
    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) =>
        result.HasResult || eventData.CommandSource != CommandSource.SaveChanges || HasLock(command) ? result
            : InterceptionResult<DbDataReader>.SuppressWithResult(InTurn(command.ExecuteReader));

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(ReaderExecuting(command, eventData, result));
    }

    /// <summary>A transaction that EF begins is one that writes: SQLite's of its own begin with the lock. Those that only read are begun without EF.</summary>
    public InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result) =>
        result.HasResult ? result : InterceptionResult<DbTransaction>.SuppressWithResult(InTurn(() => connection.BeginTransaction(eventData.IsolationLevel)));

    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(TransactionStarting(connection, eventData, result));
    }

    public InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        check();
        return result;
    }

    public ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(TransactionCommitting(transaction, eventData, result));

    private static bool HasLock(DbCommand command) => command.Transaction is not null;

    private T InTurn<T>(Func<T> write)
    {
        check();
        using var turn = turns.Take();
        return write();
    }
}
