using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;
using Observatory.Tests.Faults;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage.Blocks;

/// <summary>Items that came many at once are read like rows, and change like rows.</summary>
public sealed class BlockStoreTests
{
    private const int Calls = 2_500;
    private const int Sessions = 7;

    private static readonly long s_start = new DateTimeOffset(2026, 11, 10, 9, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    [Fact]
    public async Task Blocks_are_read_by_number_conversation_and_time_as_a_naive_reading_finds_them()
    {
        using var temp = new TempFolder();
        await using var core = await StartAsync(temp);
        await core.WriteAsync(Usages(0, Calls));
        await core.WriteAsync(Usages(Calls, 1));
        await using var db = await core.OpenAsync();
        var all = Unfolded(temp, "SELECT Id, ConversationId, At, Output FROM temp.responses ORDER BY Id");
        Assert.Equal(Calls + 1, all.Count);
        Assert.Equal((3, 1), (Count(temp, "item_blocks"), Count(temp, "response_rows")));

        Assert.Equal(all, await db.Responses.OrderBy(r => r.Id).Select(r => new Row(r.Id, r.ConversationId, r.At, r.Output)).ToListAsync(Cancel));
        foreach (var id in (int[])[1, 2, 1024, 1025, Calls, Calls + 1, Calls + 2, 0, -5])
        {
            Assert.Equal(all.Where(r => r.Id == id), await Of(db.Responses.Where(r => r.Id == id)));
        }
        for (var conversation = 0; conversation <= Sessions + 1; conversation++)
        {
            Assert.Equal(all.Where(r => r.Conversation == conversation), await Of(db.Responses.Where(r => r.ConversationId == conversation)));
            var (from, to) = (s_start + 100_000, s_start + 1_100_000);
            Assert.Equal(
                all.Where(r => r.Conversation == conversation && r.At >= from && r.At < to),
                    await Of(db.Responses.Where(r => r.ConversationId == conversation && r.At >= from && r.At < to)));
        }
        foreach (var (from, to) in ((long, long)[])[(0, 5), (s_start, s_start + 1), (s_start + 999, s_start + 1_000_000), (s_start + 1_024_000, long.MaxValue)])
        {
            Assert.Equal(all.Where(r => r.At >= from && r.At < to), await Of(db.Responses.Where(r => r.At >= from && r.At < to)));
            Assert.Equal(all.Where(r => r.At > from && r.At <= to), await Of(db.Responses.Where(r => r.At > from && r.At <= to)));
            Assert.Equal(all.Count(r => r.At >= from), await db.Responses.CountAsync(r => r.At >= from, Cancel));
        }
        var some = new[] { 2, 5 };
        Assert.Equal(
            all.Where(r => some.Contains(r.Conversation)).GroupBy(r => r.Conversation).OrderBy(g => g.Key).Select(g => g.Sum(r => r.Output)),
            await db.Responses.Where(r => EF.Parameter(some).Contains(r.ConversationId)).GroupBy(r => r.ConversationId).OrderBy(g => g.Key)
                .Select(g => g.Sum(r => r.Output)).ToListAsync(Cancel));
        Assert.Equal(Calls + 1, await db.Responses.Join(db.Conversations, r => r.ConversationId, c => c.Id, (r, c) => c.SessionId).CountAsync(Cancel));
    }

    [Fact]
    public async Task All_columns_come_back_whole()
    {
        using var temp = new TempFolder();
        await using var core = await StartAsync(temp);
        var batch = Usages(0, 100);
        for (var i = 0; i < 100; i++)
        {
            var (id, at) = (EventKey.Of(KeySpace.Event, $"t{i}"), s_start + i);
            batch.Events.Add(new ToolCallEvent { Key = id, EventId = id, At = at, Conversation = "s1", Tool = i % 2 == 0 ? "Bash" : "Read",
                Target = i % 3 == 0 ? $"run {i}" : null });
            batch.Events.Add(new ToolResultEvent { Key = id, EventId = id, At = at, Conversation = "s1", IsError = i % 5 == 0, Size = i,
                DurationMs = i % 4 == 0 ? null : i * 10 });
            var other = EventKey.Of(KeySpace.Event, $"o{i}");
            batch.Events.Add(new OtherEvent { Key = other, EventId = other, At = at, Conversation = "s2", Type = "deploy", Data = i % 2 == 0
                ? $$"""{"n":{{i}},"who":"é"}""" : null });
        }
        await core.WriteAsync(batch);
        Assert.Equal((0, 0, 0), (Count(temp, "response_rows"), Count(temp, "tool_call_rows"), Count(temp, "event_rows")));
        await using var db = await core.OpenAsync();
        var tools = await db.ToolCalls.OrderBy(t => t.Id).ToListAsync(Cancel);
        Assert.Equal(100, tools.Count);
        for (var i = 0; i < 100; i++)
        {
            var tool = tools[i];
            Assert.Equal((s_start + i, true, i % 5 == 0, i, i % 4 == 0 ? null : (long?)i * 10),
                (tool.At, tool.IsCalled, tool.IsError, tool.ResultSize, tool.MeasuredMs));
            Assert.Equal(i % 3 == 0, tool.TargetId is not null);
        }
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? $$"""{"n":{{i}},"who":"é"}""" : null), await db.Events.OrderBy(e => e.Id).Select(e => e.Data)
                .ToListAsync(Cancel));
        Assert.Equal(50, await db.Events.CountAsync(e => e.Data != null && e.Data.Contains('é'), Cancel));
    }

    [Fact]
    public async Task An_item_that_changes_leaves_its_block_and_counts_once_even_after_a_restart()
    {
        using var temp = new TempFolder();
        var (end, query) = (DateTimeOffset.FromUnixTimeMilliseconds(s_start).AddDays(1),
            Compare.Query(DateTimeOffset.FromUnixTimeMilliseconds(s_start), DateTimeOffset.FromUnixTimeMilliseconds(s_start).AddDays(1)));
        long expected;
        await using (var core = await StartAsync(temp))
        {
            await core.WriteAsync(Usages(0, 300));
            expected = (await core.Metrics.GetDashboardAsync(query, Cancel)).Overview.OutputTokens;
            Assert.Equal(Enumerable.Range(0, 300).Sum(i => i + 1L), expected);
        }
        await using (var core = await StartAsync(temp))
        {
            // Telemetry of ten of the same calls: their usages stand back, and the calls count in their place.
            var calls = new EventBatch { Source = EventSource.Otlp };
            for (var i = 100; i < 110; i++)
            {
                calls.Events.Add(new ResponseEvent
                {
                    Key = EventKey.Of(KeySpace.Request, $"q{i}"), Kind = CallKind.Call, At = s_start + i * 1_000, Conversation = $"s{i % Sessions}",
                        Request = Request(i), Model = "claude-opus-5-5",
                    Usage = new TokenUsage(0, i + 1, 0, 0, 0),
                });
            }
            await core.WriteAsync(calls);
            Assert.Equal(10, Count(temp, "block_holes"));
            Assert.Equal(expected, (await core.Metrics.GetDashboardAsync(query, Cancel)).Overview.OutputTokens);
            await using var db = await core.OpenAsync();
            Assert.Equal(300, await db.Responses.CountAsync(Cancel));
            Assert.Equal(310, await db.Responses.IgnoreQueryFilters().CountAsync(Cancel));
            Assert.Equal(310, await db.Responses.IgnoreQueryFilters().Select(r => r.Id).Distinct().CountAsync(Cancel));
            Assert.Equal(10, await db.Responses.IgnoreQueryFilters().CountAsync(r => r.IsVoid && r.Kind == (int)CallKind.Usage, Cancel));
        }
        using var connection = StoreAudit.Open(temp.File("observatory.db"));
        Assert.Empty(StoreAudit.Integrity(connection));
        Assert.Empty(StoreAudit.Sums(connection));
    }

    [Fact]
    public async Task A_damaged_block_is_an_error_of_the_one_who_reads_it()
    {
        using var temp = new TempFolder();
        await using var core = await StartAsync(temp);
        await core.WriteAsync(Usages(0, 100));
        using (var connection = StoreAudit.Open(temp.File("observatory.db")))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE item_blocks SET Data = x'0102'";
            command.ExecuteNonQuery();
        }
        await using var db = await core.OpenAsync();
        var error = await Assert.ThrowsAsync<SqliteException>(() => db.Responses.ToListAsync(Cancel));
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(Sessions, await db.Conversations.CountAsync(Cancel));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<CoreHost> StartAsync(TempFolder temp) =>
        CoreHost.StartAsync(new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(s_start).AddDays(1)), temp.Path);

    private sealed record Row(int Id, int Conversation, long At, long Output);

    private static Task<List<Row>> Of(IQueryable<ResponseEntity> rows) => rows.OrderBy(r => r.Id).Select(r => new Row(r.Id, r.ConversationId, r.At, r.Output))
        .ToListAsync(Cancel);

    private static ulong Request(int i) => EventKey.Fingerprint(BitConverter.GetBytes(i));

    private static EventBatch Usages(int first, int count)
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "api-user" };
        for (var i = first; i < first + count; i++)
        {
            batch.Events.Add(new ResponseEvent
            {
                Key = EventKey.Of(KeySpace.Request, $"q{i}"), EventId = EventKey.Of(KeySpace.Event, $"u{i}"), Kind = CallKind.Usage, At = s_start
                    + i * 1_000, Conversation = $"s{i % Sessions}",
                Request = Request(i), Model = "claude-opus-5-5", Usage = new TokenUsage(0, i + 1, 0, 0, 0), IsAuxiliary = true,
            });
        }
        return batch;
    }

    private static int Count(TempFolder temp, string table)
    {
        using var connection = StoreAudit.Open(temp.File("observatory.db"));
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM {table}";
        return Convert.ToInt32(command.ExecuteScalar(), null);
    }

    private static List<Row> Unfolded(TempFolder temp, string sql)
    {
        using var connection = StoreAudit.Open(temp.File("observatory.db"));
        BlockReading.Unfold(connection);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<Row>();
        while (reader.Read()) rows.Add(new Row(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3)));
        return rows;
    }
}
