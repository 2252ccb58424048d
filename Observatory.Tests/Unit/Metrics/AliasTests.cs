using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Realtime;
using Observatory.Core.Storage.Aliases;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

/// <summary>Merged names, held against the plainest recount there is: the same lines, written by one person from the start.</summary>
public sealed class AliasTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 7, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, IncludeFields = true };

    private static readonly MetricsQuery s_query = new()
    {
        Range = new TimeRange(s_now.AddDays(-3).AddMinutes(-4).ToUnixTimeMilliseconds(), s_now.AddMinutes(3).ToUnixTimeMilliseconds()),
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu"),
    };

    /// <summary>Three names; two of them work in turn in one sitting, and share an hour, a day and a project.</summary>
    private static IEnumerable<(string Owner, SessionLine[] Lines)> Work()
    {
        foreach (var (owner, seed) in new[] { ("ann", 1), ("ann@corp.example", 2), ("ben", 3) })
        {
            var random = new Random(seed);
            var lines = new List<SessionLine>();
            for (var session = 0; session < 4; session++)
            {
                var id = $"{owner}-{session}";
                var at = s_now.AddHours(-session * 17).AddMinutes(-seed * 9);
                for (var n = 0; n < 5; n++, at = at.AddMinutes(random.Next(1, 20)))
                {
                    lines.Add(new SessionLine(id, Line(id, at, "user", new { role = "user", content = $"Do {n}" }, random)));
                    lines.Add(new SessionLine(id, Line(id, at.AddSeconds(9), "assistant", new
                    {
                        id = $"msg_{id}_{n}", role = "assistant", model = n % 2 == 0 ? "claude-opus-4-8" : "claude-sonnet-5",
                            usage = new { input_tokens = random.Next(1, 900), output_tokens = random.Next(1, 900) },
                        content = new[] { new { type = "tool_use", id = $"toolu_{id}_{n}", name = "Bash", input = new { command = "ls" } } },
                    }, random)));
                }
            }
            yield return (owner, [.. lines]);
        }
    }

    private static object Line(string session, DateTimeOffset at, string type, object message, Random random) => new
    {
        type, uuid = new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, (byte)random.Next(256)),
            timestamp = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        cwd = "/src/app", sessionId = session, version = "2.1.330", isSidechain = false, message,
    };

    private static async Task<CoreHost> WithAsync(Func<string, string> owner)
    {
        var core = await CoreHost.StartAsync(new FixedClock(s_now));
        foreach (var (name, lines) in Work()) await core.WriteAsync(LineBatches.Of(lines, owner(name)));
        return core;
    }

    [Fact]
    public async Task A_name_that_is_merged_already_can_be_merged_into_another()
    {
        await using var core = await WithAsync(owner => owner);
        var aliases = core.Services.GetRequiredService<IAliases>();
        var cancel = TestContext.Current.CancellationToken;
        Assert.Null(await aliases.MergeAsync("ann@corp.example", "ben", cancel));
        Assert.Null(await aliases.MergeAsync("ann@corp.example", "ann", cancel));
        Assert.Equal("ann", Assert.Single(await aliases.ListAsync(cancel)).ShownAs);
    }

    private static async Task<string> AnswersAsync(CoreHost core)
    {
        var metrics = core.Services.GetRequiredService<IMetricsCalculator>();
        var cancel = TestContext.Current.CancellationToken;
        var only = s_query with { Filter = MetricsFilter.None with { Users = ["ann"] } };
        var answers = new object?[]
        {
            await metrics.GetUsersAsync(s_query, cancel), await metrics.GetUserAsync("ann", s_query, cancel),
                await metrics.GetDashboardAsync(s_query, cancel), await metrics.GetDashboardAsync(only, cancel),
            await metrics.GetSystemAsync(s_query, cancel), await metrics.GetConversationsAsync(new ConversationListQuery { Metrics = only, Sort = "userId" },
                cancel),
            await metrics.GetConversationsAsync(new ConversationListQuery { Metrics = s_query, Sort = "-userId" }, cancel),
                await metrics.GetConversationAsync("ann@corp.example-1", cancel),
            await metrics.GetFilterChoicesAsync(cancel), await metrics.GetToolsAsync(only, cancel), await metrics.GetProjectsAsync(only, cancel),
                await metrics.GetModelsAsync(only, cancel),
            (await core.Services.GetRequiredService<ILiveFigures>().GetLiveAsync(only.Filter, cancel)) with { LatencyMs = null },
        };
        return JsonSerializer.Serialize(answers, s_json);
    }

    [Fact]
    public async Task AMergeGivesTheFiguresOfOnePerson_AndCanBeTakenBack()
    {
        await using var merged = await WithAsync(n => n);
        await using var plain = await WithAsync(n => n == "ben" ? n : "ann");
        var before = await AnswersAsync(merged);
        var aliases = merged.Services.GetRequiredService<IAliases>();
        var version = merged.Services.GetRequiredService<IMetricsCalculator>().Version;
        Assert.Null(await aliases.MergeAsync("ann@corp.example", "ann", TestContext.Current.CancellationToken));
        Assert.NotEqual(version, merged.Services.GetRequiredService<IMetricsCalculator>().Version);
        var (expected, found) = (await AnswersAsync(plain), await AnswersAsync(merged));
        Assert.NotEqual(before, found);
        Assert.Equal(expected, found);
        Assert.True(await aliases.UndoAsync("ann@corp.example", TestContext.Current.CancellationToken));
        Assert.Equal(before, await AnswersAsync(merged));
    }

    [Fact]
    public async Task TheOldNameLeadsToTheNewOne()
    {
        await using var core = await WithAsync(n => n);
        var cancel = TestContext.Current.CancellationToken;
        var metrics = core.Services.GetRequiredService<IMetricsCalculator>();
        await core.Services.GetRequiredService<IAliases>().MergeAsync("ann@corp.example", "ann", cancel);
        Assert.Equal("ann", (await metrics.GetUserAsync("ann@corp.example", s_query, cancel))!.UserId);
        var by = async (string user) => (await metrics.GetDashboardAsync(s_query with { Filter = MetricsFilter.None with { Users = [user] } }, cancel))
            .Overview;
        Assert.Equal(await by("ann"), await by("ann@corp.example"));
        Assert.Equal(1, (await by("ann")).ActiveUsers);
        Assert.Equal(["ann", "ben"], (await metrics.GetFilterChoicesAsync(cancel)).Users);
    }

    [Fact]
    public async Task ChainsHold_CirclesAreRefused_AndItIsStored()
    {
        using var data = new TempFolder();
        var cancel = TestContext.Current.CancellationToken;
        await using (var core = await CoreHost.StartAsync(new FixedClock(s_now), data.Path))
        {
            foreach (var (name, lines) in Work()) await core.WriteAsync(LineBatches.Of(lines, name));
            var aliases = core.Services.GetRequiredService<IAliases>();
            Assert.Null(await aliases.MergeAsync("ann@corp.example", "ann", cancel));
            Assert.Null(await aliases.MergeAsync("ann", "ben", cancel));
            Assert.Equal(["ann → ben", "ann@corp.example → ben"], (await aliases.ListAsync(cancel)).Select(a => $"{a.Name} → {a.ShownAs}"));
            Assert.NotNull(await aliases.MergeAsync("ben", "ann@corp.example", cancel));
            Assert.NotNull(await aliases.MergeAsync("ann", "ann", cancel));
            Assert.NotNull(await aliases.MergeAsync("nobody", "ann", cancel));
            Assert.NotNull(await aliases.MergeAsync("ann", "nobody", cancel));
            Assert.False(await aliases.UndoAsync("ben", cancel));
        }
        await using var again = await CoreHost.StartAsync(new FixedClock(s_now), data.Path);
        Assert.Equal("ben", Assert.Single(await again.Services.GetRequiredService<IMetricsCalculator>().GetUsersAsync(s_query, cancel)).UserId);
    }

    [Fact]
    public async Task OpenPagesHearOfIt()
    {
        await using var core = await WithAsync(n => n);
        using var heard = core.Services.GetRequiredService<AnalyticsBroadcaster>().Subscribe();
        await core.Services.GetRequiredService<IAliases>().MergeAsync("ann@corp.example", "ann", TestContext.Current.CancellationToken);
        // What was imported before may be told after it: pages hear on a lane of their own.
        var told = new HashSet<string>();
        while (!told.Contains("ann@corp.example-0"))
        {
            var notice = await heard.NextAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Usual);
            told.UnionWith(notice!.Conversations);
        }
    }
}
