using Microsoft.Data.Sqlite;
using Observatory.Core.Storage.Sqlite.Blocks;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Whether a database is what its history of migrations says: all tables with their columns, all indexes and views.</summary>
internal static class SchemaCheck
{
    private const string Contents =
        "SELECT m.type, m.name, NULL FROM sqlite_master m WHERE m.name NOT LIKE 'sqlite_%' UNION ALL " +
        "SELECT 'column', m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";

    /// <summary>The first thing that is missing, in plain words; null = nothing.</summary>
    public static string? FindMissing(SqliteConnection connection)
    {
        using var model = new SqliteConnection("Data Source=:memory:;Pooling=False");
        model.Open();
        BlockModule.Register(model.Handle!);
        using (var make = model.CreateCommand())
        {
            make.CommandText = SqliteUpgrade.Schema;
            make.ExecuteNonQuery();
        }
        var there = Read(connection).ToHashSet();
        // A table before its columns and indexes: it says more.
        return Read(model).Where(part => !there.Contains(part)).OrderByDescending(part => part.Type == "table").Select(part => part switch
        {
            ("column", var table, var column) => $"the column {column} of the table {table}",
            var (type, name, _) => $"the {type} {name}",
        }).FirstOrDefault();
    }

    private static List<(string Type, string Name, string? Column)> Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Contents;
        using var rows = command.ExecuteReader();
        var parts = new List<(string, string, string?)>();
        while (rows.Read()) parts.Add((rows.GetString(0), rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetString(2)));
        return parts;
    }
}
