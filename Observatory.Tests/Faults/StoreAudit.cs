using System.Globalization;
using Microsoft.Data.Sqlite;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <summary>
/// Holds a database file against what was sent, and its sums against its rows, with plain SQL that shares nothing with the program. What is wrong
/// comes back as lines; none = all is well.
/// </summary>
internal static class StoreAudit
{
    private const int MostLines = 20;

    private const string RawRows = """
        SELECT At, ConversationId, UserId, ProjectId, 0 AS ModelId, Sources, 1 AS UserMessages, 0 AS AssistantMessages, 0 AS Input, 0 AS Output, 0 AS CacheWrite5m, 0 AS CacheWrite1h,
            0 AS CacheRead, 0 AS Cost, 0 AS UnpricedTokens, 0 AS ToolCalls, 0 AS ToolErrors, 0 AS ApiErrors, ResponseMs IS NOT NULL AS ResponseCount, COALESCE(ResponseMs, 0) AS ResponseMs
        FROM prompts WHERE IsVoid = 0
        UNION ALL SELECT At, ConversationId, UserId, ProjectId, ModelId, Sources, 0, IsAuxiliary = 0, Input, Output, CacheWrite5m, CacheWrite1h, CacheRead, COALESCE(Cost, 0),
            CASE WHEN Cost IS NULL THEN Input + Output + CacheWrite5m + CacheWrite1h + CacheRead ELSE 0 END, 0, 0, 0, 0, 0
        FROM responses WHERE IsVoid = 0
        UNION ALL SELECT At, ConversationId, UserId, ProjectId, ModelId, Sources, 0, 0, 0, 0, 0, 0, 0, Cost, 0, 1, IsError, 0, 0, 0 FROM tool_calls WHERE IsVoid = 0 AND IsCalled = 1
        UNION ALL SELECT At, ConversationId, UserId, ProjectId, 0, Sources, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Attempts, 0, 0 FROM api_errors WHERE IsVoid = 0
        """;

    private static readonly string[] s_measures =
    [
        "UserMessages", "AssistantMessages", "Input", "Output", "CacheWrite5m", "CacheWrite1h", "CacheRead", "Cost", "UnpricedTokens", "ToolCalls",
            "ToolErrors", "ApiErrors", "ResponseCount", "ResponseMs",
    ];

    private static readonly string[] s_ofConversation =
        ["UserMessages", "AssistantMessages", "Input", "Output", "CacheWrite", "CacheRead", "Cost", "UnpricedTokens", "ToolCalls", "ToolErrors",
            "ResponseCount", "ResponseMs"];

    /// <param name="path">No process may have it open, but those that only read.</param>
    /// <param name="requests">All that were ever sent.</param>
    /// <param name="mustBeThere">Those that must be there whole. The others are there whole or not at all.</param>
    public static List<string> Check(string path, IEnumerable<LoadRequest> requests, Func<LoadRequest, bool> mustBeThere)
    {
        try
        {
            using var connection = Open(path);
            var problems = Integrity(connection);
            if (problems.Count > 0) return problems;
            problems.AddRange(Sums(connection));
            problems.AddRange(Contents(connection, requests, mustBeThere));
            return problems;
        }
        catch (SqliteException e)
        {
            return [$"the database cannot be read: {e.Message}"];
        }
    }

    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public static List<string> Integrity(SqliteConnection connection)
    {
        var problems = Lines(connection, "PRAGMA integrity_check").Where(l => l != "ok").Select(l => "integrity: " + l).ToList();
        problems.AddRange(Lines(connection, "PRAGMA foreign_key_check").Select(l => "foreign key: " + l));
        return problems;
    }

    /// <summary>Every sum that is kept, against the rows it sums. Items of blocks stand beside the rows afterwards.</summary>
    public static List<string> Sums(SqliteConnection connection)
    {
        BlockReading.Unfold(connection);
        var problems = new List<string>();
        var sums = string.Join(", ", s_measures.Select(m => $"SUM({m}) AS {m}"));
        var nonZero = string.Join(" OR ", s_measures.Select(m => m + " <> 0"));
        const string Keys = "UserId, ProjectId, ModelId, Sources";
        Compare("quarters", $"SELECT At / 900000 AS Bucket, ConversationId, {Keys}, {sums} FROM ({RawRows}) GROUP BY 1, 2, 3, 4, 5, 6",
            $"Bucket, ConversationId, {Keys}", s_measures, nonZero);
        Compare("hours", $"SELECT At / 3600000 AS Bucket, {Keys}, {sums} FROM ({RawRows}) GROUP BY 1, 2, 3, 4, 5", $"Bucket, {Keys}", s_measures, nonZero);
        var own = string.Join(", ", s_ofConversation.Select(m => m == "CacheWrite" ? "SUM(CacheWrite5m + CacheWrite1h) AS CacheWrite" : $"SUM({m}) AS {m}"));
        Compare("conversations", $"SELECT ConversationId AS Id, {own} FROM ({RawRows}) GROUP BY 1", "Id", s_ofConversation,
            string.Join(" OR ", s_ofConversation.Select(m => m + " <> 0")));
        Compare("tool_quarters",
            $"SELECT At / 900000 AS Bucket, ToolId, {Keys}, COUNT(*) AS Calls, SUM(IsError) AS Errors FROM tool_calls WHERE IsVoid = 0 AND IsCalled = 1 "
            + $"GROUP BY 1, 2, 3, 4, 5, 6",
            $"Bucket, ToolId, {Keys}", ["Calls", "Errors"],
            // Times that spans tell of have numbers of their own.
            "(Calls <> 0 OR Errors <> 0) AND ToolId < 16777216");
        return problems;

        void Compare(string table, string raw, string keys, string[] measures, string filter)
        {
            var columns = $"{keys}, {string.Join(", ", measures)}";
            foreach (var (first, second, word) in new[] { ("raw", "kept", "rows give"), ("kept", "raw", "holds") })
            {
                problems.AddRange(Lines(connection,
                    $"WITH raw AS ({raw}), kept AS (SELECT {columns} FROM {table}) SELECT {columns} FROM {first} WHERE {filter} EXCEPT SELECT {columns} "
                        + $"FROM {second} LIMIT 5").Select(l => $"{table} {word}: {l}"));
            }
        }
    }

    private static List<string> Contents(SqliteConnection connection, IEnumerable<LoadRequest> requests, Func<LoadRequest, bool> mustBeThere)
    {
        var there = new Dictionary<string, long[]>();
        void Add(int first, string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                var session = rows.GetString(0);
                if (!there.TryGetValue(session, out var figures)) there[session] = figures = new long[10];
                for (var i = 1; i < rows.FieldCount; i++) figures[first + i - 1] += rows.GetInt64(i);
            }
        }
        const string Join = "JOIN conversations c ON c.Id = x.ConversationId GROUP BY 1";
        Add(0, $"SELECT c.SessionId, SUM(x.IsVoid = 0) FROM prompts x {Join}");
        Add(1, $"SELECT c.SessionId, SUM(x.Kind = 4), SUM(x.Kind = 3 AND x.IsVoid = 0), SUM(x.Input), SUM(x.Output), SUM(x.CacheWrite5m + x.CacheWrite1h), "
            + $"SUM(x.CacheRead) FROM responses x {Join}");
        Add(7, $"SELECT c.SessionId, SUM(x.IsVoid = 0 AND x.IsCalled = 1), SUM(x.IsVoid = 0 AND x.IsError = 1) FROM tool_calls x {Join}");
        Add(9, $"SELECT c.SessionId, COUNT(*) FROM events x {Join}");

        var problems = new List<string>();
        var known = new HashSet<string>();
        foreach (var request in requests)
        {
            var present = request.Conversations.Count(c => there.ContainsKey(c.Id));
            known.UnionWith(request.Conversations.Select(c => c.Id));
            if (present == 0)
            {
                if (mustBeThere(request)) problems.Add($"lost: request {request.Number} was acknowledged");
                continue;
            }
            if (present < request.Conversations.Count) problems.Add($"half: request {request.Number} has {present} of {request.Conversations.Count} "
                + $"conversations");
            foreach (var c in request.Conversations)
            {
                if (!there.TryGetValue(c.Id, out var figures)) continue;
                long[] expected = [c.Prompts, c.Answers, c.Calls, c.Input, c.Output, c.CacheWrite, c.CacheRead, c.Tools, c.ToolErrors, c.Others];
                if (!figures.SequenceEqual(expected)) problems.Add($"wrong: {c.Id} has {string.Join(' ', figures)}, sent were {string.Join(' ', expected)}");
            }
            if (problems.Count > MostLines) break;
        }
        if (problems.Count == 0 && there.Keys.FirstOrDefault(id => id.StartsWith("c-", StringComparison.Ordinal) && !known.Contains(id))
            is { } stranger) problems.Add($"nobody sent {stranger}");
        return problems;
    }

    /// <summary>The same over HTTP: each conversation (of many, some), and the totals of the dashboard.</summary>
    public static async Task<List<string>> CheckAnswersAsync(AppProcess app, IReadOnlyCollection<LoadRequest> requests, int most = 200)
    {
        var problems = new List<string>();
        var all = requests.Where(r => r.AcknowledgedAt is not null).SelectMany(r => r.Conversations).ToList();
        var step = Math.Max(1, all.Count / most);
        for (var i = 0; i < all.Count; i += step)
        {
            var c = all[i];
            var row = await app.GetAsync("/api/analytics/conversations/" + c.Id);
            long Figure(string name) => row.GetProperty(name).GetInt64();
            long[] has = [Figure("userMessages"), Figure("inputTokens"), Figure("outputTokens"), Figure("cacheCreationTokens"), Figure("cacheReadTokens"),
                Figure("toolCalls"), Figure("toolErrors")];
            long[] sent = [c.Prompts, c.Input, c.Output, c.CacheWrite, c.CacheRead, c.Tools, c.ToolErrors];
            if (!has.SequenceEqual(sent)) problems.Add($"{c.Id} answers {string.Join(' ', has)}, sent were {string.Join(' ', sent)}");
        }
        var overview = (await app.GetAsync("/api/analytics/dashboard?" + EventLoad.Range)).GetProperty("overview");
        (string Name, long Sent)[] totals =
        [
            ("totalConversations", all.Count), ("userMessages", all.Sum(c => (long)c.Prompts)), ("totalTokens", all.Sum(c => c.Tokens)),
                ("inputTokens", all.Sum(c => c.Input)),
            ("outputTokens", all.Sum(c => c.Output)), ("cacheCreationTokens", all.Sum(c => c.CacheWrite)), ("cacheReadTokens", all.Sum(c => c.CacheRead)),
            ("toolCalls", all.Sum(c => (long)c.Tools)), ("toolErrors", all.Sum(c => (long)c.ToolErrors)),
        ];
        foreach (var (name, sent) in totals)
        {
            var has = overview.GetProperty(name).GetInt64();
            if (has != sent) problems.Add($"dashboard: {name} is {has}, sent were {sent}");
        }
        return problems;
    }

    /// <summary>One line a row.</summary>
    public static List<string> Lines(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var lines = new List<string>();
        while (rows.Read()) lines.Add(string.Join(' ', Enumerable.Range(0, rows.FieldCount)
            .Select(i => Convert.ToString(rows.GetValue(i), CultureInfo.InvariantCulture))));
        return lines;
    }
}
