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
        bool Passes(NaiveFact f) => (filter.Users.Count == 0 || filter.Users.Contains(f.User)) && (filter.Projects.Count == 0 || filter.Projects.Contains(f.Project))
            && (filter.Models.Count == 0 || f.Model is not null && filter.Models.Contains(f.Model));
        DateTimeOffset Local(long at) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), zone);
        var passing = naive.Facts.Where(Passes).ToList();
        var facts = passing.Where(f => query.Range.Contains(f.At)).ToList();
        var messages = facts.Where(f => f.IsMessage).ToList();

        var page = await metrics.GetOverviewPageAsync(query, Cancel);
        var overview = page.Dashboard.Overview;
        Assert.Equal(
            (messages.Count, facts.Sum(f => f.Tokens), messages.Select(f => f.Conversation).Distinct().Count(), ActiveUsers(facts), facts.Count(f => f.Kind == 't'), facts.Count(f => f.Failed)),
            ((int)overview.TotalMessages, (int)overview.TotalTokens, (int)overview.TotalConversations, (int)overview.ActiveUsers, (int)overview.ToolCalls, (int)overview.ToolErrors));
        Assert.Equal(
            facts.GroupBy(f => Local(f.At).Date).Select(g => (g.Key, g.Count(f => f.IsMessage), g.Sum(f => f.Tokens), ActiveUsers(g))).Where(d => d.Item2 + d.Item3 > 0).OrderBy(d => d.Key),
            page.Usage.Where(u => u.Messages + u.TotalTokens > 0)
                .Select(u => (TimeZoneInfo.ConvertTime(u.Start, zone).Date, (int)u.Messages, (int)u.TotalTokens, (int)u.ActiveUsers)));
        Assert.Equal(
            messages.GroupBy(f => Local(f.At).Hour).Select(g => (g.Count(), g.Key, g.Select(f => f.Conversation).Distinct().Count())).OrderByDescending(h => h.Item1).ThenBy(h => h.Key).Take(10),
            page.Dashboard.TopMetrics.PeakUsageTimes.Select(p => ((int)p.Messages, int.Parse(p.Hour[..2]), (int)p.Conversations)));
        Assert.Equal(
            messages.GroupBy(f => (Local(f.At).DayOfWeek, Local(f.At).Hour)).Select(g => ((int)g.Key.DayOfWeek + 6) % 7 * 24 + g.Key.Hour * 1L + 1_000 * g.Count()).Order(),
            page.HeatMap.SelectMany((hours, day) => hours.Select((n, hour) => (n, day * 24 + hour))).Where(c => c.n > 0).Select(c => c.Item2 + 1_000 * c.n).Order());
        Assert.Equal(
            facts.GroupBy(f => f.Project).Select(g => (g.Key, g.Count(f => f.IsMessage), g.Sum(f => f.Tokens), Conversations(g))).OrderBy(p => p.Key, StringComparer.Ordinal),
            page.Projects.Select(p => (p.Path!, (int)p.Figures.TotalMessages, (int)p.Figures.TotalTokens, (int)p.Figures.TotalConversations)).OrderBy(p => p.Item1, StringComparer.Ordinal));
        Assert.Equal(
            facts.Where(f => f.Kind == 't').GroupBy(f => f.Tool!).Select(g => (g.Key, g.Count(), g.Count(f => f.Failed), 1_000.0)).OrderBy(t => t.Key, StringComparer.Ordinal),
            page.Tools.Select(t => (t.Tool, (int)t.Calls, (int)t.Errors, Math.Round(t.P95Ms!.Value / 20) * 20)).OrderBy(t => t.Tool, StringComparer.Ordinal));

        var users = await metrics.GetUsersAsync(query, Cancel);
        Assert.Equal(
            facts.GroupBy(f => f.User).Where(g => g.Any(f => f.IsMessage || f.Tokens > 0)).Select(g => (g.Key, g.Count(f => f.IsMessage), Hours(g), Sitting(passing, g.Key, query.Range))).OrderBy(u => u.Key, StringComparer.Ordinal),
            users.Select(u => (u.UserId, (int)u.TotalMessages, string.Join(' ', u.ActivityPattern.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => h.Value)), Math.Round(u.AverageSessionDuration, 6)))
                .OrderBy(u => u.UserId, StringComparer.Ordinal));

        string Hours(IEnumerable<NaiveFact> own) => string.Join(' ', Enumerable.Range(0, 24).Select(hour => own.Count(f => f.IsMessage && Local(f.At).Hour == hour)));
    }

    private static int ActiveUsers(IEnumerable<NaiveFact> facts) => facts.Where(f => f.Kind == 'p').Select(f => f.User).Distinct().Count();

    private static int Conversations(IEnumerable<NaiveFact> facts) => facts.Where(f => f.IsMessage).Select(f => f.Conversation).Distinct().Count();

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
