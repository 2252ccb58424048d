using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>The writer's way into the database.</summary>
internal sealed class SqliteWriterStore(SqliteDatabase database) : IWriterStore
{
    public StoreHealth Health => database.Health;

    public StoreErrors Errors => SqliteErrors.Instance;

    public IWriterRows Open() => new WriterTables(database);

    public void Check() => database.Guard.Check();
}
