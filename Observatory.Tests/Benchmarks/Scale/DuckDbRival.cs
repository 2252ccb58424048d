using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using DuckDB.NET.Data;
using Observatory.Core.Time;

namespace Observatory.Tests.Benchmarks.Scale;

/// <summary>DuckDB in this process, in memory, two threads: a table of raw rows and eleven statements that give what a dashboard has.</summary>
internal sealed class DuckDbRival : IScaleRival
{
    private const int Prompt = (int)ScaleKind.Prompt, Answer = (int)ScaleKind.Answer, ToolUse = (int)ScaleKind.Tool;

    private static readonly string s_sums =
        $"COUNT(DISTINCT conversation) FILTER (kind IN ({Prompt}, {Answer})), COUNT(*) FILTER (kind = {Prompt}), COUNT(*) FILTER (kind = {Answer}), " +
        "SUM(input), SUM(output), SUM(write), SUM(read), SUM(cost), " +
        $"COUNT(DISTINCT usr) FILTER (kind = {Prompt}), COUNT(*) FILTER (kind = {ToolUse}), COUNT(*) FILTER (failed)";

    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    public DuckDbRival()
    {
        _connection.Open();
        Run("SET threads = 2");
        Run("SET memory_limit = '4GB'");
    }

    public string Name => "DuckDB";

    public void Fill(ScaleLoad load)
    {
        Run("CREATE TABLE events (instant BIGINT, kind INTEGER, conversation INTEGER, usr INTEGER, project INTEGER, model INTEGER, " +
            "input BIGINT, output BIGINT, write BIGINT, read BIGINT, cost BIGINT, tool INTEGER, failed BOOLEAN, ms INTEGER)");
        using var appender = _connection.CreateAppender("events");
        while (load.Left > 0)
        {
            var e = load.Next();
            var cost = e.Input * 4_000L + e.Output * 20_000L + e.Write * 5_000L + e.Read * 400L;
            appender.CreateRow().AppendValue(e.At).AppendValue((int)e.Kind).AppendValue(e.Conversation).AppendValue(e.User).AppendValue(e.Project)
                .AppendValue(e.Model).AppendValue((long)e.Input).AppendValue((long)e.Output).AppendValue((long)e.Write).AppendValue((long)e.Read)
                .AppendValue(cost).AppendValue(e.Tool).AppendValue(e.Failed).AppendValue(e.Ms).EndRow();
        }
    }

    public (double Ms, long Messages, long Tokens) Dashboard(TimeRange range, long offset)
    {
        var (start, end, before) = (range.Start, range.End, range.Start - range.Length);
        var clock = Stopwatch.StartNew();
        var total = Rows($"SELECT {s_sums} FROM events WHERE instant >= {start} AND instant < {end}")[0];
        const string Message = "kind IN (1, 2)";
        var within = $"instant >= {start} AND instant < {end}";
        Rows($"SELECT {s_sums} FROM events WHERE instant >= {before} AND instant < {start}");
        Rows($"SELECT (instant + {offset}) // 86400000 AS day, {s_sums} FROM events WHERE {within} GROUP BY day ORDER BY day");
        Rows($"SELECT (first + {offset}) // 86400000 AS day, COUNT(*) FROM (SELECT conversation, MIN(instant) AS first FROM events WHERE {Message} " +
            $"GROUP BY conversation) WHERE first >= {start} AND first < {end} GROUP BY day ORDER BY day");
        Rows($"SELECT usr, {s_sums} FROM events WHERE {within} GROUP BY usr ORDER BY 3 DESC LIMIT 10");
        Rows($"SELECT conversation, COUNT(*) AS messages FROM events WHERE {Message} AND conversation IN (SELECT conversation FROM events WHERE {within} " +
            $"AND {Message}) GROUP BY conversation ORDER BY messages DESC, conversation LIMIT 10");
        Rows($"SELECT ((instant + {offset}) // 3600000) % 24 AS hour, COUNT(*), COUNT(DISTINCT conversation) FROM events WHERE {Message} AND {within} " +
            "GROUP BY hour");
        Rows($"SELECT project, {s_sums} FROM events WHERE {within} GROUP BY project");
        Rows($"SELECT model, {s_sums} FROM events WHERE {within} GROUP BY model");
        Rows($"SELECT tool, COUNT(*), COUNT(*) FILTER (failed), SUM(ms) FROM events WHERE kind = {ToolUse} AND {within} GROUP BY tool");
        Rows("SELECT AVG(answer), quantile_disc(answer, 0.95) FROM (SELECT kind, LEAD(instant) OVER w - instant AS answer, LEAD(kind) OVER w AS next " +
            $"FROM events WHERE {Message} AND {within} WINDOW w AS (PARTITION BY conversation ORDER BY instant)) WHERE kind = {Prompt} AND next = {Answer}");
        var ms = clock.Elapsed.TotalMilliseconds;
        return (ms, total[1] + total[2], total[3] + total[4] + total[5] + total[6]);
    }

    public void Dispose() => _connection.Dispose();

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Sums are numbers of 128 bits there.</summary>
    private static long NumberOf(object value) => value is BigInteger sum ? (long)sum : (long)Convert.ToDecimal(value, CultureInfo.InvariantCulture);

    private List<long[]> Rows(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<long[]>();
        while (reader.Read())
        {
            var row = new long[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? 0 : NumberOf(reader.GetValue(i));
            rows.Add(row);
        }
        return rows;
    }
}
