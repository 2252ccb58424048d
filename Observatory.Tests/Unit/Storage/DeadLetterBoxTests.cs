using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Storage.Letters;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

public sealed class DeadLetterBoxTests
{
    private const string Good = """{"id":"e1","type":"deploy","timestamp":"2026-11-25T11:00:00Z","data":{"env":"prod"}}""";
    private const string Bad = """{"id":"e2","type":"deploy","timestamp":"never"}""";

    private static readonly FixedClock s_clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    private static async Task<(CoreHost Core, IDeadLetters Letters)> WithAsync()
    {
        var core = await CoreHost.StartAsync(s_clock);
        var batch = new EventBatch { Source = EventSource.Api, User = "ann" };
        batch.DeadLetters.Add(new Core.Ingestion.DeadLetter(EventSource.Api, "e1", "was too early", Good));
        batch.DeadLetters.Add(new Core.Ingestion.DeadLetter(EventSource.Api, "e2", "was too early", Bad));
        batch.DeadLetters.Add(new Core.Ingestion.DeadLetter(EventSource.Hook, null, "no session", null));
        batch.Rejected.Add(new RejectedLine("/a/b.jsonl", 3, 99, "half a line", "{"));
        await core.WriteAsync(batch);
        return (core, core.Services.GetRequiredService<IDeadLetters>());
    }

    [Fact]
    public async Task ListsWhatWasRefused_BySourceAndReason()
    {
        var (core, letters) = await WithAsync();
        await using (core)
        {
            var cancel = TestContext.Current.CancellationToken;
            var all = await letters.ListAsync(new DeadLetterQuery(), cancel);
            Assert.Equal((4, 4), (all.Total, all.Items.Count));
            Assert.Equal([("was too early", 2L), ("half a line", 1L), ("no session", 1L)], all.Groups.Select(g => (g.Reason, g.Count)));
            Assert.Equal(2, (await letters.ListAsync(new DeadLetterQuery(EventSource.Api), cancel)).Total);
            Assert.Equal("/a/b.jsonl", Assert.Single((await letters.ListAsync(new DeadLetterQuery(EventSource.Transcript), cancel)).Items).File);
            Assert.Equal(1, (await letters.ListAsync(new DeadLetterQuery(null, "no session"), cancel)).Total);
            Assert.Equal((2, 4), ((await letters.ListAsync(new DeadLetterQuery(Limit: 2), cancel)).Items.Count,
                (int)(await letters.ListAsync(new DeadLetterQuery(Limit: 2), cancel)).Total));
        }
    }

    [Fact]
    public async Task Of_a_source_and_day_the_first_are_kept_and_the_others_counted()
    {
        const int More = 1_234;
        using var data = new TempFolder();
        var all = Enumerable.Range(0, 10_000 + More).Select(i => new Core.Ingestion.DeadLetter(EventSource.Api, $"e{i}", "was too early", null)).ToList();
        await using (var core = await CoreHost.StartAsync(s_clock, data.Path))
        {
            await core.WriteAsync(Letters(all.Take(9_000)));
            // The same again adds nothing.
            await core.WriteAsync(Letters(all.Take(9_000)));
            Assert.Equal(9_000, (await core.Services.GetRequiredService<IDeadLetters>()
                .ListAsync(new DeadLetterQuery(), TestContext.Current.CancellationToken)).Total);
        }
        // Over a restart, too.
        await using var later = await CoreHost.StartAsync(s_clock, data.Path);
        await later.WriteAsync(Letters(all.Take(1_000)));
        await later.WriteAsync(Letters(all.Skip(9_000).Take(1_500)));
        await later.WriteAsync(Letters(all.Skip(10_500)));
        await later.WriteAsync(Letters([new Core.Ingestion.DeadLetter(EventSource.Hook, null, "no session", null)]));
        var page = await later.Services.GetRequiredService<IDeadLetters>().ListAsync(new DeadLetterQuery(), TestContext.Current.CancellationToken);
        Assert.Equal(10_000 + 1 + 1, page.Total);
        Assert.Contains(page.Groups, g => g.Count == 1 && g.Reason.StartsWith($"{More} more were refused on 2026-11-25", StringComparison.Ordinal));

        static EventBatch Letters(IEnumerable<Core.Ingestion.DeadLetter> letters)
        {
            var batch = new EventBatch { Source = EventSource.Api, User = "ann" };
            batch.DeadLetters.AddRange(letters);
            return batch;
        }
    }

    [Fact]
    public async Task WhatIsTakenIsGone_AndCounts_WhatIsRefusedKeepsTheNewReason()
    {
        var (core, letters) = await WithAsync();
        await using (core)
        {
            var cancel = TestContext.Current.CancellationToken;
            var (good, bad) = ((await letters.ListAsync(new DeadLetterQuery(), cancel)).Items.Single(l => l.EventId == "e1").Id,
                (await letters.ListAsync(new DeadLetterQuery(), cancel)).Items.Single(l => l.EventId == "e2").Id);
            Assert.Equal(new RedriveResult(true, null), await letters.RedriveAsync(good, cancel));
            Assert.Null(await letters.RedriveAsync(good, cancel));
            var type = Assert.Single(await core.Services.GetRequiredService<IKeptFigures>().GetTypesAsync(cancel));
            Assert.Equal(("deploy", 1L), (type.Type, type.Count));

            var again = await letters.RedriveAsync(bad, cancel);
            Assert.False(again!.Taken);
            Assert.Contains("timestamp", again.Reason, StringComparison.Ordinal);
            Assert.Equal(again.Reason, (await letters.FindAsync(bad, cancel))!.Reason);
            // It left no second letter behind.
            Assert.Equal(3, (await letters.ListAsync(new DeadLetterQuery(), cancel)).Total);
        }
    }

    [Fact]
    public async Task WithoutATextOrOfAFile_ItSaysWhyNot()
    {
        var (core, letters) = await WithAsync();
        await using (core)
        {
            var cancel = TestContext.Current.CancellationToken;
            foreach (var letter in (await letters.ListAsync(new DeadLetterQuery(), cancel)).Items.Where(l => l.Stuck is not null))
            {
                Assert.Equal(new RedriveResult(false, letter.Stuck), await letters.RedriveAsync(letter.Id, cancel));
            }
            Assert.Equal(4, (await letters.ListAsync(new DeadLetterQuery(), cancel)).Total);
        }
    }

    [Fact]
    public async Task DiscardTakesExactlyThose()
    {
        var (core, letters) = await WithAsync();
        await using (core)
        {
            var cancel = TestContext.Current.CancellationToken;
            var ids = (await letters.ListAsync(new DeadLetterQuery(), cancel)).Items.Where(l => l.Source != EventSource.Api).Select(l => l.Id).ToList();
            Assert.Equal(2, await letters.DiscardAsync([.. ids, "nonsense", "line-999", "-1"], cancel));
            Assert.All((await letters.ListAsync(new DeadLetterQuery(), cancel)).Items, l => Assert.Equal(EventSource.Api, l.Source));
            await using var db = await core.OpenAsync();
            Assert.Equal(0, await db.RejectedLines.CountAsync(cancel));
        }
    }
}
