using System.Globalization;
using Microsoft.Data.Sqlite;
using Observatory.Core.Privacy;

namespace Observatory.Core.Storage.Sqlite.Rework;

/// <summary>A kind of text that stands in columns of a table.</summary>
/// <param name="table">Of the rows.</param>
/// <param name="columns">Texts of a row.</param>
/// <param name="make">The texts of a row as they are to be; null = the row is to go.</param>
internal sealed class RowStage(string table, bool isExclusive, string[] columns, Func<string?[], ContentRules, string?[]?> make)
    : ReworkStage(table, isExclusive)
{
    private const int RowsAtOnce = 500;
    private const int MostNames = 10_000;

    /// <summary>The row's number, as an expression.</summary>
    public string Key { get; init; } = "Id";

    /// <summary>True of rows behind the number <c>?1</c>.</summary>
    public string Behind { get; init; } = "Id > ?1";

    /// <summary>True of the row with the number <c>?1</c>.</summary>
    public string Where { get; init; } = "Id = ?1";

    public string Order { get; init; } = "Id";

    public string? CountSql { get; init; }

    /// <summary>Removes the row <c>?1</c>.</summary>
    public string? DeleteSql { get; init; }

    /// <summary>Where the row has to stay: empties it.</summary>
    public string? EmptySql { get; init; }

    /// <summary>Place of the column whose texts differ from each other: one that has become equal gets a number. −1 = rows that become equal are one.</summary>
    public int Unique { get; init; } = -1;

    public override long Count(SqliteConnection connection) => Number(connection, CountSql ?? $"SELECT COUNT(*) FROM {Name}");

    public override Look Find(SqliteConnection connection, long after, ContentRules rules)
    {
        using var select = Statement.On(connection, string.Create(CultureInfo.InvariantCulture,
            $"SELECT {Key}, {string.Join(", ", columns)} FROM {Name} WHERE {Behind} ORDER BY {Order} LIMIT {RowsAtOnce}"));
        var (last, looked, keys) = ((long?)null, 0, new List<long>());
        var row = new string?[columns.Length];
        select.Bind(after);
        while (select.Read())
        {
            last = select.Long(0);
            looked++;
            for (var i = 0; i < columns.Length; i++) row[i] = select.Text(i + 1);
            if (make(row, rules) is not { } made || !made.AsSpan().SequenceEqual(row)) keys.Add(last.Value);
        }
        return new Look(last, looked, keys);
    }

    public override int Change(SqliteConnection connection, IReadOnlyList<long> keys, ContentRules rules)
    {
        using var select = Statement.On(connection, $"SELECT {string.Join(", ", columns)} FROM {Name} WHERE {Where}");
        var sets = string.Join(", ", columns.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"{c} = ?{i + 2}")));
        using var update = Statement.On(connection, $"UPDATE OR IGNORE {Name} SET {sets} WHERE {Where}");
        using var delete = Statement.On(connection, DeleteSql ?? $"DELETE FROM {Name} WHERE {Where}");
        using var empty = EmptySql is null ? null : Statement.On(connection, EmptySql);
        var (changed, row) = (0, new string?[columns.Length]);
        foreach (var key in keys)
        {
            var found = false;
            select.Bind(key);
            while (select.Read())
            {
                found = true;
                for (var i = 0; i < columns.Length; i++) row[i] = select.Text(i);
            }
            if (!found) continue;
            var made = make(row, rules);
            if (made is not null && made.AsSpan().SequenceEqual(row)) continue;
            if (made is null || !Update(update, key, made))
            {
                if (delete.Bind(key).RunAndCount() == 0) empty?.Bind(key).Run();
            }
            changed++;
        }
        return changed;
    }

    /// <summary>False where another row says the same already.</summary>
    private bool Update(Statement update, long key, string?[] row)
    {
        var text = Unique < 0 ? null : row[Unique];
        for (var number = 1; number < MostNames; number++)
        {
            if (number > 1) row[Unique] = string.Create(CultureInfo.InvariantCulture, $"{text} {number}");
            update.Bind(key);
            foreach (var column in row) update.Bind(column);
            if (update.RunAndCount() > 0) return true;
            if (Unique < 0) return false;
        }
        return false;
    }
}
