using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Metrics;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Rollups;

/// <summary>Answers from the sums of days are those of the naive recount, whichever days are summed, and whatever came after they were.</summary>
public sealed class DaySumTests
{
    private static readonly string[] s_zones = ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe", "Europe/Berlin"];

    private static readonly MetricsFilter[] s_filters =
    [
        MetricsFilter.None, MetricsFilter.None, new(["ada", "bob"], [], [], []), new([], ["/w/p1"], [], []), new([], [], ["acme/one"], []),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Late_corrected_and_repeated_events_count_as_the_recount_says(int seed)
    {
        var random = new Random(seed);
        var naive = new NaiveDays(seed);
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(NaiveDays.End));
        foreach (var batch in naive.Batches())
        {
            await core.WriteAsync(batch);
            // Some days are summed, and written to again later.
            await SummedDays.MakeAsync(core, _ => random.Next(3) == 0);
        }
        for (var round = 0; round < 3; round++)
        {
            if (round == 1) Assert.True(await SummedDays.MakeAsync(core) > 0);
            if (round == 2) await SummedDays.ForgetAsync(core);
            var calculator = SummedDays.Fresh(core);
            foreach (var zone in s_zones) await CompareAsync(calculator, naive, zone, round == 0, random);
        }
    }

    private static async Task CompareAsync(MetricsCalculator metrics, NaiveDays naive, string zoneName, bool isWhole, Random random)
    {
        var (start, end) = (NaiveDays.Start, NaiveDays.End);
        if (!isWhole)
        {
            start = start.AddMilliseconds(random.NextInt64((long)(end - start).TotalMilliseconds));
            end = start.AddMilliseconds(random.NextInt64(1, (long)(end - start).TotalMilliseconds + 1));
        }
        var filter = s_filters[random.Next(s_filters.Length)];
        var query = Compare.Query(start, end, zoneName, filter, Interval.Day);
        var zone = query.Zone;
        var passing = naive.Facts.Where(f => Passes(filter, f)).ToList();
        var facts = passing.Where(f => query.Range.Contains(f.At)).ToList();
        var messages = facts.Where(f => f.IsMessage).ToList();
        DateTimeOffset Local(long at) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), query.Zone);

        var page = await metrics.GetOverviewPageAsync(query, Cancel);
        var overview = page.Dashboard.Overview;
        Assert.Equal(Sums(facts), (overview.TotalMessages, overview.TotalTokens, overview.TotalConversations));
        Assert.Equal(
            (ActiveUsers(facts), facts.Count(f => f.Kind == 't'), facts.Count(f => f.Failed)),
            ((int)overview.ActiveUsers, (int)overview.ToolCalls, (int)overview.ToolErrors));

        var days = facts.GroupBy(f => Local(f.At).Date).Select(g => (g.Key, Sums(g).Messages, Sums(g).Tokens, ActiveUsers(g)));
        Assert.Equal(
            days.Where(d => d.Messages + d.Tokens > 0).OrderBy(d => d.Key),
            page.Usage.Where(u => u.Messages + u.TotalTokens > 0)
                .Select(u => (TimeZoneInfo.ConvertTime(u.Start, query.Zone).Date, u.Messages, u.TotalTokens, (int)u.ActiveUsers)));

        var hours = messages.GroupBy(f => Local(f.At).Hour).Select(g => (Sums(g).Messages, Hour: g.Key, Sums(g).Conversations));
        Assert.Equal(
            hours.OrderByDescending(h => h.Messages).ThenBy(h => h.Hour).Take(10),
            page.Dashboard.TopMetrics.PeakUsageTimes.Select(p => (p.Messages, int.Parse(p.Hour[..2], CultureInfo.InvariantCulture), p.Conversations)));
        var ofWeek = messages.GroupBy(f => ((int)Local(f.At).DayOfWeek + 6) % 7 * 24 + Local(f.At).Hour).Select(g => (g.Key, g.LongCount()));
        Assert.Equal(
            ofWeek.OrderBy(h => h.Key),
            page.HeatMap.SelectMany((own, day) => own.Select((n, hour) => (Hour: day * 24 + hour, n))).Where(h => h.n > 0).OrderBy(h => h.Hour));

        Assert.Equal(
            facts.GroupBy(f => f.Project).Select(g => (g.Key, Sums(g))).OrderBy(p => p.Key, StringComparer.Ordinal),
            page.Projects.Select(p => (p.Path!, (p.Figures.TotalMessages, p.Figures.TotalTokens, p.Figures.TotalConversations)))
                .OrderBy(p => p.Item1, StringComparer.Ordinal));
        // A second each, give or take one in a hundred.
        Assert.All(page.Tools, t => Assert.InRange(t.P95Ms!.Value, 990, 1_010));
        Assert.Equal(
            facts.Where(f => f.Kind == 't').GroupBy(f => f.Tool!).Select(g => (g.Key, g.LongCount(), g.LongCount(f => f.Failed)))
                .OrderBy(t => t.Key, StringComparer.Ordinal),
            page.Tools.Select(t => (t.Tool, t.Calls, t.Errors)).OrderBy(t => t.Tool, StringComparer.Ordinal));

        Assert.Equal(
            facts.Where(f => f.Kind == 't').GroupBy(f => f.Tool!).Select(g => (g.Key, (long?)g.Select(f => f.Conversation).Distinct().LongCount(),
                (long?)g.Select(f => f.User).Distinct().LongCount(), (double?)1, g.Max(f => f.At))).OrderBy(t => t.Key, StringComparer.Ordinal),
            (await metrics.GetToolsAsync(query, Cancel)).Select(t => (t.Tool, t.Conversations, t.Users, t.AverageDuration, t.LastUsed!.Value
                .ToUnixTimeMilliseconds())).OrderBy(t => t.Tool, StringComparer.Ordinal));

        var users = facts.GroupBy(f => f.User).Where(g => g.Any(f => f.IsMessage || f.Tokens > 0));
        Assert.Equal(
            users.Select(g => (g.Key, Sums(g).Messages, HoursOf(g), Sitting(passing, g.Key, query.Range))).OrderBy(u => u.Key, StringComparer.Ordinal),
            (await metrics.GetUsersAsync(query, Cancel))
                .Select(u => (u.UserId, u.TotalMessages, Text(u.ActivityPattern!), Math.Round(u.AverageSessionDuration, 6)))
                .OrderBy(u => u.UserId, StringComparer.Ordinal));

        string HoursOf(IEnumerable<NaiveFact> own) =>
            string.Join(' ', Enumerable.Range(0, 24).Select(hour => own.Count(f => f.IsMessage && Local(f.At).Hour == hour)));
    }

    private static bool Passes(MetricsFilter filter, NaiveFact f) =>
        (filter.Users.Count == 0 || filter.Users.Contains(f.User)) && (filter.Projects.Count == 0 || filter.Projects.Contains(f.Project))
        && (filter.Models.Count == 0 || f.Model is not null && filter.Models.Contains(f.Model));

    private static (long Messages, long Tokens, long Conversations) Sums(IEnumerable<NaiveFact> facts) =>
        (facts.LongCount(f => f.IsMessage), facts.Sum(f => (long)f.Tokens), facts.Where(f => f.IsMessage).Select(f => f.Conversation).Distinct().LongCount());

    private static string Text(IReadOnlyDictionary<string, long> pattern) =>
        string.Join(' ', pattern.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => h.Value));

    private static int ActiveUsers(IEnumerable<NaiveFact> facts) => facts.Where(f => f.Kind == 'p').Select(f => f.User).Distinct().Count();

    /// <summary>Mean length of the sittings that start in the range, seconds.</summary>
    private static double Sitting(IEnumerable<NaiveFact> all, string user, TimeRange range)
    {
        var lengths = new List<long>();
        var times = all.Where(f => f.User == user && f.IsMessage).Select(f => f.At).Order().ToList();
        for (var i = 0; i < times.Count;)
        {
            var first = times[i];
            while (++i < times.Count && times[i] - times[i - 1] <= 30 * 60_000)
            {
            }
            if (range.Contains(first)) lengths.Add(times[i - 1] - first);
        }
        return lengths.Count == 0 ? 0 : Math.Round(lengths.Sum() / 1000.0 / lengths.Count, 6);
    }

    [Fact]
    public async Task A_day_that_was_written_to_is_summed_again_and_a_damaged_sum_is_not_believed()
    {
        var naive = new NaiveDays(5);
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(NaiveDays.End));
        var batches = naive.Batches();
        foreach (var batch in batches.SkipLast(1)) await core.WriteAsync(batch);
        Assert.True(await SummedDays.MakeAsync(core) > 0);
        Assert.Equal(0, await SummedDays.MakeAsync(core));
        await core.WriteAsync(batches[^1]);
        Assert.True(await SummedDays.MakeAsync(core) > 0);
        Assert.Equal(0, await SummedDays.MakeAsync(core));

        var query = Compare.Query(NaiveDays.Start, NaiveDays.End);
        var expected = await TextAsync();
        await using (var db = await core.OpenAsync())
        {
            foreach (var sum in db.DaySums.ToList())
            {
                sum.Data[^1] ^= 1;
                db.Update(sum);
            }
            await db.SaveChangesAsync(Cancel);
        }
        Assert.Equal(expected, await TextAsync());

        async Task<string> TextAsync()
        {
            var fresh = SummedDays.Fresh(core);
            return JsonSerializer.Serialize(new object[]
            {
                await fresh.GetOverviewPageAsync(query, Cancel), await fresh.GetUsersAsync(query, Cancel), await fresh.GetToolsPageAsync(query, Cancel),
            });
        }
    }
}
