using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Time;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Reads facts from the file, beside whoever else uses it, over a connection that cannot write.</summary>
public sealed class SqliteDoctor(string path, TimeProvider clock) : IStoreDoctor
{
    private const long Soon = 14 * BucketClock.Day, Week = 7 * BucketClock.Day;

    public StoreFacts Read()
    {
        var known = KnownSchema();
        if (!File.Exists(path)) return new StoreFacts { KnownSchema = known };
        var facts = new StoreFacts { Exists = true, KnownSchema = known };
        try
        {
            facts = facts with { Bytes = Size(path), LogBytes = Size(path + "-wal") };
            using var connection = Open();
            return Read(connection, facts);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            return facts with { Problem = e.Message };
        }
    }

    private StoreFacts Read(SqliteConnection connection, StoreFacts facts)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var schema = Text(connection, "SELECT MAX(MigrationId) FROM \"__EFMigrationsHistory\"") ?? "";
        facts = facts with { Schema = schema };
        // What an older or newer form calls otherwise is not asked for.
        if (schema != facts.KnownSchema) return facts;
        return facts with
        {
            DeadLetters = Number(connection, "SELECT COUNT(*) FROM dead_letters"),
            BadLines = Number(connection, "SELECT COUNT(*) FROM rejected_lines"),
            Unpriced = Number(connection, "SELECT COUNT(*) FROM conversations WHERE UnpricedTokens > 0"),
            FromTheFuture = Number(connection, "SELECT COUNT(*) FROM conversations WHERE LastActivity > $a", now + BucketClock.Day),
            Accounts = Number(connection, "SELECT COUNT(*) FROM accounts WHERE Disabled = 0"),
            EndingKeys = Texts(connection, "SELECT Name FROM api_keys WHERE RevokedAt IS NULL AND ExpiresAt > $a AND ExpiresAt < $b ORDER BY ExpiresAt",
                now, now + Soon),
            FailedMails = Number(connection, "SELECT COUNT(*) FROM deliveries WHERE State = $b AND FirstTryAt > $a", now - Week,
                (long)Entities.DeliveryState.Failed),
            LastBeatAt = NumberOrNull(connection, "SELECT MAX(LastBeatAt) FROM runs"),
        };
    }

    private SqliteConnection Open()
    {
        // A closed database has no log; without one SQLite would make the files that a log needs.
        var isClosed = Size(path + "-wal") == 0 && !File.Exists(path + "-shm");
        var source = isClosed ? new Uri(path).AbsoluteUri + "?immutable=1" : path;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 5,
        }.ToString());
        connection.Open();
        return connection;
    }

    private static string KnownSchema()
    {
        var builder = new DbContextOptionsBuilder<SqliteObservatoryContext>();
        SqliteDatabase.Configure(builder, "Data Source=:memory:");
        using var db = new SqliteObservatoryContext(builder.Options);
        return db.Database.GetMigrations().LastOrDefault() ?? "";
    }

    private static long Size(string file) => new FileInfo(file) is { Exists: true } found ? found.Length : 0;

    private static long Number(SqliteConnection connection, string sql, params long[] values) => NumberOrNull(connection, sql, values) ?? 0;

    private static long? NumberOrNull(SqliteConnection connection, string sql, params long[] values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteScalar() as long?;
    }

    private static string? Text(SqliteConnection connection, string sql)
    {
        using var command = Command(connection, sql, []);
        return command.ExecuteScalar() as string;
    }

    private static List<string> Texts(SqliteConnection connection, string sql, params long[] values)
    {
        using var command = Command(connection, sql, values);
        using var rows = command.ExecuteReader();
        var texts = new List<string>();
        while (rows.Read()) texts.Add(rows.GetString(0));
        return texts;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, long[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        string[] names = ["$a", "$b"];
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue(names[i], values[i]);
        return command;
    }
}
