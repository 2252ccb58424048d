using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Statements of one connection, each prepared when it is first asked for. Not thread-safe.</summary>
internal sealed class StatementCache(sqlite3 connection, TransactionGate gate) : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = [];

    public Statement Get(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = Once(sql);
        return statement;
    }

    /// <summary>One that is seldom asked and not worth keeping: the caller disposes of it.</summary>
    public Statement Once(string sql) => new(connection, sql, gate);

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
    }
}
