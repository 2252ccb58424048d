using Microsoft.Extensions.Time.Testing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>Who owns a line that the files of several sessions hold: each step of the rule, ties, and a file that comes later.</summary>
public sealed class OwnerRuleTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 3, 9, 0, 0, TimeSpan.Zero);

    private static SessionLine Prompt(string session, string uuid, int minute) =>
        new(session, new { type = "user", uuid, timestamp = Time(minute), cwd = "/a", message = new { content = "hello " + uuid } });

    private static SessionLine Answer(string session, string id, int minute, string? reference = null, string? request = null, bool side = false,
        int output = 10) => new(session, new
    {
        type = "assistant", uuid = $"{id}-{minute}", timestamp = Time(minute), cwd = "/a", requestRef = reference, requestId = request, isSidechain = side,
        message = new { id, model = "claude-opus-5-5", usage = new { input_tokens = 1, output_tokens = output }, content = Array.Empty<object>() },
    });

    private static SessionLine Queue(string session, int minute) =>
        new(session, new { type = "queue-operation", operation = "enqueue", timestamp = Time(minute) });

    private static SessionLine Request(string session, string id) => new(session, new { type = "api-request", id, timestamp = Time(0) });

    private static SessionLine Leaf(string session, string uuid) => new(session, new { type = "last-prompt", leafUuid = uuid });

    private static string Time(int minute) => s_start.AddMinutes(minute)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Name, lines in order of arrival, owner of the answer <c>m</c>.</summary>
    public static TheoryData<string, string> Cases => new()
    {
        { "request", "b" }, { "request of neither", "a" }, { "queue operation", "b" }, { "request before queue operation", "a" }, { "leaf", "b" },
        { "leaf too early", "a" }, { "leaf within the block", "b" }, { "queue operation before leaf", "a" }, { "fewest copied lines", "b" },
            { "smaller id", "a" }, { "several qualify", "b" },
    };

    private static SessionLine[] Lines(string name) => name switch
    {
        "request" => [Answer("a", "m", 5, "r"), Answer("b", "m", 5, "r"), Request("b", "r")],
        "request of neither" => [Answer("a", "m", 5, "r"), Answer("b", "m", 5, "r"), Request("c", "r")],
        "queue operation" => [Queue("a", 6), Queue("b", 5), Answer("a", "m", 5), Answer("b", "m", 5)],
        "request before queue operation" => [Queue("b", 1), Answer("a", "m", 5, "r"), Answer("b", "m", 5, "r"), Request("a", "r")],
        "leaf" => [Answer("a", "m", 5), Answer("b", "m", 5), Prompt("a", "p", 7), Prompt("b", "p", 7), Leaf("b", "p")],
        "leaf too early" => [Prompt("c", "p", 3), Prompt("b", "p", 3), Answer("a", "m", 5), Answer("b", "m", 5), Leaf("b", "p")],
        "leaf within the block" => [Prompt("a", "p", 3), Prompt("b", "p", 3), Answer("a", "m", 5), Answer("b", "m", 5), Leaf("b", "p")],
        "queue operation before leaf" => [Queue("a", 2), Answer("a", "m", 5), Answer("b", "m", 5), Leaf("b", "m-5")],
        "fewest copied lines" => [Answer("a", "m", 5), Answer("b", "m", 5), Prompt("a", "p", 1), Prompt("c", "p", 1)],
        "smaller id" => [Answer("b", "m", 5), Answer("a", "m", 5)],
        "several qualify" => [Queue("a", 1), Queue("b", 1), Answer("a", "m", 5), Answer("b", "m", 5), Prompt("a", "p", 1), Prompt("c", "p", 1)],
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_step_decides_whatever_comes_first(string name, string owner)
    {
        var lines = Lines(name);
        Assert.Equal(owner, Assert.Single(LineBatches.Recount(lines).Responses).Conversation);
        foreach (var order in new[] { lines, [.. lines.Reverse()] })
        {
            await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(1)));
            foreach (var line in order) await core.WriteAsync(LineBatches.Of([line]));
            Assert.Equal(1, (await core.Metrics.GetConversationAsync(owner, TestContext.Current.CancellationToken))?.AssistantMessages);
            foreach (var other in new[] { "a", "b" }.Where(s => s != owner))
            {
                Assert.Equal(0, (await core.Metrics.GetConversationAsync(other, TestContext.Current.CancellationToken))?.AssistantMessages ?? 0);
            }
        }
    }

    [Fact]
    public async Task A_later_file_takes_a_message_with_its_rollups_to_its_owner()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(1)));
        // Two owners of roots: the move takes the message to another user too.
        await core.WriteAsync(LineBatches.Of([Prompt("fork", "p", 0), Answer("fork", "m", 1), Queue("fork", 30), Prompt("fork", "own", 31)], "bob"));
        var query = Compare.Query(s_start, s_start.AddHours(1));
        Assert.Equal(["bob"], (await core.Metrics.GetUsersAsync(query, cancel)).Select(u => u.UserId));
        Assert.Equal(3, (await core.Metrics.GetConversationAsync("fork", cancel))!.MessageCount);

        await core.WriteAsync(LineBatches.Of([Queue("origin", 0), Prompt("origin", "p", 0), Answer("origin", "m", 1, output: 40)], "ada"));
        var (origin, fork) = (await core.Metrics.GetConversationAsync("origin", cancel), await core.Metrics.GetConversationAsync("fork", cancel));
        Assert.Equal((2, 41, 60.0, "ada", null), (origin!.MessageCount, origin.TotalTokens, origin.AverageResponseTime, origin.UserId, origin.ParentId));
        Assert.Equal((1, 0, null, "bob", "origin"), (fork!.MessageCount, fork.TotalTokens, fork.AverageResponseTime, fork.UserId, fork.ParentId));
        var users = await core.Metrics.GetUsersAsync(query, cancel);
        Assert.Equal([("ada", 2, 41), ("bob", 1, 0)], users.Select(u => (u.UserId, u.TotalMessages, u.TotalTokensUsed)));
        var result = await core.RecountAsync(cancel);
        Assert.Equal(0, result.Differences);
        Assert.True(result.Compared > 0);
    }

    [Fact]
    public async Task A_tool_call_is_judged_by_its_own_time_not_by_that_of_its_result()
    {
        // The queue operation of b lies between call and result: b began too late to have made the call.
        static SessionLine Call(string session) => new(session, new
        {
            type = "assistant", uuid = "u1", timestamp = Time(5),
                message = new { id = "m", model = "claude-opus-5-5", content = new[] { new { type = "tool_use", id = "t", name = "Bash", input = new { } } } },
        });
        static SessionLine Result(string session) => new(session, new
        {
            type = "user", uuid = "u2", timestamp = Time(20),
                message = new { content = new[] { new { type = "tool_result", tool_use_id = "t", content = "x" } } },
        });
        SessionLine[] lines = [Result("b"), Result("c"), Queue("b", 10), Queue("c", 3), Call("c"), Call("b")];
        for (var turn = 0; turn < lines.Length; turn++)
        {
            await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(1)));
            foreach (var line in lines.Skip(turn).Concat(lines.Take(turn))) await core.WriteAsync(LineBatches.Of([line]));
            Assert.Equal(1, (await core.Metrics.GetConversationAsync("c", TestContext.Current.CancellationToken))?.ToolCalls);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_side_chains_request_never_splits_a_response(int turn)
    {
        SessionLine[] lines = [Answer("a", "m", 3, request: "side", side: true), Answer("a", "m", 1), Answer("a", "m", 2, request: "main")];
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(1)));
        foreach (var line in lines.Skip(turn).Concat(lines.Take(turn))) await core.WriteAsync(LineBatches.Of([line]));
        Assert.Equal((1, 11), (await core.Metrics.GetConversationAsync("a", TestContext.Current.CancellationToken)) is { } row
            ? (row.AssistantMessages, row.TotalTokens) : default);
    }

    [Fact]
    public async Task Two_requests_on_the_main_chain_are_two_responses()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(1)));
        await core.WriteAsync(LineBatches.Of([Answer("a", "m", 1, request: "one"), Answer("a", "m", 2, request: "two"), Answer("b", "m", 2, request: "two")]));
        Assert.Equal((2, 22), (await core.Metrics.GetConversationAsync("a", TestContext.Current.CancellationToken)) is { } row
            ? (row.AssistantMessages, row.TotalTokens) : default);
    }

    [Fact]
    public async Task Texts_that_differ_in_half_a_character_do_not_stop_the_writer()
    {
        // Lone surrogates are legal JSON; on disk both become U+FFFD, and names are unique there.
        static SessionLine In(string folder, string uuid) =>
            new("a", $$"""{"type":"user","uuid":"{{uuid}}","timestamp":"{{Time(1)}}","cwd":"/x/{{folder}}","message":{"content":"{{folder}} \u0000 text"} }""");
        var data = new TempFolder();
        using (data)
        {
            for (var start = 0; start < 2; start++)
            {
                await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_start.AddDays(1)), data.Path);
                await core.WriteAsync(LineBatches.Of([In("\\ud800", $"p1{start}"), In("\\udc01\\ud801", $"p2{start}"), In("\\ud800\\u0000", $"p3{start}"),
                    In("\\ud83d\\ude00", $"p4{start}")]));
                var projects = await core.Metrics.GetProjectsAsync(Compare.Query(s_start, s_start.AddHours(1)), TestContext.Current.CancellationToken);
                Assert.Equal(["/x/\U0001F600", "/x/\uFFFD", "/x/\uFFFD\uFFFD"], projects.Select(p => p.Path).Order(StringComparer.Ordinal));
            }
        }
    }
}
