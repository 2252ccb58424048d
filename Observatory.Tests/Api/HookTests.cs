using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Storage;
using Observatory.Tests.Support;
using Observatory.Web.Ingest;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Hooks and status lines: the client hears nothing, whatever it sends, and what it sends is counted.</summary>
public sealed class HookTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private readonly WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hook")]
    [InlineData("statusline")]
    public async Task The_answer_is_empty_whatever_comes(string path)
    {
        string[] bodies =
        [
            """{"hook_event_name":"Stop","session_id":"s"}""", """{"session_id":"s"}""", "", "nonsense", "[]", "7", "{\"hook_event_name\":\"\\ud800\"}",
                "{\"rate_limits\":{\"\\ud800\":{}}}",
            new string('[', 100_000), new string(' ', 40_000_000), "{\"hook_event_name\":\"x\",\"n\":1e400}",
        ];
        foreach (var body in bodies)
        {
            foreach (var type in new[] { "application/json", "text/plain" })
            {
                using var answer = await _host.Program().PostAsync($"/api/claude-code/{path}", new StringContent(body, Encoding.UTF8, type), Cancel);
                Assert.Equal((HttpStatusCode.NoContent, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
            }
        }
        foreach (var key in new[] { null, "a key that nobody has given to anyone" })
        {
            using var refused = await _host.Program(key).PostAsync($"/api/claude-code/{path}", new StringContent(bodies[0]), Cancel);
            Assert.Equal((HttpStatusCode.Unauthorized, ""), (refused.StatusCode, await refused.Content.ReadAsStringAsync(Cancel)));
        }
    }

    [Fact]
    public async Task A_hook_that_finds_no_room_is_counted_where_people_look()
    {
        async Task<long> DroppedAsync() => (await _host.Program().JsonAsync("/api/analytics/pipeline")).Long("hooksDropped");
        var before = await DroppedAsync();
        var budget = _host.Services.GetRequiredService<BodyBudget>();
        Assert.True(budget.TryTake(BodyBudget.Default));
        try
        {
            await PostAsync("hook", """{"hook_event_name":"Stop","session_id":"no-room"}""");
            await PostAsync("statusline", """{"session_id":"no-room"}""");
        }
        finally
        {
            budget.Give(BodyBudget.Default);
        }
        Assert.Equal(before + 2, await DroppedAsync());
    }

    [Fact]
    public async Task A_session_of_hooks_is_a_conversation()
    {
        var id = Guid.NewGuid().ToString();
        string Hook(string name, string more) =>
            $$"""{"hook_event_name":"{{name}}","session_id":"{{id}}","cwd":"/srv/{{id}}","permission_mode":"default"{{more}}}""";
        string[] hooks =
        [
            Hook("UserPromptSubmit", ",\"prompt_id\":\"p1\",\"prompt\":\"Move the test\""),
                Hook("PreToolUse", ",\"tool_name\":\"Bash\",\"tool_use_id\":\"" + id + "-t\",\"tool_input\":{\"command\":\"npm test\"}"),
            Hook("PostToolUse", ",\"tool_name\":\"Bash\",\"tool_use_id\":\"" + id
                + "-t\",\"tool_input\":{\"command\":\"npm test\"},\"tool_response\":{\"stdout\":\"ok\"}"),
            Hook("PostToolUseFailure", ",\"tool_name\":\"Read\",\"tool_use_id\":\"" + id
                + "-u\",\"tool_input\":{\"file_path\":\"/x\"},\"error\":\"no such file\""),
            Hook("StopFailure", ",\"error\":\"rate_limit\""), Hook("StopFailure", ",\"error\":\"max_output_tokens\""),
                Hook("Notification", ",\"message\":\"waiting\""),
        ];
        foreach (var hook in hooks.Concat(hooks)) await PostAsync("hook?user=ada", hook);
        var overview = (await _host.Program().JsonAsync($"/api/analytics/dashboard?project=/srv/{id}")).GetProperty("overview");
        Assert.Equal((1, 2, 1, 1, 1), (overview.Long("userMessages"), overview.Long("toolCalls"), overview.Long("toolErrors"),
            overview.Long("totalConversations"), overview.Long("activeUsers")));
        await using var db = await _host.Services.GetRequiredService<IDbContextFactory<ObservatoryContext>>().CreateDbContextAsync(Cancel);
        var conversation = (await db.Conversations.SingleAsync(c => c.SessionId == id, Cancel)).Id;
        // What names no prompt and no call happened twice.
        Assert.Equal([429, 429], await db.ApiErrors.Where(e => e.ConversationId == conversation).Select(e => e.Status).ToListAsync(Cancel));
        var kept = await db.Events.Where(e => e.ConversationId == conversation).Join(db.Names, e => e.TypeId, n => n.Id, (e, n) => new { n.Text, e.Data })
            .ToListAsync(Cancel);
        Assert.Equal(hooks.Length + 3, kept.Count);
        Assert.Equal("""{"permission_mode":"default","tool_name":"Bash","tool_use_id":"ID-t","target":"npm test"}""".Replace("ID", id,
            StringComparison.Ordinal), kept.Single(k => k.Text == "hook.PreToolUse").Data);
        Assert.DoesNotContain(kept, k => k.Data!.Contains("stdout", StringComparison.Ordinal) || k.Data.Contains("Move the test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Quotas_are_written_down_when_they_change_and_outlive_the_board()
    {
        var user = Guid.NewGuid().ToString("N");
        string Line(double used) =>
            FormattableString.Invariant($$"""{"session_id":"{{user}}","model":{"id":"claude-opus-5-5"},"cost":{"total_cost_usd":1.25,"total_lines_added":7},"context_window":{"used_percentage":12.5},"rate_limits":{"five_hour":{"used_percentage":{{used}},"resets_at":1793523600},"seven_day":{"used_percentage":3,"resets_at":1793900000},"extra":{"used_percentage":1} } }""");
        foreach (var used in new[] { 41.5, 41.5, 42 })
        {
            await PostAsync($"statusline?user={user}", Line(used));
            await Task.Delay(5, Cancel);
        }
        await PostAsync("hook", """{"hook_event_name":"Flush"}""");
        var windows = (await _host.Services.GetRequiredService<IQuotaSource>().LatestAsync(Cancel)).Where(w => w.User == user).ToList();
        Assert.Equal(
            [(QuotaKind.FiveHour, 42.0, DateTimeOffset.FromUnixTimeSeconds(1793523600)),
                (QuotaKind.SevenDay, 3.0, DateTimeOffset.FromUnixTimeSeconds(1793900000))],
            windows.OrderBy(w => w.Kind).Select(w => (w.Kind, w.UsedPercent, w.ResetsAt)));
        var series = await _host.Program()
            .JsonAsync($"/api/analytics/timeseries?metric=claude_code.quota.used_percentage&tag.user={user}&groupBy=window&aggregation=count");
        Assert.Equal(["extra 1", "five_hour 2", "seven_day 1"], series.GetProperty("series").EnumerateArray()
            .Select(s => s.GetProperty("tags").GetProperty("window").GetString() + " " + s.GetProperty("points")[0].GetProperty("value")));
        var board = _host.Services.GetRequiredService<StatuslineBoard>().Latest.Single(s => s.Session == user);
        Assert.Equal((user, "claude-opus-5-5", 1.25, 7L, 12.5), (board.User, board.Model, board.CostUsd, board.LinesAdded, board.ContextUsedPercentage));
    }

    [Fact]
    public async Task An_idle_session_that_redraws_sets_no_quota_back()
    {
        var (user, reset) = (Guid.NewGuid().ToString("N"), TimeProvider.System.GetUtcNow().AddHours(3).ToUnixTimeSeconds());
        async Task SayAsync(string session, int used, long resets) => await PostAsync(
            $"statusline?user={user}", $$"""{"session_id":"{{session}}","rate_limits":{"five_hour":{"used_percentage":{{used}},"resets_at":{{resets}}} } }""");
        await SayAsync("active", 58, reset);
        await SayAsync("idle", 54, reset);
        await SayAsync("idle", 91, reset - 18_000);
        var window = (await _host.Services.GetRequiredService<IQuotaSource>().LatestAsync(Cancel)).Single(w => w.User == user);
        Assert.Equal((58.0, DateTimeOffset.FromUnixTimeSeconds(reset)), (window.UsedPercent, window.ResetsAt));
        // A new board, as after a restart, writes old figures down again: the stored ones are judged by the same rule.
        var batch = Reread(user, 54, reset);
        await _host.Services.GetRequiredService<Core.Ingestion.IEventSink>().WriteAsync(batch, Cancel);
        await batch.Committed.WaitAsync(Cancel);
        Assert.Equal(58, (await _host.Services.GetRequiredService<IQuotaSource>().LatestAsync(Cancel)).Single(w => w.User == user).UsedPercent);
    }

    private static Core.Ingestion.EventBatch Reread(string user, int used, long reset)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"session_id":"s","rate_limits":{"five_hour":{"used_percentage":{{used}},"resets_at":{{reset}}} } }""");
        var later = TimeProvider.System.GetUtcNow().AddSeconds(5).ToUnixTimeMilliseconds();
        Assert.True(new StatuslineReader(new StatuslineBoard()).TryRead(body, user, later, out var batch));
        return batch;
    }

    [Fact]
    public void The_board_keeps_the_latest_thousand_sessions()
    {
        var board = new StatuslineBoard();
        for (var i = 0; i < StatuslineBoard.Limit + 10; i++) board.Note(new StatuslineSnapshot { Session = $"s{i}",
            At = DateTimeOffset.UnixEpoch.AddSeconds(i) });
        board.Note(new StatuslineSnapshot { Session = "s10", At = DateTimeOffset.UnixEpoch.AddDays(1) });
        var latest = board.Latest;
        Assert.Equal((StatuslineBoard.Limit, "s10", "s11"), (latest.Count, latest[0].Session, latest[^1].Session));
    }

    /// <summary>Nothing is waited for, so the next answer is asked for until the queue is empty.</summary>
    private async Task PostAsync(string path, string body)
    {
        using var answer = await _host.Program().PostAsync($"/api/claude-code/{path}", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var figures = _host.Services.GetRequiredService<WriterFigures>();
        await Patience.UntilAsync(() => figures.QueueDepth == 0);
    }
}
