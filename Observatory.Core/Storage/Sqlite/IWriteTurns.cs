namespace Observatory.Core.Storage.Sqlite;

/// <summary>Lets others of this process write between two transactions of the writer. Thread-safe.</summary>
internal interface IWriteTurns
{
    /// <summary>Asks for a turn, which ends when it is disposed of. Writes themselves still wait for each other in the database.</summary>
    IDisposable Take();
}
