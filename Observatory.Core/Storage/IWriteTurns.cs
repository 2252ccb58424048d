namespace Observatory.Core.Storage;

/// <summary>Lets others of this process write between two transactions of the writer. Thread-safe.</summary>
public interface IWriteTurns
{
    /// <summary>Asks for a turn, which ends when it is disposed of. Writes themselves still wait for each other in the database.</summary>
    IDisposable Take();
}
