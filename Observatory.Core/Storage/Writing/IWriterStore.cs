namespace Observatory.Core.Storage.Writing;

/// <summary>The database as the writer needs it. Each provider has one.</summary>
internal interface IWriterStore
{
    /// <summary>What is wrong with the database itself.</summary>
    StoreHealth Health { get; }

    StoreErrors Errors { get; }

    /// <summary>Opens the writer's own way to the rows. There is one at a time.</summary>
    IWriterRows Open();

    /// <summary>Whether the database is still where it was at the start: asked before and after each transaction.</summary>
    /// <exception cref="StoreLostException">It is not.</exception>
    void Check();
}

/// <summary>
/// The writer's transactions. Two threads use it in turn: the writer's own, and the one that ends a transaction while the writer gathers the next in memory.
/// Whoever
/// touches a row meanwhile waits until that is done.
/// </summary>
internal interface IWriterTransaction
{
    /// <summary>A transaction begins with the next touch of a row.</summary>
    void Want();

    /// <summary>Waits until nothing is being ended. What failed stays failed, however often it is asked.</summary>
    /// <exception cref="System.Data.Common.DbException">The transaction that was being ended changed nothing.</exception>
    void Wait();

    /// <summary>Writes and commits, here and now.</summary>
    void End(Action write);

    /// <summary>The same on another thread; <paramref name="committed"/> runs there afterwards. The caller may go on without the rows.</summary>
    void BeginEnd(Action write, Action committed);

    /// <summary>Undoes what was begun. Not while something is being ended.</summary>
    void Rollback();
}
