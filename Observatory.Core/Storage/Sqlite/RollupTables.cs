using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Upserts of roll-up differences.</summary>
internal sealed class RollupTables : IRollupTables, IDisposable
{
    private const string QuarterKeys = "Bucket, ConversationId, UserId, ProjectId, ModelId, Sources";
    private const string HourKeys = "Bucket, UserId, ProjectId, ModelId, Sources";
    private const string ToolKeys = "Bucket, ToolId, UserId, ProjectId, ModelId, Sources";

    private readonly Statement _quarter;
    private readonly Statement _quarterEmpty;
    private readonly Statement _hour;
    private readonly Statement _hourEmpty;
    private readonly Statement _tool;
    private readonly Statement _toolEmpty;
    private readonly Statement _bin;
    private readonly Statement _binEmpty;
    private readonly Statement _day;

    public RollupTables(sqlite3 connection, TransactionGate gate)
    {
        string[] tool = ["Calls", "Errors", "DurationMs", "DurationCount"];
        _quarter = new Statement(connection, Upsert("quarters", QuarterKeys, Measures.Columns), gate);
        _quarterEmpty = new Statement(connection, DeleteEmpty("quarters", QuarterKeys, Measures.Columns), gate);
        _hour = new Statement(connection, Upsert("hours", HourKeys, Measures.Columns), gate);
        _hourEmpty = new Statement(connection, DeleteEmpty("hours", HourKeys, Measures.Columns), gate);
        _tool = new Statement(connection, Upsert("tool_quarters", ToolKeys, tool), gate);
        _toolEmpty = new Statement(connection, DeleteEmpty("tool_quarters", ToolKeys, tool), gate);
        _bin = new Statement(connection, Upsert("sketches", ToolKeys + ", Bin", ["Count"]), gate);
        _binEmpty = new Statement(connection, DeleteEmpty("sketches", ToolKeys + ", Bin", ["Count"]), gate);
        _day = new Statement(connection, "INSERT INTO days (Day, Version) VALUES (?, 1) ON CONFLICT (Day) DO UPDATE SET Version = Version + 1", gate);
    }

    public void Add(in QuarterKey key, in Measures delta)
    {
        Write(_quarter, key).BindAll(delta).Run();
        if (delta.HasNegative) Write(_quarterEmpty, key).Run();

        static Statement Write(Statement statement, in QuarterKey key) => statement
            .Bind(key.Bucket).Bind(key.ConversationId).Bind(key.UserId).Bind(key.ProjectId).Bind(key.ModelId).Bind(key.Sources);
    }

    public void Add(in HourKey key, in Measures delta)
    {
        Write(_hour, key).BindAll(delta).Run();
        if (delta.HasNegative) Write(_hourEmpty, key).Run();

        static Statement Write(Statement statement, in HourKey key) => statement
            .Bind(key.Bucket).Bind(key.UserId).Bind(key.ProjectId).Bind(key.ModelId).Bind(key.Sources);
    }

    public void Add(in ToolKey key, in ToolMeasures delta)
    {
        Write(_tool, key).Bind(delta.Calls).Bind(delta.Errors).Bind(delta.DurationMs).Bind(delta.DurationCount).Run();
        if (delta.Calls < 0 || delta.Errors < 0 || delta.DurationMs < 0 || delta.DurationCount < 0) Write(_toolEmpty, key).Run();
    }

    public void Add(in ToolKey key, int bin, long delta)
    {
        Write(_bin, key).Bind(bin).Bind(delta).Run();
        if (delta < 0) Write(_binEmpty, key).Bind(bin).Run();
    }

    public void Touch(int day) => _day.Bind(day).Run();

    private static Statement Write(Statement statement, in ToolKey key) => statement
        .Bind(key.Bucket).Bind(key.ToolId).Bind(key.UserId).Bind(key.ProjectId).Bind(key.ModelId).Bind(key.Sources);

    private static string Upsert(string table, string keys, IReadOnlyList<string> columns)
    {
        var marks = string.Join(", ", Enumerable.Repeat("?", keys.Split(',').Length + columns.Count));
        return $"INSERT INTO {table} ({keys}, {string.Join(", ", columns)}) VALUES ({marks}) ON CONFLICT ({keys}) DO UPDATE SET " +
            string.Join(", ", columns.Select(c => $"{c} = {c} + excluded.{c}"));
    }

    private static string DeleteEmpty(string table, string keys, IReadOnlyList<string> columns) =>
        $"DELETE FROM {table} WHERE {string.Join(" AND ", keys.Split(", ").Select(k => $"{k} = ?"))} "
            + $"AND {string.Join(" AND ", columns.Select(c => $"{c} = 0"))}";

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_quarter, _quarterEmpty, _hour, _hourEmpty, _tool, _toolEmpty, _bin, _binEmpty, _day]) statement.Dispose();
    }
}

internal static class MeasuresBinding
{
    public static Statement BindAll(this Statement statement, in Measures measures)
    {
        for (var i = 0; i < Measures.Count; i++) statement.Bind(measures[i]);
        return statement;
    }
}
