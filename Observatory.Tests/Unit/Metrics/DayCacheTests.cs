using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Storage.DaySums;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

public sealed class DayCacheTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MetricsQuery s_query = Compare.Query(s_start, s_start.AddDays(20), "Europe/Berlin");

    [Fact]
    public void Rows_answer_for_their_own_version_only()
    {
        var cache = new DayCache();
        cache.Keep(DaySumPart.Activity, 7, 2, [1, 2]);
        Assert.Equal([1, 2], cache.Find(DaySumPart.Activity, 7, 2)!);
        Assert.Null(cache.Find(DaySumPart.Activity, 7, 3));
        Assert.Null(cache.Find(DaySumPart.Activity, 8, 2));
        Assert.Null(cache.Find(DaySumPart.Tools, 7, 2));
        // A reader whose snapshot is older comes late.
        cache.Keep(DaySumPart.Activity, 7, 1, [1]);
        Assert.Equal([1, 2], cache.Find(DaySumPart.Activity, 7, 2)!);
        cache.Keep(DaySumPart.Activity, 7, 3, [3]);
        Assert.Null(cache.Find(DaySumPart.Activity, 7, 2));
    }

    [Fact]
    public void It_stays_within_its_bytes_and_forgets_what_was_not_used_for_longest()
    {
        var cache = new DayCache(10_000);
        for (var day = 0; day < 100; day++)
        {
            cache.Keep(DaySumPart.Usage, day, 1, new byte[8 * (day % 60)]);
            Assert.NotNull(cache.Find(DaySumPart.Usage, 0, 1));
            Assert.InRange(cache.Bytes, 1, 10_000);
        }
        Assert.Null(cache.Find(DaySumPart.Usage, 1, 1));
        Assert.NotNull(cache.Find(DaySumPart.Usage, 99, 1));
        cache.Keep(DaySumPart.Usage, 200, 1, new byte[40_000]);
        Assert.Null(cache.Find(DaySumPart.Usage, 200, 1));
        cache.Clear();
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public async Task A_commit_between_two_queries_is_in_the_second_one()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(20)));
        for (var n = 1; n <= 40; n++)
        {
            await core.WriteAsync(Batch(n, s_start.AddHours(n * 7 % 400)));
            var dashboard = await core.Metrics.GetDashboardAsync(s_query, TestContext.Current.CancellationToken);
            Assert.Equal(n, dashboard.Overview.UserMessages);
            Assert.Equal(n, dashboard.Trends.MessagesOverTime.Sum(p => p.Value));
            Assert.Equal(n, (await core.Metrics.GetUsersAsync(s_query, TestContext.Current.CancellationToken)).Single().TotalMessages);
        }
    }

    /// <summary>Each transaction adds one prompt to each of three days: an answer that mixes versions has days that differ.</summary>
    [Fact]
    public async Task Answers_during_commits_are_of_one_version_and_never_go_back()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(20)));
        var calculators = new[] { (MetricsCalculator)core.Metrics, ActivatorUtilities.CreateInstance<MetricsCalculator>(core.Services) };
        var (committed, done, answers) = (0L, false, new int[4]);
        var readers = answers.Select((_, reader) => Task.Run(async () =>
        {
            for (long seen = 0; !Volatile.Read(ref done); Interlocked.Increment(ref answers[reader]))
            {
                var before = Interlocked.Read(ref committed);
                var dashboard = await calculators[reader % 2].GetDashboardAsync(s_query, TestContext.Current.CancellationToken);
                var days = dashboard.Trends.MessagesOverTime.Where(p => p.Value > 0).Select(p => (long)p.Value!.Value).ToList();
                Assert.True(days.Count is 0 or 3 && days.Distinct().Count() <= 1, string.Join(' ', days));
                var now = days.FirstOrDefault();
                Assert.Equal(3 * now, dashboard.Overview.UserMessages);
                Assert.True(now >= before, $"{now} after {before} were committed");
                Assert.True(now >= seen, $"{now} after {seen} were seen");
                seen = now;
            }
        }, TestContext.Current.CancellationToken)).ToArray();
        for (var n = 1; n <= 3_000 && (n <= 100 || answers.Any(a => a < 25)) && !readers.Any(r => r.IsFaulted); n++)
        {
            var batch = Batch(3 * n, s_start.AddDays(3));
            Add(batch, 3 * n + 1, s_start.AddDays(9));
            Add(batch, 3 * n + 2, s_start.AddDays(15));
            await core.WriteAsync(batch);
            Interlocked.Increment(ref committed);
        }
        Volatile.Write(ref done, true);
        await Task.WhenAll(readers);
        Assert.All(answers, count => Assert.True(count >= 25));
    }

    private static EventBatch Batch(int n, DateTimeOffset at)
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "me" };
        Add(batch, n, at);
        return batch;
    }

    private static void Add(EventBatch batch, int n, DateTimeOffset at) => batch.Events.Add(
        new PromptEvent { Key = EventKey.Of(KeySpace.Event, $"prompt {n}"), At = at.ToUnixTimeMilliseconds() + n, Conversation = "s", Text = "hello",
            Length = 5 });
}
