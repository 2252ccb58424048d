using Xunit;
using System.Buffers.Binary;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Observatory.Tests.Faults;

/// <summary>
/// Reads blocks of items by what their description says of the bytes, and shares no code with the program. What it finds stands beside the rows in
/// temporary tables that take the names of the program's views, so that plain SQL on this connection sees all items.
/// </summary>
internal static class BlockReading
{
    private static readonly (int Kind, string View, string Rows)[] s_kinds =
        [(1, "responses", "response_rows"), (2, "tool_calls", "tool_call_rows"), (3, "events", "event_rows")];

    public static void Unfold(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        foreach (var (kind, view, rows) in s_kinds)
        {
            // The columns of blocks are in the order of the view.
            var columns = "";
            Read(connection, $"SELECT sql FROM main.sqlite_master WHERE name = '{view}'", r => columns = r.GetString(0)
                .Split(" FROM ")[0].Split(" SELECT ")[1]);
            Run(connection, $"CREATE TEMP TABLE {view} AS SELECT {columns} FROM {rows}");
            var holes = new HashSet<long>();
            Read(connection, "SELECT Id FROM block_holes", r => holes.Add(r.GetInt64(0)));
            var blocks = new List<byte[]>();
            Read(connection, $"SELECT Data FROM item_blocks WHERE Kind = {kind} AND Id >> 40 = {kind}", r => blocks.Add((byte[])r[0]));
            foreach (var block in blocks)
            {
                foreach (var row in RowsOf(block))
                {
                    if (holes.Contains(((long)kind << 40) | (long)row[0]!)) continue;
                    using var insert = connection.CreateCommand();
                    insert.CommandText = $"INSERT INTO temp.{view} VALUES ({string.Join(", ", row.Select((_, i) => "$" + i))})";
                    for (var i = 0; i < row.Length; i++) insert.Parameters.AddWithValue("$" + i, row[i] ?? DBNull.Value);
                    insert.ExecuteNonQuery();
                }
            }
        }
        transaction.Commit();
    }

    /// <summary>Rows of numbers, texts and nulls.</summary>
    public static IEnumerable<object?[]> RowsOf(byte[] block)
    {
        Assert.Equal(1, block[0]);
        var columns = Enumerable.Range(0, block[1]).Select(c => Column(block, c)).ToList();
        for (var row = 0; row < BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(2)); row++) yield return [.. columns.Select(c => c[row])];
    }

    private static object?[] Column(byte[] block, int column)
    {
        var rows = (int)BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(2));
        var head = block.AsSpan(4 + 16 * column, 16);
        var (least, at, width, nulls) = (BinaryPrimitives.ReadInt64LittleEndian(head), BinaryPrimitives.ReadInt32LittleEndian(head[8..]), head[12], head[13]);
        var values = new object?[rows];
        if (nulls == 2) return values;
        var bits = at;
        if (nulls == 1) at += (rows + 7) / 8;
        var start = 0;
        for (var row = 0; row < rows; row++)
        {
            var isNull = nulls == 1 && (block[bits + row / 8] >> (row % 8) & 1) == 1;
            if (width == 255)
            {
                var end = BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(at + 4 * row));
                values[row] = isNull ? null : Encoding.UTF8.GetString(block.AsSpan(at + 4 * rows + start, end - start));
                start = end;
                continue;
            }
            var more = 0UL;
            for (var b = 0; b < width; b++) more |= (ulong)block[at + row * width + b] << (8 * b);
            values[row] = isNull ? null : unchecked(least + (long)more);
        }
        return values;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Read(SqliteConnection connection, string sql, Action<SqliteDataReader> each)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read()) each(reader);
    }
}
