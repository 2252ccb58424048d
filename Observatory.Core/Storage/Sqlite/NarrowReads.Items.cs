using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>Items one by one, in order of time and, within an instant, of their keys: numbers of rows say when something was read, keys what it is.</summary>
internal sealed partial class NarrowReads
{
    /// <summary>So much is sorted at a time; longer stretches without items are passed over at once.</summary>
    private const long Part = 6 * BucketClock.Hour;

    private const long LongestStep = 256 * BucketClock.Day;

    /// <summary>Names of sessions in memory: neighbours in time are of few sessions.</summary>
    private const int MostSessions = 20_000;

    private const string Facts = "At, ConversationId, UserId, ProjectId";

    /// <summary>What was put back from archives is listed beside what is stored (<see cref="RestoredTables"/>).</summary>
    private static readonly string s_messages = MessagesWhere(Items, Items,
        $"UNION ALL SELECT {Facts}, 0, Sources, 0, KeyHigh, KeyLow, TextId, 0, 0, 0, 0, NULL, RowId FROM restored_rows {Items} "
        + $"AND Store = {RestoredKinds.Prompt} " +
        $"UNION ALL SELECT {Facts}, ModelId, Sources, 1, KeyHigh, KeyLow, NULL, Input, Output, CacheWrite, CacheRead, Cost, RowId "
        + $"FROM restored_rows {Items} AND Store = {RestoredKinds.Response} AND IsMessage = 1 ");

    private static readonly string s_newMessages = MessagesWhere(
        "WHERE ConversationId = ?1 AND Id >= ?2 AND IsVoid = 0", "WHERE ConversationId = ?1 AND Id >= ?3 AND IsVoid = 0");

    /// <summary>Points of the token metric report a session, not a call; messages without tokens report none. Searches cost beside the tokens.</summary>
    private static readonly string s_calls =
        $"SELECT {Facts}, ModelId, Sources, 0 AS Part, KeyHigh, KeyLow, Input, Output, CacheWrite5m + CacheWrite1h, CacheRead, Cost, " +
        $"CacheWrite1h, SpeedId, TierId, RegionId FROM responses {Items} AND Kind NOT IN ({(int)CallKind.Message}, {(int)CallKind.Metric}, "
            + $"{(int)CallKind.Total}) " +
        $"UNION ALL SELECT {Facts}, ModelId, Sources, 1, KeyHigh, KeyLow, 0, 0, 0, 0, Cost, NULL, 0, 0, 0 FROM tool_calls {Items} AND IsCalled = 1 AND Cost "
            + $"<> 0 " +
        $"UNION ALL SELECT {Facts}, ModelId, Sources, CASE Store WHEN {RestoredKinds.Response} THEN 0 ELSE 1 END, KeyHigh, KeyLow, Input, Output, CacheWrite, "
            + $"CacheRead, Cost, CacheWrite1h, SpeedId, TierId, RegionId FROM restored_rows {Items} AND IsCall = 1 " +
        "ORDER BY At, Part, KeyHigh, KeyLow";

    private static readonly string s_events = $"SELECT {Facts}, 0, Sources, TypeId, KeyHigh, KeyLow, Data FROM events {Items} "
        + $"UNION ALL SELECT {Facts}, 0, Sources, TypeId, KeyHigh, KeyLow, Data FROM restored_rows {Items} AND Store = {RestoredKinds.Event} "
        + "ORDER BY At, KeyHigh, KeyLow";

    /// <summary>The rows that are messages, by time.</summary>
    private static string MessagesWhere(string prompts, string responses, string more = "") =>
        $"SELECT {Facts}, 0 AS ModelId, Sources, 0 AS Role, KeyHigh, KeyLow, TextId, 0, 0, 0, 0, NULL, Id FROM prompts {prompts} " +
        $"UNION ALL SELECT {Facts}, ModelId, Sources, 1, KeyHigh, KeyLow, NULL, Input, Output, CacheWrite5m + CacheWrite1h, CacheRead, Cost, Id " +
        $"FROM responses {responses} AND IsAuxiliary = 0 {more}ORDER BY At, Role, KeyHigh, KeyLow";

    public IEnumerable<NumberedMessage> NewMessages(
        ObservatoryContext db, int conversation, int firstPrompt, int firstResponse, ItemFilter wanted, CancellationToken cancel)
    {
        using var names = Statement.On(db, "SELECT SessionId FROM conversations WHERE Id = ?");
        using var row = Statement.On(db, s_newMessages).Bind(conversation).Bind(firstPrompt).Bind(firstResponse);
        var sessions = new Dictionary<int, string?>();
        while (row.Read())
        {
            cancel.ThrowIfCancellationRequested();
            var facts = new ItemFacts(row.Long(0), SessionOf(names, sessions, row.Int(1)), row.Int(2), row.Int(3), row.Int(4), row.Int(5));
            if (!wanted(facts.User, facts.Project, facts.Model, facts.Sources)) continue;
            yield return new NumberedMessage(row.Int(15), new MessageItem(facts, row.Int(6) == 0 ? null : SumOf(row, 10), null));
        }
    }

    public IEnumerable<MessageItem> Messages(ObservatoryContext db, long start, long end, ItemFilter wanted, CancellationToken cancel)
    {
        using var texts = Statement.On(
            db, "SELECT Body FROM texts WHERE Id = ?1 UNION ALL SELECT Body FROM restored_texts WHERE TextId = ?1 LIMIT 1");
        foreach (var (row, facts) in Each(db, s_messages, ["prompts", "responses", "restored_rows"], start, end, wanted, cancel))
        {
            yield return row.Int(6) == 0 ? new MessageItem(facts, null, TextOf(texts, row.IntOrNull(9)))
                : new MessageItem(facts, SumOf(row, 10), null);
        }
    }

    public IEnumerable<CallItem> Calls(ObservatoryContext db, long start, long end, ItemFilter wanted, CancellationToken cancel) =>
        Each(db, s_calls, ["responses", "tool_calls", "restored_rows"], start, end, wanted, cancel)
            .Select(i => new CallItem(i.Facts, SumOf(i.Row, 9), TermsOf(i.Row, 14)));

    public IEnumerable<EventItem> StoredEvents(ObservatoryContext db, long start, long end, ItemFilter wanted, CancellationToken cancel) =>
        Each(db, s_events, ["events", "restored_rows"], start, end, wanted, cancel).Select(i => new EventItem(i.Facts, i.Row.Int(6), i.Row.Text(9)));

    public IEnumerable<UnpricedRow> Unpriced(ObservatoryContext db, CancellationToken cancel)
    {
        using var row = Statement.On(
            db, "SELECT ModelId, COUNT(*), SUM(Input + Output + CacheWrite5m + CacheWrite1h + CacheRead), MIN(At) FROM responses WHERE Cost IS NULL "
            + "AND IsVoid = 0 AND Input + Output + CacheWrite5m + CacheWrite1h + CacheRead > 0 GROUP BY ModelId ORDER BY 3 DESC, 1");
        while (row.Read())
        {
            cancel.ThrowIfCancellationRequested();
            yield return new UnpricedRow(row.Int(0), row.Long(1), row.Long(2), row.Long(3));
        }
    }

    public int? LastGone(ObservatoryContext db, int first, int end)
    {
        using var row = Statement.On(db, "SELECT MAX(Day) FROM days WHERE Day >= ? AND Day < ? AND Gone > 0").Bind(first).Bind(end);
        return row.Read() ? row.IntOrNull(0) : null;
    }

    /// <summary>The statement stands on the item while it is looked at.</summary>
    private static IEnumerable<(Statement Row, ItemFacts Facts)> Each(
        ObservatoryContext db, string sql, string[] tables, long start, long end, ItemFilter wanted, CancellationToken cancel)
    {
        const string Numbered = "WHERE At >= ?1 AND At < ?2 AND IsVoid = 0";
        using var any = Statement.On(db, $"SELECT {string.Join(" OR ", tables.Select(t => $"EXISTS (SELECT 1 FROM {t} {Numbered})"))}");
        using var row = Statement.On(db, sql.Replace(Items, Numbered, StringComparison.Ordinal));
        using var names = Statement.On(db, "SELECT SessionId FROM conversations WHERE Id = ?");
        var sessions = new Dictionary<int, string?>();
        foreach (var (from, until) in Parts(any, start, end, cancel))
        {
            row.Bind(from).Bind(until);
            for (var n = 1; row.Read(); n++)
            {
                if (n % Stride == 0) cancel.ThrowIfCancellationRequested();
                var (user, project, model, sources) = (row.Int(2), row.Int(3), row.Int(4), row.Int(5));
                if (!wanted(user, project, model, sources)) continue;
                yield return (row, new ItemFacts(row.Long(0), SessionOf(names, sessions, row.Int(1)), user, project, model, sources));
            }
        }
    }

    /// <summary>Parts of a range in which there is something, in order.</summary>
    private static IEnumerable<(long Start, long End)> Parts(Statement any, long start, long end, CancellationToken cancel)
    {
        var step = Part;
        for (var at = start; at < end;)
        {
            cancel.ThrowIfCancellationRequested();
            var until = end - at > step ? at + step : end;
            any.Bind(at).Bind(until);
            var isAny = any.Read() && any.Bool(0);
            any.Reset();
            if (!isAny) (at, step) = (until, Math.Min(step * 2, LongestStep));
            else if (step > Part) step = Math.Max(Part, step / 4);
            else
            {
                yield return (at, until);
                at = until;
            }
        }
    }

    private static string? SessionOf(Statement names, Dictionary<int, string?> known, int conversation)
    {
        if (conversation == 0) return null;
        if (known.TryGetValue(conversation, out var session)) return session;
        if (known.Count >= MostSessions) known.Clear();
        names.Bind(conversation);
        session = names.Read() ? names.Text(0) : null;
        names.Reset();
        return known[conversation] = session;
    }

    private static string? TextOf(Statement texts, int? id)
    {
        if (id is not { } text) return null;
        texts.Bind(text);
        var body = texts.Read() ? texts.Text(0) : null;
        texts.Reset();
        return body;
    }

    private static CallTermIds? TermsOf(Statement row, int first) => row.LongOrNull(first) is { } hourly
        ? new CallTermIds(hourly, row.Int(first + 1), row.Int(first + 2), row.Int(first + 3)) : null;

    private static CallSum SumOf(Statement row, int first) =>
        new(row.Long(first), row.Long(first + 1), row.Long(first + 2), row.Long(first + 3), row.LongOrNull(first + 4));
}
