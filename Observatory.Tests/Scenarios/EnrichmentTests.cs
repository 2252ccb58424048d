using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Crowds;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>What the step between sources and content filter notes can be grouped and filtered by, as long as rows are there.</summary>
public sealed class EnrichmentTests
{
    private static readonly DateTimeOffset s_day = new(2026, 11, 13, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prompts_are_told_apart_by_what_they_hold()
    {
        await using var core = await WrittenAsync();
        await GroupsAsync(core, "userMessages", Dimensions.HasCode, ("no", 3), ("yes", 1));
        await GroupsAsync(core, "userMessages", Dimensions.Branch, ("main", 2), ("fix", 1), ("", 1));
        await GroupsAsync(core, "messages", Dimensions.Branch, ("main", 3), ("fix", 1), ("", 1));
        await GroupsAsync(core, "userMessages", Dimensions.PromptLength, ("under 100 characters", 2), ("2,000 to 9,999 characters", 1), ("", 1));
        await GroupsAsync(core, "userMessages", Dimensions.ReadingTime, ("under 10 seconds", 2), ("1 to 4 minutes", 1), ("", 1));
        // Friday 23:30 UTC is Saturday in Kathmandu.
        await GroupsAsync(core, "userMessages", Dimensions.DayOfWeek, ("Saturday", 3), ("Friday", 1));
        await GroupsAsync(core, "userMessages", Dimensions.Weekend, ("weekend", 3), ("weekday", 1));
        await GroupsAsync(core, "assistantMessages", Dimensions.ModelFamily, ("opus", 1));
        Assert.Equal(1, await ValueAsync(core, "userMessages", (Dimensions.HasCode, "yes"), (Dimensions.Branch, "fix")));
        Assert.Null(await ValueAsync(core, "userMessages", (Dimensions.HasCode, "yes"), (Dimensions.Branch, "main")));
        // An answer has no code: it is let through by none of its values.
        Assert.Null(await ValueAsync(core, "assistantMessages", (Dimensions.HasCode, "no")));
        // One answer after 40 s; the prompt with code has none.
        Assert.Equal(40, await ValueAsync(core, "averageResponseTime", (Dimensions.HasCode, "no")));
        Assert.Null(await ValueAsync(core, "averageResponseTime", (Dimensions.HasCode, "yes")));
        Assert.InRange((await ValueAsync(core, "p95ResponseTime", (Dimensions.HasCode, "no")))!.Value, 39.5, 40.5);
    }

    [Fact]
    public async Task Groups_add_up_when_rows_of_some_days_are_gone()
    {
        await using var core = await WrittenAsync();
        await core.DeleteAsync(s_day.AddDays(1));
        await GroupsAsync(core, "userMessages", Dimensions.Branch, ("main", 1), ("", 3));
        await GroupsAsync(core, "userMessages", Dimensions.HasCode, ("no", 1), ("", 3));
        Assert.InRange((await ValueAsync(core, "p95ResponseTime"))!.Value, 39.5, 40.5);
    }

    [Fact]
    public async Task Who_sees_groups_of_people_only_sees_none_of_it()
    {
        await using var core = await WrittenAsync();
        var sight = new Sight(null, true, null, 1);
        foreach (var dimension in (string[])
            [Dimensions.Branch, Dimensions.HasCode, Dimensions.PromptLength, Dimensions.HourOfDay, Dimensions.Weekend, Dimensions.ModelFamily])
        {
            var seen = await AskAsync(core, "messages", dimension, sight);
            Assert.All(seen.Groups, g => Assert.Equal(GroupKind.None, g.Kind));
            Assert.DoesNotContain((await AskAsync(core, "messages", null, sight, (dimension, "main"))).Groups, g => g.Totals[0] is not null);
        }
    }

    private static async Task<CoreHost> WrittenAsync()
    {
        var core = await CoreHost.StartAsync(new FakeTimeProvider(s_day.AddDays(3)));
        var batch = new EventBatch { Source = EventSource.Api, User = "ada" };
        batch.Events.AddRange(
        [
            Prompt(1, s_day.AddHours(10), "main", "Do it.", 6), Prompt(2, s_day.AddHours(23.5), "fix", "See\n```\nx\n```", 4_000),
            Prompt(3, s_day.AddHours(23.6), null, null, 0), Prompt(4, s_day.AddDays(1).AddHours(1), "main", "And this.", 9),
            new ResponseEvent
            {
                Key = EventKey.Of(KeySpace.Message, "a"), At = s_day.AddHours(10).AddSeconds(40).ToUnixTimeMilliseconds(), Conversation = "one",
                Branch = "main", Model = "us.anthropic.claude-opus-4-6-v1:0", Usage = new TokenUsage(10, 20, 0, 0, 0),
            },
        ]);
        await core.Services.GetRequiredService<IEventSink>().WriteAsync(batch, Cancel);
        await batch.Committed.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        return core;
    }

    private static PromptEvent Prompt(int n, DateTimeOffset at, string? branch, string? text, int length) => new()
    {
        Key = EventKey.Of(KeySpace.Line, $"p{n}"), At = at.ToUnixTimeMilliseconds(), Conversation = "one", Branch = branch, Text = text, Length = length,
    };

    private static async Task GroupsAsync(CoreHost core, string metric, string by, params (string Name, double Value)[] expected)
    {
        var answer = await AskAsync(core, metric, by, null);
        Assert.Equal(expected, answer.Groups.Select(g => (g.Name ?? "", g.Totals[0]!.Value)));
    }

    private static async Task<double?> ValueAsync(CoreHost core, string metric, params (string Dimension, string Value)[] tags) =>
        (await AskAsync(core, metric, null, null, tags)).Value(0);

    private static async Task<MetricAnswer> AskAsync(
        CoreHost core, string metric, string? by, Sight? sight, params (string Dimension, string Value)[] tags)
    {
        var request = new MetricRequest
        {
            Metrics = [metric], Range = new TimeRange(s_day.AddHours(-3), s_day.AddDays(2)), Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu"),
            GroupBy = by, Filter = MetricsFilter.None with { Sight = sight },
            Tags = tags.ToDictionary(t => t.Dimension, t => (IReadOnlyList<string>)[t.Value]),
        };
        return (await core.Services.GetRequiredService<IMetricQueries>().AskAsync([request], Cancel))[0];
    }
}
