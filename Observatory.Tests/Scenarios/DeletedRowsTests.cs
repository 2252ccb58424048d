using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>
/// Rows that are deleted stay counted, and stay known: whatever is read again afterwards, the figures are those of a program that deleted nothing.
/// </summary>
public sealed class DeletedRowsTests
{
    private static readonly DateTimeOffset s_from = new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_until = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    // Environment variable for long runs by hand: OBSERVATORY_TEST_ROUNDS=200.
    private static readonly int s_rounds = int.TryParse(Environment.GetEnvironmentVariable("OBSERVATORY_TEST_ROUNDS"), out var rounds) ? rounds : 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    public async Task The_fixture_read_again_behind_a_deletion_brings_nothing_back(double part)
    {
        using var data = new TempFolder();
        var files = Files(Fixture.Root);
        var border = Fixture.Start + (Fixture.End - Fixture.Start) * part;
        string lasting;
        int[] left;
        await using (var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End), data.Path))
        {
            foreach (var file in files) await core.ReadAsync(file);
            lasting = await core.LastingAsync();
            var before = await core.RowsAsync();
            await core.DeleteAsync(border);
            left = await core.RowsAsync();
            Assert.True(left[0] < before[0] && left[1] < before[1] && left[2] < before[2] && left[6] < before[6]);
            if (part == 1) Assert.All(left[..6], count => Assert.Equal(0, count));
            Assert.Equal(lasting, await core.LastingAsync());
            // At once, with the memory of before.
            foreach (var file in files) await core.ReadAsync(file);
            Assert.Equal(lasting, await core.LastingAsync());
            Assert.Equal(left, await core.RowsAsync());
            var dashboard = await core.Metrics.GetDashboardAsync(Compare.Query(Fixture.Start, Fixture.End));
            Assert.Equal(Fixture.Total, dashboard.Overview.TotalTokens);
            Assert.Equal(Fixture.AssistantMessages + Fixture.UserMessages, dashboard.Overview.TotalMessages);
        }
        // And by a program that was started again, in another order.
        await using var later = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End), data.Path);
        foreach (var file in files.Reverse()) await later.ReadAsync(file);
        Assert.Equal(lasting, await later.LastingAsync());
        Assert.Equal(left, await later.RowsAsync());
    }

    [Theory]
    [InlineData(71)]
    [InlineData(72)]
    [InlineData(73)]
    public async Task Forks_read_again_behind_a_deletion_are_what_they_were(int seed)
    {
        using var folder = new TempFolder();
        new CorpusWriter(seed).Write(folder.Path, 10, s_from, 5);
        var files = Files(folder.Path).ToArray();
        await using var whole = await CoreHost.StartAsync(new FakeTimeProvider(s_until));
        foreach (var file in files) await whole.ReadAsync(file);

        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_until));
        foreach (var file in files) await core.ReadAsync(file);
        foreach (var days in (double[])[1, 2.5, 4])
        {
            await core.DeleteAsync(s_from.AddDays(days));
            new Random(seed).Shuffle(files);
            foreach (var file in files) await core.ReadAsync(file);
            Assert.Equal(await whole.LastingAsync(), await core.LastingAsync());
        }
    }

    /// <summary>All kinds of lines, at any moment, deleted at any moment and told again in any order.</summary>
    [Fact]
    public async Task Made_up_lines_deleted_and_told_again_change_no_figure()
    {
        for (var seed = 1; seed <= s_rounds; seed++)
        {
            var (lines, random, end) = (LineGen.Of(seed), new Random(seed), LineGen.Start + LineGen.Length);
            using var data = new TempFolder();
            var core = await CoreHost.StartAsync(new FakeTimeProvider(end), data.Path);
            try
            {
                await core.WriteAsync(LineBatches.Of(lines));
                await TellAsync(core, lines, random);
                var expected = await core.LastingAsync();
                await TellAsync(core, lines, random);
                AssertSame(expected, await core.LastingAsync(), seed);
                for (var round = 0; round < 3; round++)
                {
                    await core.DeleteAsync(LineGen.Start.AddSeconds(random.Next((int)LineGen.Length.TotalSeconds)));
                    AssertSame(expected, await core.LastingAsync(), seed);
                    if (random.Next(2) == 0)
                    {
                        await core.DisposeAsync();
                        core = await CoreHost.StartAsync(new FakeTimeProvider(end), data.Path);
                    }
                    await TellAsync(core, lines, random);
                    AssertSame(expected, await core.LastingAsync(), seed);
                }
            }
            finally
            {
                await core.DisposeAsync();
            }
        }
    }

    private static async Task TellAsync(CoreHost core, List<SessionLine> lines, Random random)
    {
        var again = lines.ToArray();
        random.Shuffle(again);
        foreach (var part in again.Chunk(random.Next(1, again.Length + 1))) await core.WriteAsync(LineBatches.Of(part));
    }

    private static void AssertSame(string expected, string actual, int seed)
    {
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        Assert.True(expected == actual, $"Seed {seed}: {string.Join('\n', before.Except(after))}\n→\n{string.Join('\n', after.Except(before))}");
    }

    [Fact]
    public async Task No_number_is_given_twice()
    {
        using var data = new TempFolder();
        var lines = Prompts("a", 0, 5);
        int last;
        await using (var core = await CoreHost.StartAsync(null, data.Path))
        {
            await core.WriteAsync(LineBatches.Of(lines));
            await using var db = await core.OpenAsync();
            last = await db.Prompts.MaxAsync(p => p.Id, Cancel);
            await core.DeleteAsync(s_until);
            Assert.Equal(0, await db.Prompts.IgnoreQueryFilters().CountAsync(Cancel));
        }
        await using var later = await CoreHost.StartAsync(null, data.Path);
        await later.WriteAsync(LineBatches.Of(Prompts("b", 10, 1)));
        await using var after = await later.OpenAsync();
        var row = Assert.Single(await after.Prompts.ToListAsync(Cancel));
        Assert.True(row.Id > last, $"{row.Id} was given before");
        Assert.True(row.TextId > 5, $"Text {row.TextId} was given before");
    }

    [Fact]
    public async Task A_conversation_that_goes_on_keeps_what_gone_rows_gave_it()
    {
        await using var core = await CoreHost.StartAsync();
        await core.WriteAsync(LineBatches.Of(Prompts("a", 0, 5)));
        await core.DeleteAsync(s_until);
        await core.WriteAsync(LineBatches.Of(Prompts("a", 6, 1)));
        await using var db = await core.OpenAsync();
        var row = await db.Conversations.SingleAsync(Cancel);
        // Prompts come each minute: the gap over the one that is missing counts too.
        Assert.Equal(("prompt 0 of a", 6L, s_from.ToUnixTimeMilliseconds(), s_from.AddMinutes(6).ToUnixTimeMilliseconds(), 6 * 60_000L),
            (row.Title, row.UserMessages, row.CreatedAt, row.LastActivity, row.ActiveMs));
    }

    [Fact]
    public async Task What_was_sent_in_blocks_is_deleted_out_of_them_and_is_a_duplicate_when_it_is_sent_again()
    {
        using var data = new TempFolder();
        var expected = "";
        await using (var core = await CoreHost.StartAsync(null, data.Path))
        {
            await core.WriteAsync(Usages(0, 40));
            await core.WriteAsync(Usages(40, 40));
            expected = await core.LastingAsync();
            await core.DeleteAsync(s_from.AddMinutes(50));
            Assert.Equal((30, expected), ((await core.RowsAsync())[1], await core.LastingAsync()));
            await using var db = await core.OpenAsync();
            Assert.Equal(30, await db.Responses.IgnoreQueryFilters().Select(r => r.Id).Distinct().CountAsync(Cancel));
        }
        await using var later = await CoreHost.StartAsync(null, data.Path);
        var again = Usages(0, 80);
        await later.WriteAsync(again);
        Assert.Equal((80, 30, expected), (again.Duplicates, (await later.RowsAsync())[1], await later.LastingAsync()));
    }

    [Fact]
    public async Task A_day_says_how_many_of_its_rows_are_gone_and_has_another_version()
    {
        await using var core = await CoreHost.StartAsync();
        await core.WriteAsync(LineBatches.Of(Prompts("a", 0, 5)));
        await using var db = await core.OpenAsync();
        var before = await db.Days.SingleAsync(Cancel);
        await core.DeleteAsync(s_until);
        var after = await db.Days.SingleAsync(Cancel);
        Assert.Equal((0L, 5L), (before.Gone, after.Gone));
        Assert.True(after.Version > before.Version);
    }

    private static string[] Files(string root) => [.. Directory.EnumerateFiles(root, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static IEnumerable<SessionLine> Prompts(string session, int first, int count) =>
        Enumerable.Range(first, count).Select(i => new SessionLine(session, new
    {
        type = "user", uuid = $"{session}-{i}", sessionId = session, cwd = "/w", timestamp = s_from.AddMinutes(i).UtcDateTime.ToString("O"),
        version = "2.1.300",
        isSidechain = false, message = new { role = "user", content = $"prompt {i} of {session}" },
    }));

    /// <summary>Tokens of calls, one a minute, as telemetry reports them.</summary>
    private static EventBatch Usages(int first, int count)
    {
        var batch = new EventBatch { Source = EventSource.Otlp, User = "me" };
        for (var i = first; i < first + count; i++)
        {
            batch.Events.Add(new ResponseEvent
            {
                Key = EventKey.Of(KeySpace.Request, $"r{i}"), At = s_from.AddMinutes(i).ToUnixTimeMilliseconds(), Conversation = $"c{i % 3}",
                Kind = CallKind.Call,
                Request = EventKey.Fingerprint($"r{i}"), Model = "claude-opus-5-5", Usage = new TokenUsage(1, 2, 3, 4, 5),
            });
        }
        return batch;
    }
}
