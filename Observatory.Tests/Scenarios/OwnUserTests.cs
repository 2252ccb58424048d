using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>A message or call counts for the user that its own event names, else for the conversation's; a conversation shows the first.</summary>
public sealed class OwnUserTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 3, 9, 0, 0, TimeSpan.Zero);

    private sealed record Sent(string Id, string Type, int Minute, string? User, string Session = "shared");

    /// <summary>Everything that a range answers by user, against a count over the events that were sent.</summary>
    [Fact]
    public async Task Events_of_one_conversation_count_for_the_users_that_they_name()
    {
        var cancel = TestContext.Current.CancellationToken;
        var random = new Random(7);
        string?[] users = ["ada", "bob", "cyd", null];
        var sent = Enumerable.Range(0, 60).Select(i =>
            new Sent($"e{i}", i % 3 == 0 ? "token_usage" : "message_sent", i * 7, users[random.Next(4)], i % 5 == 0 ? "other" : "shared")).ToArray();
        string? image = null;
        for (var round = 0; round < 4; round++)
        {
            await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(1)));
            foreach (var part in sent.Chunk(random.Next(1, 61))) await SendAsync(core, part);
            var first = sent.GroupBy(s => s.Session).ToDictionary(g => g.Key, g => g.Where(s => s.User is not null).MinBy(s => s.Minute)!.User!);
            var query = Compare.Query(s_start, s_start.AddHours(12));
            var expected = sent.GroupBy(s => s.User ?? first[s.Session]).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => (g.Key, g.Count(s => s.Type == "message_sent"), g.Count(s => s.Type == "token_usage") * 10L)).ToList();
            Assert.Equal(expected, (await core.Metrics.GetUsersAsync(query, cancel)).OrderBy(u => u.UserId, StringComparer.Ordinal)
                .Select(u => (u.UserId, (int)u.TotalMessages, u.TotalTokensUsed)));
            foreach (var (user, messages, tokens) in expected)
            {
                var own = query with { Filter = query.Filter with { Users = [user] } };
                var dashboard = await core.Metrics.GetDashboardAsync(own, cancel);
                Assert.Equal((messages, tokens, 1), ((int)dashboard.Overview.TotalMessages, dashboard.Overview.TotalTokens,
                    (int)dashboard.Overview.ActiveUsers));
                Assert.Equal(tokens, (await core.Metrics.GetUserAsync(user, query, cancel))!.TotalTokensUsed);
                var listed = (await core.Metrics.GetConversationsAsync(new ConversationListQuery { Metrics = own, Limit = 10 }, cancel)).Items;
                Assert.Equal(
                    sent.Where(s => s.Type == "message_sent" && (s.User ?? first[s.Session]) == user).Select(s => s.Session).Distinct()
                        .Order(StringComparer.Ordinal),
                    listed.Select(c => c.Id).Order(StringComparer.Ordinal));
                Assert.All(listed, c => Assert.Equal(first[c.Id], c.UserId));
                Assert.Equal(Sitting(sent, s => (s.User ?? first[s.Session]) == user),
                    (await core.Metrics.GetUserAsync(user, query, cancel))!.AverageSessionDuration, 6);
            }
            Assert.Equal(3, (await core.Metrics.GetDashboardAsync(query, cancel)).Overview.ActiveUsers);
            Assert.Equal(0, (await core.RecountAsync(cancel)).Differences);
            var now = await FigureImage.OfAsync(core, s_start, s_start.AddDays(1));
            Assert.Equal(image ??= now, now);
            random.Shuffle(sent);
        }
    }

    [Fact]
    public async Task What_was_told_before_anybody_was_named_is_the_conversations_users()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(1)));
        await SendAsync(core, [new Sent("e1", "message_sent", 1, null)]);
        Assert.Empty(await UsersAsync(core));
        await SendAsync(core, [new Sent("e2", "message_sent", 2, "ada"), new Sent("e3", "message_sent", 3, "bob")]);
        Assert.Equal([("ada", 2), ("bob", 1)], await UsersAsync(core));
        // A word of an earlier moment: what names nobody goes to that user, what names one stays.
        await SendAsync(core, [new Sent("e0", "message_sent", 0, "zed")]);
        Assert.Equal([("zed", 2), ("ada", 1), ("bob", 1)], await UsersAsync(core));
    }

    [Fact]
    public async Task Records_of_one_session_count_for_the_users_that_they_name()
    {
        (string Name, string? Value)[][] named = [[("user.email", "ada@x.io")], [("user.email", "bob@x.io")], [("user.id", "1f2e")], []];
        for (var turn = 0; turn < named.Length; turn++)
        {
            await using var core = await CaseCore.StartAsync();
            foreach (var (user, place) in named.Select((n, i) => (n, i)).Skip(turn).Concat(named.Select((n, i) => (n, i)).Take(turn)))
            {
                await core.SendLogsAsync(Logs([("event.name", "user_prompt"), ("session.id", "s"), ("event.sequence", $"{place}"),
                    ("prompt.id", $"p{place}"), .. user], place));
                await core.SendLogsAsync(Logs([("event.name", "api_request"), ("session.id", "s"), ("event.sequence", $"1{place}"),
                    ("request_id", $"r{place}"), ("model", "claude-opus-5-5"), ("input_tokens", "10"), .. user], place));
            }
            var users = await core.Core.Metrics.GetUsersAsync(Compare.Query(s_start, s_start.AddHours(12)), TestContext.Current.CancellationToken);
            // An installation's random id is no person's name where a person is known; a record that names nobody is the conversation's.
            Assert.Equal([("ada@x.io", 6, 30), ("bob@x.io", 2, 10)], users.Select(u => (u.UserId, (int)u.TotalMessages, (int)u.TotalTokensUsed)));
            Assert.Equal(0, (await core.Core.RecountAsync(TestContext.Current.CancellationToken)).Differences);
        }
    }

    [Fact]
    public async Task Installations_of_one_session_are_told_apart_where_nobody_better_is_known()
    {
        await using var core = await CaseCore.StartAsync();
        for (var i = 0; i < 3; i++) await core.SendLogsAsync(Logs([("event.name", "user_prompt"), ("session.id", "s"), ("event.sequence", $"{i}"),
            ("prompt.id", $"p{i}"), ("user.id", $"id{i}")], i));
        Assert.Equal([("id0", 1), ("id1", 1), ("id2", 1)], await UsersAsync(core.Core));
    }

    [Fact]
    public async Task Hooks_count_for_the_users_that_send_them()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(1)));
        foreach (var (user, minute) in new[] { ("bob", 2), ("ada", 1), ("bob", 3) })
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new { session_id = "s", hook_event_name = "UserPromptSubmit", prompt = $"do {minute}", cwd = "/a" });
            await core.WriteAsync(Core.Ingestion.Hooks.HookReader.Read(body, user, s_start.AddMinutes(minute).ToUnixTimeMilliseconds())!);
        }
        Assert.Equal([("bob", 2), ("ada", 1)], await UsersAsync(core));
        Assert.Equal("ada", (await core.Metrics.GetConversationAsync("s", TestContext.Current.CancellationToken))!.UserId);
    }

    private static async Task<IEnumerable<(string, int)>> UsersAsync(CoreHost core) =>
        (await core.Metrics.GetUsersAsync(Compare.Query(s_start, s_start.AddHours(12)))).Select(u => (u.UserId, (int)u.TotalMessages));

    private static async Task SendAsync(CoreHost core, IEnumerable<Sent> events)
    {
        var batch = new EventBatch { Source = EventSource.Api };
        var body = JsonSerializer.SerializeToUtf8Bytes(events.Select(e => new
        {
            id = e.Id, type = e.Type, timestamp = s_start.AddMinutes(e.Minute).ToString("O"), conversationId = e.Session, userId = e.User,
            data = e.Type == "message_sent" ? (object)new { messageId = e.Id, role = "user", messageLength = 5 }
                : new { inputTokens = 10, model = "claude-opus-5-5" },
        }));
        new Core.Ingestion.EventsApi.EventReader().Read(body, false, batch, s_start.AddDays(1).ToUnixTimeMilliseconds());
        Assert.Empty(batch.DeadLetters);
        await core.WriteAsync(batch);
    }

    private static byte[] Logs((string Name, string? Value)[] attributes, int minute) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
    {
        resourceLogs = new[]
        {
            new
            {
                resource = new { attributes = new[] { new { key = "service.name", value = new { stringValue = "claude-code" } } } },
                scopeLogs = new[]
                {
                    new
                    {
                        scope = new { name = "com.anthropic.claude_code.events" },
                        logRecords = new[]
                        {
                            new
                            {
                                timeUnixNano = $"{s_start.AddMinutes(minute).ToUnixTimeMilliseconds()}000000",
                                    body = new { stringValue = "claude_code." + attributes[0].Value },
                                attributes = attributes.Select(a => new { key = a.Name, value = new { stringValue = a.Value } }),
                            },
                        },
                    },
                },
            },
        },
    }));

    /// <summary>Mean length in seconds of runs of messages without a gap of over half an hour.</summary>
    private static double Sitting(Sent[] sent, Func<Sent, bool> which)
    {
        var minutes = sent.Where(s => s.Type == "message_sent" && which(s)).Select(s => s.Minute).Order().ToList();
        var lengths = new List<double>();
        for (var i = 0; i < minutes.Count; i++)
        {
            var from = minutes[i];
            while (i + 1 < minutes.Count && minutes[i + 1] - minutes[i] <= 30) i++;
            lengths.Add((minutes[i] - from) * 60.0);
        }
        return lengths.Average();
    }
}
