using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Accounts;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// Statements straight on the connection of a snapshot. The only place that reads tables of items without EF: a condition that all
/// readers must share (<c>Items</c>) is added here once.
/// </summary>
internal sealed class NarrowReads(SqliteDatabase database) : INarrowReads
{
    /// <summary>Rows between two looks at the cancellation.</summary>
    private const int Stride = 4096;

    /// <summary>More than these are not told to SQLite one by one.</summary>
    private const int FewConversations = 500;

    private const string Range = "WHERE Bucket >= ? AND Bucket < ?";
    private const string Items = "WHERE At >= ? AND At < ? AND IsVoid = 0";

    private static readonly string s_quarters =
        $"SELECT Bucket, ConversationId, UserId, ProjectId, ModelId, Sources, {string.Join(", ", Measures.Columns)} FROM quarters {Range} ORDER BY Bucket";

    public long[] DayVersions(ObservatoryContext db, int first, int end)
    {
        var versions = new long[Math.Max(0, end - first)];
        using var rows = Statement.On(db, "SELECT Day, Version FROM days WHERE Day >= ? AND Day < ?").Bind(first).Bind(end);
        while (rows.Read()) versions[rows.Int(0) - first] = rows.Long(1);
        return versions;
    }

    public IEnumerable<QuarterRow> Quarters(ObservatoryContext db, int start, int end, CancellationToken cancel) =>
        Rows(db, s_quarters, start, end, static row =>
        {
            var figures = new Measures();
            for (var i = 0; i < Measures.Count; i++) figures[i] = row.Long(6 + i);
            return new QuarterRow(new QuarterKey(row.Int(0), row.Int(1), row.Int(2), row.Int(3), row.Int(4), row.Int(5)), figures);
        }, cancel);

    public IEnumerable<ToolQuarterRow> Tools(ObservatoryContext db, int start, int end, CancellationToken cancel) => Rows(
        db, $"SELECT Bucket, ToolId, UserId, ProjectId, ModelId, Sources, Calls, Errors, DurationMs, DurationCount FROM tool_quarters {Range} ORDER BY Bucket", start, end,
        static row => new ToolQuarterRow(ToolKeyOf(row), new ToolMeasures(row.Long(6), row.Long(7), row.Long(8), row.Long(9))), cancel);

    public IEnumerable<BinRow> Bins(ObservatoryContext db, int start, int end, CancellationToken cancel) => Rows(
        db, $"SELECT Bucket, ToolId, UserId, ProjectId, ModelId, Sources, Bin, Count FROM sketches {Range} ORDER BY Bucket", start, end,
        static row => new BinRow(ToolKeyOf(row), row.Int(6), checked((int)row.Long(7))), cancel);

    public void DaySums(ObservatoryContext db, DaySumPart part, int first, int end, Func<int, long, bool> wanted, DaySumReader each)
    {
        using var rows = Statement.On(db, "SELECT Id, Version, Form, Data FROM day_sums WHERE Id >= ? AND Id < ?")
            .Bind(DaySumEntity.IdOf(part, first)).Bind(DaySumEntity.IdOf(part, end));
        while (rows.Read())
        {
            var (day, version) = (DaySumEntity.DayOf(rows.Long(0)), rows.Long(1));
            if (rows.Int(2) != DayBlock.Form || !wanted(day, version)) continue;
            var block = rows.Blob(3);
            if (DayBlock.IsWhole(block)) each(day, version, block);
        }
    }

    public IEnumerable<ActivityRow> Activity(ObservatoryContext db, long start, long end, CancellationToken cancel)
    {
        using var prompts = Rows(db, $"SELECT At, UserId, ProjectId, 0, Sources FROM prompts {Items} ORDER BY At", start, end, ActivityOf, cancel).GetEnumerator();
        using var answers = Rows(
            db, $"SELECT At, UserId, ProjectId, ModelId, Sources FROM responses {Items} AND IsSidechain = 0 AND IsAuxiliary = 0 ORDER BY At", start, end, ActivityOf, cancel).GetEnumerator();
        var (prompt, answer) = (prompts.MoveNext(), answers.MoveNext());
        while (prompt || answer)
        {
            if (prompt && (!answer || prompts.Current.At <= answers.Current.At))
            {
                yield return prompts.Current;
                prompt = prompts.MoveNext();
            }
            else
            {
                yield return answers.Current;
                answer = answers.MoveNext();
            }
        }

        static ActivityRow ActivityOf(Statement row) => new(row.Long(0), row.Int(1), row.Int(2), row.Int(3), row.Int(4));
    }

    public List<long> PromptTimes(ObservatoryContext db, int conversation)
    {
        using var row = Statement.On(db, "SELECT At FROM prompts WHERE ConversationId = ? AND IsVoid = 0 ORDER BY At").Bind(conversation);
        var times = new List<long>();
        while (row.Read()) times.Add(row.Long(0));
        return times;
    }

    public List<CreatedRow> Created(ObservatoryContext db, long start, long end) => [.. Rows(
        db, "SELECT Id, CreatedAt FROM conversations WHERE CreatedAt >= ? AND CreatedAt < ? ORDER BY CreatedAt", start, end,
        static row => new CreatedRow(row.Int(0), row.Long(1)), CancellationToken.None)];

    public List<LongestRow> Longest(ObservatoryContext db, IReadOnlySet<int> among, int limit)
    {
        IEnumerable<int> few = among.Count > FewConversations ? Most(db, among, limit) : among;
        var ids = new StringBuilder("[").AppendJoin(',', few).Append(']').ToString();
        using var row = Statement.On(
            db, "SELECT SessionId, Title, UserMessages + AssistantMessages AS Messages, CreatedAt FROM conversations WHERE Id IN (SELECT value FROM json_each(?)) " +
                "ORDER BY Messages DESC, Title, SessionId LIMIT ?").Bind(ids).Bind(limit);
        var longest = new List<LongestRow>();
        while (row.Read()) longest.Add(new LongestRow(row.Text(0)!, row.Text(1)!, row.Long(2), row.Long(3)));
        return longest;
    }

    /// <summary>Those with as many messages as the last that may be wanted: all are looked at for two numbers, few are sorted by their texts.</summary>
    private static List<int> Most(ObservatoryContext db, IReadOnlySet<int> among, int limit)
    {
        var (most, least) = (new PriorityQueue<int, long>(), long.MinValue);
        var all = new List<(int Id, long Messages)>();
        using var row = Statement.On(db, "SELECT Id, UserMessages + AssistantMessages FROM conversations");
        while (row.Read())
        {
            var (id, messages) = (row.Int(0), row.Long(1));
            if (messages < least || !among.Contains(id)) continue;
            all.Add((id, messages));
            most.Enqueue(id, messages);
            if (most.Count > limit) most.Dequeue();
            if (most.Count == limit && most.TryPeek(out _, out var last)) least = last;
        }
        return [.. all.Where(c => c.Messages >= least).Select(c => c.Id)];
    }

    public void Want(ObservatoryContext db, IReadOnlySet<int> ids) =>
        ((SqliteConnection)db.Database.GetDbConnection()).CreateFunction("is_wanted", (int id) => ids.Contains(id), isDeterministic: true);

    public List<RunEntity> Runs(ObservatoryContext db)
    {
        using var row = Statement.On(db, "SELECT Id, StartedAt, LastBeatAt FROM runs ORDER BY StartedAt");
        var runs = new List<RunEntity>();
        while (row.Read()) runs.Add(new RunEntity { Id = row.Int(0), StartedAt = row.Long(1), LastBeatAt = row.Long(2) });
        return runs;
    }

    public List<ApiKey> Keys(ReadOnlySpan<byte> hash)
    {
        using var db = database.Open();
        using var row = Statement.On(
            db, $"SELECT Id, Name, Hash, Scopes, CreatedAt, ExpiresAt, LastUsedAt, RevokedAt FROM api_keys {(hash.IsEmpty ? "" : "WHERE Hash = ?")} ORDER BY Id");
        if (!hash.IsEmpty) row.Bind(hash);
        var keys = new List<ApiKey>();
        while (row.Read())
        {
            keys.Add(new ApiKey
            {
                Id = row.Long(0), Name = row.Text(1)!, Hash = row.Blob(2).ToArray(), Scopes = (KeyScopes)row.Int(3), CreatedAt = row.Long(4),
                ExpiresAt = row.LongOrNull(5), LastUsedAt = row.LongOrNull(6), RevokedAt = row.LongOrNull(7),
            });
        }
        return keys;
    }

    private static IEnumerable<T> Rows<T>(ObservatoryContext db, string sql, long start, long end, Func<Statement, T> read, CancellationToken cancel)
    {
        using var row = Statement.On(db, sql).Bind(start).Bind(end);
        for (var n = 0; row.Read(); n++)
        {
            if (n % Stride == 0) cancel.ThrowIfCancellationRequested();
            yield return read(row);
        }
    }

    private static ToolKey ToolKeyOf(Statement row) => new(row.Int(0), row.Int(1), row.Int(2), row.Int(3), row.Int(4), row.Int(5));
}
