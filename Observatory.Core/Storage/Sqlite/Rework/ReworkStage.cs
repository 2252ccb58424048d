using Microsoft.Data.Sqlite;
using Observatory.Core.Privacy;

namespace Observatory.Core.Storage.Sqlite.Rework;

/// <summary>What one look found.</summary>
/// <param name="Last">Key of the last row, null = there was none.</param>
/// <param name="Looked">Rows.</param>
/// <param name="Keys">Of rows that must change.</param>
internal readonly record struct Look(long? Last, int Looked, List<long> Keys);

/// <summary>One kind of stored text: how its rows are found, looked at and changed.</summary>
internal abstract class ReworkStage(string name, bool isExclusive)
{
    public string Name { get; } = name;

    /// <summary>The writer keeps it in memory too: it is changed while the writer stands still.</summary>
    public bool IsExclusive { get; } = isExclusive;

    /// <summary>Rows, about.</summary>
    public abstract long Count(SqliteConnection connection);

    /// <summary>Reads some rows behind a key; changes nothing.</summary>
    public abstract Look Find(SqliteConnection connection, long after, ContentRules rules);

    /// <summary>Reads these rows again, within a transaction, and changes what must change. Returns how many.</summary>
    public abstract int Change(SqliteConnection connection, IReadOnlyList<long> keys, ContentRules rules);

    protected static long Number(SqliteConnection connection, string sql)
    {
        using var select = Statement.On(connection, sql);
        var number = 0L;
        while (select.Read()) number = select.Long(0);
        return number;
    }
}
