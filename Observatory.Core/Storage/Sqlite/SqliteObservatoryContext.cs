using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Observatory.Core.Storage.Sqlite;

public sealed class SqliteObservatoryContext(DbContextOptions<SqliteObservatoryContext> options) : ObservatoryContext(options);

/// <summary>Hands out the SQLite context as the provider-neutral one.</summary>
internal sealed class SqliteContextFactory(IDbContextFactory<SqliteObservatoryContext> inner) : IDbContextFactory<ObservatoryContext>
{
    public ObservatoryContext CreateDbContext() => inner.CreateDbContext();
}

/// <summary>Lets the migration tool make a context.</summary>
public sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteObservatoryContext>
{
    public SqliteObservatoryContext CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<SqliteObservatoryContext>();
        SqliteDatabase.Configure(builder, "Data Source=design.db");
        return new SqliteObservatoryContext(builder.Options);
    }
}
