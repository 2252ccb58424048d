using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Accounts;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Series;
using Observatory.Core.Time;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// Statements straight on the connection of a snapshot. The only place that reads tables of items without EF: a condition that all
/// readers must share (<c>Items</c>) is added here once.
/// </summary>
internal sealed partial class NarrowReads(SqliteDatabase database) : INarrowReads
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
        db, $"SELECT Bucket, ToolId, UserId, ProjectId, ModelId, Sources, Calls, Errors, DurationMs, DurationCount FROM tool_quarters {Range} ORDER BY Bucket",
            start, end,
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

    public GoneRowsKept Gone(ObservatoryContext db, int first, int end)
    {
        var kept = new GoneRowsKept();
        using var rows = Statement.On(db, "SELECT Day, Data FROM gone_days WHERE Day >= ? AND Day < ?").Bind(first).Bind(end);
        while (rows.Read()) GoneDay.Read(rows.Blob(1), rows.Int(0), kept);
        return kept;
    }

    public bool HasGone(ObservatoryContext db, int first, int end)
    {
        using var row = Statement.On(db, "SELECT EXISTS (SELECT 1 FROM days WHERE Day >= ? AND Day < ? AND Gone > 0)").Bind(first).Bind(end);
        return row.Read() && row.Bool(0);
    }

    public IEnumerable<ToolUseRow> ToolUses(ObservatoryContext db, long start, long end, CancellationToken cancel)
    {
        var gone = GoneIn(db, start, end).Tools.Where(t => t.At >= start && t.At < end).OrderBy(t => t.At).ToList();
        var calls = Rows(
            db, $"SELECT At, ToolId, UserId, ProjectId, ModelId, Sources, ConversationId FROM tool_calls {Items} AND IsCalled = 1 ORDER BY At", start, end,
            static row => new ToolUseRow(row.Long(0), row.Int(1), row.Int(2), row.Int(3), row.Int(4), row.Int(5), row.Int(6)), cancel);
        return InOrder(calls, gone, r => r.At);
    }

    public IEnumerable<ActivityRow> Activity(ObservatoryContext db, long start, long end, CancellationToken cancel)
    {
        var gone = GoneActivity(db, start, end);
        var prompts = Rows(db, $"SELECT At, UserId, ProjectId, 0, Sources FROM prompts {Items} ORDER BY At", start, end, ActivityOf, cancel);
        var answers = Rows(
            db, $"SELECT At, UserId, ProjectId, ModelId, Sources FROM responses {Items} AND IsSidechain = 0 AND IsAuxiliary = 0 ORDER BY At", start, end,
            ActivityOf, cancel);
        return InOrder(InOrder(prompts, answers, r => r.At), gone, r => r.At);

        static ActivityRow ActivityOf(Statement row) => new(row.Long(0), row.Int(1), row.Int(2), row.Int(3), row.Int(4));
    }

    private List<ActivityRow> GoneActivity(ObservatoryContext db, long start, long end)
    {
        return
        [
            .. GoneIn(db, start, end).Moments.Where(m => m.IsActivity && m.At >= start && m.At < end).OrderBy(m => m.At)
                .Select(m => new ActivityRow(m.At, m.User, m.Project, m.Model, m.Sources)),
        ];
    }

    private GoneRowsKept GoneIn(ObservatoryContext db, long start, long end) =>
        Gone(db, (int)BucketClock.DayOf(start), (int)BucketClock.DayOf(end - 1) + 1);

    private static IEnumerable<T> InOrder<T>(IEnumerable<T> first, IEnumerable<T> second, Func<T, long> at)
    {
        using var a = first.GetEnumerator();
        using var b = second.GetEnumerator();
        var (isA, isB) = (a.MoveNext(), b.MoveNext());
        while (isA || isB)
        {
            if (isA && (!isB || at(a.Current) <= at(b.Current)))
            {
                yield return a.Current;
                isA = a.MoveNext();
            }
            else
            {
                yield return b.Current;
                isB = b.MoveNext();
            }
        }
    }

    public IEnumerable<SeriesPointRow> SeriesPoints(ObservatoryContext db, int metric, long start, long end, CancellationToken cancel)
    {
        using var row = Statement.On(
            db, "SELECT p.SeriesId, p.At, p.Gain, p.IdentityId FROM series s CROSS JOIN points p ON p.SeriesId = s.Id " +
                "WHERE s.MetricId = ? AND p.At >= ? AND p.At < ?").Bind(metric).Bind(start).Bind(end);
        for (var n = 0; row.Read(); n++)
        {
            if (n % Stride == 0) cancel.ThrowIfCancellationRequested();
            yield return new SeriesPointRow(row.Int(0), row.Long(1), row.Double(2), row.Int(3));
        }
    }

    public IEnumerable<SeriesTierRow> SeriesTiers(
        ObservatoryContext db, int metric, int tier, long start, long end, bool hasValues, CancellationToken cancel)
    {
        var length = tier * 1_000L;
        using var row = Statement.On(
            db, $"SELECT t.SeriesId, t.Bucket, t.Count, t.Sum, t.Min, t.Max{(hasValues ? ", t.Bins" : "")} FROM series s CROSS JOIN series_tiers t " +
                "ON t.SeriesId = s.Id WHERE s.MetricId = ? AND s.IsSummed = 1 AND t.Tier = ? AND t.Bucket >= ? AND t.Bucket < ?")
            .Bind(metric).Bind(tier).Bind(start / length).Bind(end / length);
        for (var n = 0; row.Read(); n++)
        {
            if (n % Stride == 0) cancel.ThrowIfCancellationRequested();
            var cell = new TierCell();
            if (hasValues) cell.ReadValues(row.Blob(6));
            yield return new SeriesTierRow(row.Int(0), row.Long(1) * length, row.Long(2), row.Double(3), row.Double(4), row.Double(5), cell.Values);
        }
    }

    public string? Identity(ObservatoryContext db, int id)
    {
        using var row = Statement.On(db, "SELECT Tags FROM identities WHERE Id = ?").Bind(id);
        return row.Read() ? row.Text(0) : null;
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
            db, "SELECT SessionId, Title, UserMessages + AssistantMessages AS Messages, CreatedAt FROM conversations WHERE Id IN (SELECT value FROM "
                + "json_each(?)) " +
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

    public List<PriceEntity> OwnPrices()
    {
        using var db = database.Open();
        using var row = Statement.On(
            db, "SELECT Id, Model, ValidFrom, ValidTo, Input, Output, CacheWrite5m, CacheWrite1h, CacheRead, WebSearch, Speed, Tier, Region, Source, ChangedAt "
                + "FROM prices ORDER BY Id");
        var prices = new List<PriceEntity>();
        while (row.Read())
        {
            prices.Add(new PriceEntity
            {
                Id = row.Int(0), Model = row.Text(1)!, ValidFrom = row.LongOrNull(2), ValidTo = row.LongOrNull(3), Input = Dollars(4)!.Value,
                Output = Dollars(5)!.Value, CacheWrite5m = Dollars(6)!.Value, CacheWrite1h = Dollars(7)!.Value, CacheRead = Dollars(8)!.Value,
                WebSearch = Dollars(9), Speed = row.Text(10), Tier = row.Text(11), Region = row.Text(12), Source = row.Text(13)!, ChangedAt = row.Long(14),
            });
        }
        return prices;

        // Kept as text, so that none is rounded.
        decimal? Dollars(int column) => row.Text(column) is { } text ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;
    }

    public string? Setting(string name)
    {
        using var db = database.Open();
        using var row = Statement.On(db, "SELECT Value FROM settings WHERE Name = ?").Bind(name);
        return row.Read() ? row.Text(0) : null;
    }

    public List<ApiKey> Keys(ReadOnlySpan<byte> hash)
    {
        using var db = database.Open();
        using var row = Statement.On(
            db, $"SELECT Id, Name, Hash, Scopes, CreatedAt, ExpiresAt, LastUsedAt, RevokedAt, Role, Projects, UserId, OwnerId FROM api_keys "
                + $"{(hash.IsEmpty ? "" : "WHERE Hash = ?")} ORDER BY Id");
        if (!hash.IsEmpty) row.Bind(hash);
        var keys = new List<ApiKey>();
        while (row.Read())
        {
            keys.Add(new ApiKey
            {
                Id = row.Long(0), Name = row.Text(1)!, Hash = row.Blob(2).ToArray(), Scopes = (KeyScopes)row.Int(3), CreatedAt = row.Long(4),
                ExpiresAt = row.LongOrNull(5), LastUsedAt = row.LongOrNull(6), RevokedAt = row.LongOrNull(7),
                Role = row.LongOrNull(8) is { } role ? (UserRole)role : null, Projects = row.Text(9), UserId = row.Text(10), OwnerId = row.LongOrNull(11),
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
