using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>A list that is read to its end has every row once, however long it is and whatever is written meanwhile.</summary>
public sealed class ConversationStreamTests
{
    private const int Count = 1_234;
    private static readonly DateTimeOffset s_start = new(2026, 11, 10, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_end = s_start.AddDays(3);

    [Theory]
    [InlineData("-lastActivity")]
    [InlineData("createdAt")]
    [InlineData("id")]
    [InlineData("-messageCount")]
    public async Task Commits_in_between_neither_repeat_nor_drop_a_row(string sort)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_end));
        await core.WriteAsync(Prompts(Enumerable.Range(0, Count).Select(n => (Id(n), s_start.AddMinutes(n)))));
        var read = new List<string>();
        await foreach (var row in core.Metrics.StreamConversationsAsync(List(sort), cancel))
        {
            read.Add(row.Id);
            // New ones that come first, and old ones that move: behind what was read, and before it.
            if (read.Count % 400 != 1) continue;
            var later = s_start.AddDays(2).AddMinutes(read.Count);
            await core.WriteAsync(Prompts(Enumerable.Range(0, 50).SelectMany(n =>
                new[] { ($"a-new-{read.Count}-{n}", later), (Id(Count - 1 - n * 20), later), (Id(n * 20), later) })));
        }
        Assert.Equal(Count, read.Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(Id).Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
        // By id, by start and by the only message the order is that of the ids; by activity it is the other way round.
        Assert.Equal(sort == "-lastActivity" ? read.OrderDescending(StringComparer.Ordinal) : read.Order(StringComparer.Ordinal), read);
    }

    [Fact]
    public async Task Search_and_the_rows_to_leave_out_are_asked()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_end));
        await core.WriteAsync(Prompts(Enumerable.Range(0, Count).Select(n => (Id(n), s_start.AddMinutes(n)))));
        var found = await ReadAsync(core, List("id") with { Search = "-00", Skip = 7 });
        Assert.Equal(Enumerable.Range(7, 93).Select(Id), found);
        Assert.Empty(await ReadAsync(core, List("id") with { Search = "nobody wrote this" }));
    }

    [Theory]
    [InlineData("-createdAt")]
    [InlineData("-messageCount")]
    [InlineData("title")]
    public async Task A_page_is_a_part_of_the_whole_however_deep_it_lies(string sort)
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_end));
        await core.WriteAsync(Prompts(
            Enumerable.Range(0, Count).SelectMany(n => Enumerable.Range(0, 1 + n % 3).Select(k => (Id(n), s_start.AddMinutes(n).AddSeconds(k))))));
        var whole = await ReadAsync(core, List(sort));
        Assert.Equal(Count, whole.Distinct().Count());
        foreach (var skip in (int[])[0, 700, Count - 30])
        {
            var page = await core.Metrics.GetConversationsAsync(List(sort) with { Skip = skip, Limit = 50 }, TestContext.Current.CancellationToken);
            Assert.Equal(whole.Skip(skip).Take(50), page.Items.Select(r => r.Id));
            Assert.Equal(Count, page.Total);
        }
        var longest = (await core.Metrics.GetDashboardAsync(List(sort).Metrics, TestContext.Current.CancellationToken)).TopMetrics.LongestConversations;
        Assert.Equal(Enumerable.Range(0, Count).Where(n => n % 3 == 2).Take(10).Select(Id), longest.Select(c => c.Id));
    }

    [Fact]
    public async Task Downloads_have_every_row()
    {
        await using var host = new WebHost(new FakeTimeProvider(s_end));
        using var client = host.Program();
        foreach (var part in Enumerable.Range(0, Count).Chunk(400))
        {
            var batch = Prompts(part.Select(n => (Id(n), s_start.AddMinutes(n))));
            await host.WriteAsync(batch);
        }
        const string Path = "/api/analytics/conversations.csv?start=2026-11-10T00:00:00Z&end=2026-11-13T00:00:00Z&sort=id";
        var csv = await client.GetStringAsync(Path, TestContext.Current.CancellationToken);
        var ids = csv.Split('\n').Skip(1).Where(l => l.Length > 0).Select(l => l.Split(',')[0].Trim('"', '\r')).ToList();
        Assert.Equal(Enumerable.Range(0, Count).Select(Id), ids);
    }

    private static async Task<List<string>> ReadAsync(CoreHost core, ConversationListQuery query)
    {
        var read = new List<string>();
        await foreach (var row in core.Metrics.StreamConversationsAsync(query, TestContext.Current.CancellationToken)) read.Add(row.Id);
        return read;
    }

    private static ConversationListQuery List(string sort) => new() { Metrics = Compare.Query(s_start, s_end), Sort = sort };

    private static string Id(int n) => string.Create(CultureInfo.InvariantCulture, $"session-{n:0000}");

    private static EventBatch Prompts(IEnumerable<(string Session, DateTimeOffset At)> prompts)
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "ann" };
        foreach (var (session, at) in prompts)
        {
            var key = EventKey.Of(KeySpace.Event, $"{session} {at.ToUnixTimeMilliseconds()}");
            batch.Events.Add(new PromptEvent { Key = key, At = at.ToUnixTimeMilliseconds(), Conversation = session, Text = "hello", Length = 5 });
        }
        return batch;
    }
}
