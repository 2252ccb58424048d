using Observatory.Core.Metrics;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Real transcripts → every figure: that which was known when the fixtures were recorded, and that of the naive recount.</summary>
public sealed class FixtureFiguresTests(FixtureCore fixture)
{
    private static readonly MetricsQuery s_all = Compare.Query(Fixture.Start, Fixture.End);

    [Fact]
    public async Task Totals_are_those_of_the_recording()
    {
        var core = await fixture.Core;
        var overview = (await core.Metrics.GetDashboardAsync(s_all, TestContext.Current.CancellationToken)).Overview;
        Assert.Equal((Fixture.Input, Fixture.Output, Fixture.CacheWrite, Fixture.CacheRead, Fixture.Total),
            (overview.InputTokens, overview.OutputTokens, overview.CacheCreationTokens, overview.CacheReadTokens, overview.TotalTokens));
        Assert.Equal((Fixture.AssistantMessages, Fixture.UserMessages, Fixture.AssistantMessages + Fixture.UserMessages),
            (overview.AssistantMessages, overview.UserMessages, overview.TotalMessages));
        Assert.Equal((Fixture.ToolCalls, Fixture.ToolErrors, Fixture.Conversations, 1),
            (overview.ToolCalls, overview.ToolErrors, overview.TotalConversations, overview.ActiveUsers));
        await using var db = await core.OpenAsync();
        Assert.Equal((Fixture.CacheWrite5m, Fixture.CacheWrite1h), (db.Quarters.Sum(q => q.CacheWrite5m), db.Quarters.Sum(q => q.CacheWrite1h)));
        Assert.Equal((Fixture.CacheWrite5m, Fixture.CacheWrite1h), (db.Hours.Sum(q => q.CacheWrite5m), db.Hours.Sum(q => q.CacheWrite1h)));
    }

    [Fact]
    public void The_naive_recount_gives_the_same_totals()
    {
        var all = fixture.Naive.All();
        Assert.Equal((Fixture.Input, Fixture.Output, Fixture.CacheWrite, Fixture.CacheRead, Fixture.Total),
            (all.Input, all.Output, all.CacheWrite, all.CacheRead, all.Tokens));
        Assert.Equal((Fixture.AssistantMessages, Fixture.UserMessages, Fixture.ToolCalls, Fixture.ToolErrors, Fixture.Conversations),
            (all.Messages.Count, all.Prompts.Count, all.Tools.Count, all.ToolErrors, all.Conversations.Count));
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    public async Task Days_are_those_of_the_recount(string zone)
    {
        var core = await fixture.Core;
        var clock = new BucketClock(TimeZoneInfo.FindSystemTimeZoneById(zone));
        for (var day = new DateOnly(2026, 11, 8); day < new DateOnly(2026, 11, 24); day = day.AddDays(1))
        {
            var (start, end) = (DateTimeOffset.FromUnixTimeMilliseconds(clock.DayStart(day)),
                DateTimeOffset.FromUnixTimeMilliseconds(clock.DayStart(day.AddDays(1))));
            var dashboard = await core.Metrics.GetDashboardAsync(Compare.Query(start, end, zone), TestContext.Current.CancellationToken);
            Compare.Same(fixture.Naive.In(start, end), dashboard.Overview);
        }
    }

    [Theory]
    [InlineData("UTC", Interval.Day)]
    [InlineData("UTC", Interval.Hour)]
    [InlineData("Asia/Kathmandu", Interval.Day)]
    [InlineData("Asia/Kathmandu", Interval.Hour)]
    [InlineData("UTC", Interval.Week)]
    [InlineData("Asia/Kathmandu", Interval.Week)]
    [InlineData("America/New_York", Interval.Month)]
    public async Task Trends_are_the_recount_by_bucket_and_sum_to_the_overview(string zone, Interval interval)
    {
        var core = await fixture.Core;
        // Both ends inside a quarter of an hour: raw rows, quarters and hours all take part.
        var (start, end) = (Fixture.Start.AddHours(31).AddSeconds(437), Fixture.End.AddDays(-1).AddSeconds(-911));
        var dashboard = await core.Metrics.GetDashboardAsync(Compare.Query(start, end, zone, interval: interval), TestContext.Current.CancellationToken);
        var trends = dashboard.Trends;
        for (var i = 0; i < trends.TokensOverTime.Count; i++)
        {
            var from = trends.TokensOverTime[i].Timestamp;
            var to = i + 1 < trends.TokensOverTime.Count ? trends.TokensOverTime[i + 1].Timestamp : end;
            var naive = fixture.Naive.In(from < start ? start : from, to);
            Assert.Equal(naive.Tokens, trends.TokensOverTime[i].Value);
            Assert.Equal(naive.MessageCount, trends.MessagesOverTime[i].Value);
            Assert.Equal((double)((naive.Responses.Sum(r => r.Cost ?? 0) + naive.Tools.Sum(t => t.Cost)) / 1_000_000_000m), trends.CostOverTime[i].Value);
            Assert.Equal(naive.Created, trends.ConversationsOverTime[i].Value);
            Assert.Equal(from < start || i == trends.TokensOverTime.Count - 1 ? true : null, trends.TokensOverTime[i].Partial);
        }
        Compare.Same(fixture.Naive.In(start, end), dashboard.Overview);
        Assert.Equal(dashboard.Overview.TotalTokens, trends.TokensOverTime.Sum(p => p.Value));
        Assert.Equal(dashboard.Overview.TotalMessages, trends.MessagesOverTime.Sum(p => p.Value));
        Assert.Equal((double)dashboard.Overview.TotalCost!.Value, trends.CostOverTime.Sum(p => p.Value)!.Value, 1e-9);
    }

    [Fact]
    public async Task Models_projects_and_tools_are_those_of_the_recount()
    {
        var core = await fixture.Core;
        var all = fixture.Naive.All();
        foreach (var row in await core.Metrics.GetModelsAsync(s_all, TestContext.Current.CancellationToken))
        {
            Compare.Same(fixture.Naive.In(Fixture.Start, Fixture.End, i => i.Model == row.Model && i is not NaivePrompt and not NaiveError), row.Figures);
        }
        var projects = await core.Metrics.GetProjectsAsync(s_all, TestContext.Current.CancellationToken);
        foreach (var row in projects) Compare.Same(fixture.Naive.In(Fixture.Start, Fixture.End, i => i.Project == row.Path), row.Figures);
        Assert.Equal(fixture.Naive.Items.Select(i => i.Project).Distinct().Order(StringComparer.Ordinal), projects.Select(p => p.Path)
            .Order(StringComparer.Ordinal));
        Assert.Equal(projects.Count, projects.Select(p => p.Project).Distinct().Count());
        Assert.All(projects, p => Assert.EndsWith(p.Project!, p.Path!, StringComparison.Ordinal));

        var tools = await core.Metrics.GetToolsAsync(s_all, TestContext.Current.CancellationToken);
        Assert.Equal(
            all.Tools.GroupBy(t => t.Name).Select(g => (g.Key, (long)g.Count(), (long)g.Count(t => t.Failed))).Order(),
            tools.Select(t => (t.Tool, t.Calls, t.Errors)).Order());
        foreach (var tool in tools)
        {
            var durations = all.Tools.Where(t => t.Name == tool.Tool && t.ResultAt is not null).Select(t => Math.Max(0, t.ResultAt!.Value - t.At)).Order()
                .ToList();
            Assert.Equal(durations.Count == 0 ? null : durations.Sum(), tool.TotalMs);
            if (durations.Count == 0) continue;
            var (median, p95) = (durations[(int)Math.Ceiling(0.5 * durations.Count) - 1], durations[(int)Math.Ceiling(0.95 * durations.Count) - 1]);
            Assert.InRange(tool.MedianMs!.Value, median * 0.99 - 1e-9, median * 1.01 + 1e-9);
            Assert.InRange(tool.P95Ms!.Value, p95 * 0.99 - 1e-9, p95 * 1.01 + 1e-9);
        }
    }

    [Fact]
    public async Task Models_are_those_of_the_truth_where_the_transcripts_hold_the_whole_usage()
    {
        // Old clients (1.0, 2.0) write what message_start said, so only newer ones can be held against what the API answered.
        using var truth = Fixture.Truth();
        var core = await fixture.Core;
        var models = await core.Metrics.GetModelsAsync(s_all, TestContext.Current.CancellationToken);
        var compared = 0;
        foreach (var model in truth.RootElement.GetProperty("by_model").EnumerateObject().Where(m => m.Name.EndsWith("-5-5", StringComparison.Ordinal)))
        {
            var expected = model.Value.GetProperty("transcript");
            var row = Assert.Single(models, m => m.Model == model.Name).Figures;
            // Interrupted streams leave a line with first figures that the truth leaves out: at least what was answered, never twice.
            Assert.InRange(row.InputTokens, expected.GetProperty("input").GetInt64(), expected.GetProperty("input").GetInt64() * 1.03);
            Assert.InRange(row.OutputTokens, expected.GetProperty("output").GetInt64(), expected.GetProperty("output").GetInt64() * 1.001);
            compared++;
        }
        Assert.Equal(3, compared);
    }

    [Fact]
    public async Task Every_conversation_is_that_of_the_recount()
    {
        var core = await fixture.Core;
        var page = await core.Metrics.GetConversationsAsync(new ConversationListQuery { Metrics = s_all, Limit = 500 }, TestContext.Current.CancellationToken);
        Assert.Equal(Fixture.Conversations, page.Total);
        Assert.Equal(fixture.Naive.Conversations.Select(c => c.Id), page.Items.Select(r => r.Id).Order(StringComparer.Ordinal));
        foreach (var row in page.Items)
        {
            Compare.Same(fixture.Naive.Conversations.Single(c => c.Id == row.Id), fixture.Naive, row);
            Assert.Equivalent(row, await core.Metrics.GetConversationAsync(row.Id, TestContext.Current.CancellationToken), strict: true);
        }
    }

    [Fact]
    public async Task Turns_sum_to_their_conversation()
    {
        var core = await fixture.Core;
        var page = await core.Metrics.GetConversationsAsync(new ConversationListQuery { Metrics = s_all, Limit = 500 }, TestContext.Current.CancellationToken);
        foreach (var row in page.Items)
        {
            var timeline = await core.Metrics.GetTimelineAsync(row.Id, TestContext.Current.CancellationToken);
            Assert.Equal(
                (row.TotalTokens, row.InputTokens, row.OutputTokens, row.CacheCreationTokens, row.CacheReadTokens, row.ToolCalls),
                (timeline!.Turns.Sum(t => t.TotalTokens), timeline.Turns.Sum(t => t.InputTokens), timeline.Turns.Sum(t => t.OutputTokens),
                    timeline.Turns.Sum(t => t.CacheCreationTokens), timeline.Turns.Sum(t => t.CacheReadTokens), timeline.Turns.Sum(t => t.ToolCalls)));
            Assert.Equal(row.Cost ?? 0, timeline.Turns.Sum(t => t.Cost ?? 0));
            // What a turn says of itself is what its rows show.
            foreach (var turn in timeline.Turns) Assert.Equal((turn.TotalTokens, turn.Cost ?? 0),
                (turn.Steps.Sum(s => s.TotalTokens), turn.Steps.Sum(s => s.Cost ?? 0)));
        }
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Asia/Kathmandu")]
    public async Task Users_and_system_are_those_of_the_recount(string zone)
    {
        var core = await fixture.Core;
        var (start, end) = (Fixture.Start.AddDays(2).AddMinutes(7), Fixture.End.AddDays(-3));
        var query = Compare.Query(start, end, zone);
        var naive = fixture.Naive.In(start, end);
        var user = Assert.Single(await core.Metrics.GetUsersAsync(query, TestContext.Current.CancellationToken));
        Assert.Equal((Fixture.Owner, (long)naive.Conversations.Count, naive.MessageCount, naive.Tokens, naive.Cost),
            (user.UserId, user.ConversationCount, user.TotalMessages, user.TotalTokensUsed, user.TotalCost));
        Compare.Near(naive.AverageSitting(Fixture.Owner), user.AverageSessionDuration);
        var hours = naive.MessagesByHour(query.Zone);
        Assert.Equal(Enumerable.Range(0, 24).Select(h => KeyValuePair.Create($"{h:00}", hours[h])), user.ActivityPattern);
        Assert.Equal($"{Array.IndexOf(hours, hours.Max()):00}:00", user.MostActiveTimeOfDay);
        Assert.Equivalent(user, await core.Metrics.GetUserAsync(Fixture.Owner, query, TestContext.Current.CancellationToken), strict: true);

        var system = await core.Metrics.GetSystemAsync(query, TestContext.Current.CancellationToken);
        Assert.Equal((naive.Conversations.Count, naive.MessageCount, naive.Tokens, naive.ActiveUsers),
            (system.TotalConversations, system.TotalMessages, system.TotalTokensProcessed, system.ActiveUsers));
        Compare.Near((double)naive.MessageCount / naive.Conversations.Count, system.AverageConversationLength);
        Compare.Near(naive.AverageResponseTime, system.AverageResponseTime);
        Compare.Near(naive.ErrorRate, system.ErrorRate);
        Assert.Equal(
            Enumerable.Range(0, 24).Where(h => hours[h] > 0).OrderByDescending(h => hours[h]).ThenBy(h => h).Select(h => $"{h:00}:00"), system.PeakUsageHours);
    }
}
