using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// SQLite's table of what each page belongs to is not built in. So a sample of each table's rows is measured as they are stored, and what all tables
/// would take is scaled to the pages that are in use.
/// </summary>
internal sealed class SqliteStoreSize(SqliteDatabase database) : IStoreSize
{
    private const int Sample = 300;

    /// <summary>Header of a cell and its place in the page.</summary>
    private const int BytesPerRow = 6;

    public async Task<StoreSize> ReadAsync(ObservatoryContext db, CancellationToken cancel = default)
    {
        await db.Database.OpenConnectionAsync(cancel).ConfigureAwait(false);
        var (pageSize, pages, free) = (Number(db, "PRAGMA page_size"), Number(db, "PRAGMA page_count"), Number(db, "PRAGMA freelist_count"));
        var used = (pages - free) * pageSize;
        var tables = new Dictionary<string, (long Rows, double Bytes)>(StringComparer.Ordinal);
        foreach (var table in Names(db))
        {
            cancel.ThrowIfCancellationRequested();
            var rows = Number(db, $"SELECT COUNT(*) FROM \"{table}\"");
            tables[table] = (rows, rows == 0 ? 0 : rows * BytesOfRow(db, table, rows));
        }
        // What lies in blocks is no row of a table: the views know how many there are.
        foreach (var (view, blocks) in s_views)
        {
            if (tables.ContainsKey("item_blocks")) tables[view] = (Number(db, $"SELECT COUNT(*) FROM {blocks}"), 0);
        }
        var all = tables.Values.Sum(t => t.Bytes);
        return new StoreSize(
            SizeOf(database.Path), SizeOf(database.Path + "-wal"), used,
            tables.ToDictionary(t => t.Key, t => new TableSize(t.Value.Rows, all > 0 ? (long)(t.Value.Bytes / all * used) : 0), StringComparer.Ordinal));
    }

    private static readonly (string View, string Blocks)[] s_views =
        [("response_blocks", "response_blocks"), ("tool_call_blocks", "tool_call_blocks"), ("event_blocks", "event_blocks")];

    private static long SizeOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private static long Number(ObservatoryContext db, string sql)
    {
        using var statement = Statement.On(db, sql);
        return statement.Read() ? statement.Long(0) : 0;
    }

    private static List<string> Names(ObservatoryContext db)
    {
        var names = new List<string>();
        using var statement = Statement.On(db,
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'");
        while (statement.Read()) names.Add(statement.Text(0)!);
        return names;
    }

    /// <summary>Mean over rows from all over the table, where it has numbers; else over the first.</summary>
    private static double BytesOfRow(ObservatoryContext db, string table, long rows)
    {
        var step = Math.Max(1, rows / Sample);
        var some = string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM \"{table}\" WHERE rowid % {step} = 0 LIMIT {Sample}");
        var first = string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM \"{table}\" LIMIT {Sample}");
        return Mean(db, HasRowId(db, table) ? some : first) ?? Mean(db, first) ?? 0;
    }

    private static bool HasRowId(ObservatoryContext db, string table) =>
        Number(db, $"SELECT COUNT(*) FROM sqlite_master WHERE name = '{table}' AND sql LIKE '%WITHOUT ROWID%'") == 0;

    private static double? Mean(ObservatoryContext db, string sql)
    {
        using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var (rows, bytes) = (0L, 0L);
        while (reader.Read())
        {
            rows++;
            bytes += BytesPerRow;
            for (var i = 0; i < reader.FieldCount; i++) bytes += 1 + BytesOf(reader.GetValue(i));
        }
        return rows == 0 ? null : (double)bytes / rows;
    }

    private static int BytesOf(object value) => value switch
    {
        long and (0 or 1) => 0,
        long number => number is >= sbyte.MinValue and <= sbyte.MaxValue ? 1 : number is >= short.MinValue and <= short.MaxValue ? 2
            : number is >= int.MinValue and <= int.MaxValue ? 4 : 8,
        double => 8,
        string text => Encoding.UTF8.GetByteCount(text),
        byte[] blob => blob.Length,
        _ => 0,
    };
}
