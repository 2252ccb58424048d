using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Made-up transcripts of all client generations, with forks of forks and everything that over-counts, from three owners.</summary>
public sealed class CorpusFiguresTests
{
    private static readonly DateTimeOffset s_from = new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_until = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Figures_are_what_was_written_and_what_the_recount_finds(int seed)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        var writer = new CorpusWriter(seed);
        var roots = new[] { "ada", "bob", "carol" }.Select(owner => (Root: folder.Folder(owner), Owner: owner)).ToArray();
        foreach (var (root, _) in roots) writer.Write(root, 12, s_from, 12);
        await using var core = await CoreHost.ImportAsync(new FakeTimeProvider(s_until), roots);
        var naive = new NaiveRecount(roots);
        var query = Compare.Query(s_from, s_until);

        var overview = (await core.Metrics.GetDashboardAsync(query, cancel)).Overview;
        Assert.Equal(
            (writer.Sessions.Sum(s => s.Prompts), writer.Sessions.Sum(s => s.Responses), writer.Sessions.Sum(s => s.Tokens),
                writer.Sessions.Sum(s => s.ToolCalls), writer.Sessions.Sum(s => s.ToolErrors)),
            (overview.UserMessages, overview.AssistantMessages, overview.TotalTokens, overview.ToolCalls, overview.ToolErrors));
        Compare.Same(naive.In(s_from, s_until), overview);

        // Whose a copied line is: the writer knows it, and both implementations must find it.
        var made = writer.Sessions.Where(s => s.Prompts + s.Responses > 0).OrderBy(s => s.Id, StringComparer.Ordinal).ToList();
        Assert.Equal(made.Select(s => s.Id), naive.Conversations.Select(c => c.Id));
        foreach (var session in made)
        {
            var row = await core.Metrics.GetConversationAsync(session.Id, cancel);
            Assert.Equal(((long)session.Prompts, (long)session.Responses, session.Tokens, (long)session.ToolCalls, (long)session.ToolErrors, session.ParentId),
                (row!.UserMessages, row.AssistantMessages, row.TotalTokens, row.ToolCalls, row.ToolErrors, row.ParentId));
            Compare.Same(naive.Conversations.Single(c => c.Id == session.Id), naive, row);
        }
        foreach (var user in await core.Metrics.GetUsersAsync(query, cancel))
        {
            var own = naive.In(s_from, s_until, i => i.User == user.UserId);
            Assert.Equal((own.Conversations.Count, own.MessageCount, own.Tokens, own.Cost),
                (user.ConversationCount, user.TotalMessages, user.TotalTokensUsed, user.TotalCost));
            Compare.Near(own.AverageSitting(user.UserId), user.AverageSessionDuration);
        }
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kathmandu")]
    public async Task Random_ranges_and_filters_are_exact_in_every_zone(string zone)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        var writer = new CorpusWriter(zone.Length);
        var roots = new[] { "ada", "bob" }.Select(owner => (Root: folder.Folder(owner), Owner: owner)).ToArray();
        // Over the nights on which Berlin, New York and Lord Howe Island change their clocks.
        foreach (var (root, _) in roots) writer.Write(root, 14, new DateTimeOffset(2026, 9, 28, 0, 0, 0, TimeSpan.Zero), 40);
        await using var core = await CoreHost.ImportAsync(new FakeTimeProvider(s_until), roots);
        var naive = new NaiveRecount(roots);
        var random = new Random(zone.Length);
        var projects = naive.Items.Select(i => i.Project).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        var models = naive.Items.Select(i => i.Model).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        for (var i = 0; i < 40; i++)
        {
            var start = new DateTimeOffset(2026, 9, 25, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.Next(50 * 86_400));
            if (i % 4 == 0) start = start.AddTicks(-(start.UtcTicks % (15 * TimeSpan.TicksPerMinute)));
            var end = start.AddMilliseconds(random.Next(3) switch { 0 => random.Next(1, 2_000_000), 1 => random.Next(3_600_000, 200_000_000), _ =>
                random.NextInt64(86_400_000, 3_000_000_000) });
            string[] users = random.Next(3) == 0 ? ["bob"] : random.Next(3) == 0 ? ["ada", "nobody"] : [];
            string[] only = random.Next(3) == 0 ? [projects[random.Next(projects.Count)], projects[0]] : [];
            string[] of = random.Next(4) == 0 ? [models[random.Next(models.Count)]] : [];
            bool Passes(NaiveItem item) => (users.Length == 0 || users.Contains(item.User)) && (only.Length == 0 || only.Contains(item.Project))
                && (of.Length == 0 || of.Contains(item.Model));
            var query = Compare.Query(start, end, zone, new MetricsFilter(users, only, of, []));
            var expected = naive.In(start, end, Passes);
            var dashboard = await core.Metrics.GetDashboardAsync(query, cancel);
            Compare.Same(expected, dashboard.Overview);
            // As much of the period before as has passed of this one.
            var passed = end < s_until ? end - start : s_until > start ? s_until - start : TimeSpan.Zero;
            Compare.Same(naive.In(start - (end - start), start - (end - start) + passed, Passes), dashboard.Previous);
            Compare.Near(expected.AverageResponseTime, dashboard.Performance.AverageResponseTime);
            Compare.Near(expected.ErrorRate, dashboard.Performance.ErrorRate);
            var hours = expected.MessagesByHour(query.Zone);
            Assert.Equal(
                Enumerable.Range(0, 24).Where(h => hours[h] > 0).OrderByDescending(h => hours[h]).ThenBy(h => h).Take(10).Select(h => ($"{h:00}:00", hours[h])),
                dashboard.TopMetrics.PeakUsageTimes.Select(p => (p.Hour, p.Messages)));
            Assert.Equal(dashboard.Overview.TotalTokens, dashboard.Trends.TokensOverTime.Sum(p => p.Value));
            var page = await core.Metrics.GetConversationsAsync(new ConversationListQuery { Metrics = query, Limit = 500 }, cancel);
            Assert.Equal(expected.Conversations, page.Items.Select(r => r.Id).Order(StringComparer.Ordinal));
            foreach (var user in await core.Metrics.GetUsersAsync(query, cancel)) Compare.Near(expected.AverageSitting(user.UserId),
                user.AverageSessionDuration);
        }
    }
}
