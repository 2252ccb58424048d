using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Observatory.Core.Auditing;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Rework;
using Observatory.Core.Storage.Sqlite.Rework;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>The one place where the rest of the program meets SQLite by name.</summary>
internal static class SqliteStorage
{
    /// <param name="services">Where to register.</param>
    /// <param name="path">Of the database, in an existing folder.</param>
    public static void AddSqlite(this IServiceCollection services, string path)
    {
        TempFiles.KeepIn(Path.GetDirectoryName(path)!);
        SqliteDatabase.WarmUp();
        services.AddSingleton(s => new SqliteDatabase(path, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<SqliteDatabase>>()));
        services.AddSingleton(s => s.GetRequiredService<SqliteDatabase>().Health);
        services.AddSingleton<StoreErrors>(SqliteErrors.Instance);
        services.AddPooledDbContextFactory<SqliteObservatoryContext>((s, o) =>
        {
            var database = s.GetRequiredService<SqliteDatabase>();
            SqliteDatabase.Configure(o, database.ConnectionString);
            o.AddInterceptors(new WriteInterceptor(database.Turns, database.Guard.Check));
        });
        services.AddSingleton<IDbContextFactory<ObservatoryContext>, SqliteContextFactory>();
        services.AddSingleton<IStoreStart, SqliteStart>();
        services.AddSingleton<IReadSnapshots, SqliteSnapshots>();
        services.AddSingleton<INarrowReads, NarrowReads>();
        services.AddSingleton<IWriterStore, SqliteWriterStore>();
        services.AddSingleton<IHeartbeat, SqliteHeartbeat>();
        services.AddSingleton<IStoreCheck, StoreCheck>();
        services.AddSingleton<IStoreSize, SqliteStoreSize>();
        services.AddSingleton<IStoreCopy, SqliteCopy>();
        services.AddSingleton<IAuditTable, AuditTable>();
        services.AddSingleton(s => Doctor(path, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IDaySums, DaySumTable>();
        services.AddSingleton<IStoredTexts, TextRework>();
    }

    /// <summary>Puts a copy in the place of a database that nobody uses.</summary>
    public static IStoreRestore Restore(string path, TimeProvider clock) => new SqliteRestore(path, clock);

    /// <summary>Looks at a database from outside, also where no program runs.</summary>
    public static IStoreDoctor Doctor(string path, TimeProvider clock) => new SqliteDoctor(path, clock);
}
