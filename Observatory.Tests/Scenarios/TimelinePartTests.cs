using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>The parts of a timeline, put together, are the whole: each turn once, each step once, in order.</summary>
public sealed class TimelinePartTests(FixtureCore fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2)]
    [InlineData(25)]
    [InlineData(1_000)]
    public async Task Parts_put_together_are_the_whole(int limit)
    {
        var core = await fixture.Core;
        // Each small part is an answer of its own: of few conversations.
        foreach (var naive in fixture.Naive.Conversations.Where((_, i) => limit > 100 || i % 9 == 0))
        {
            var whole = await core.Metrics.GetTimelineAsync(naive.Id, Cancel);
            Assert.Equal(JsonSerializer.Serialize(whole), JsonSerializer.Serialize(await JoinAsync(core, naive.Id, limit)));
        }
        Assert.Null(await core.Metrics.GetTimelinePartAsync("none", default, limit, Cancel));
    }

    [Fact]
    public async Task Prompts_of_one_instant_and_what_stands_before_the_first_stay_whole()
    {
        var start = new DateTimeOffset(2026, 11, 10, 0, 0, 0, TimeSpan.Zero);
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(start.AddDays(1)));
        var batch = new EventBatch { Source = EventSource.Transcript, User = "ann" };
        var random = new Random(3);
        for (var n = 0; n < 400; n++)
        {
            // Few instants, so that many meet; the first holds answers alone.
            var at = start.AddMinutes(random.Next(n < 20 ? 1 : 40)).ToUnixTimeMilliseconds();
            var key = EventKey.Of(KeySpace.Message, $"{n}");
            if (n >= 20 && n % 3 == 0) batch.Events.Add(new PromptEvent { Key = key, At = at + 60_000, Conversation = "c", Text = $"prompt {n}", Length = 9 });
            else batch.Events.Add(new ResponseEvent { Key = key, At = at, Conversation = "c", Model = "m", Usage = new TokenUsage(0, n, 0, 0, 0) });
        }
        await core.WriteAsync(batch);
        var whole = JsonSerializer.Serialize(await core.Metrics.GetTimelineAsync("c", Cancel));
        foreach (var limit in (int[])[1, 2, 5, 33, 500]) Assert.Equal(whole, JsonSerializer.Serialize(await JoinAsync(core, "c", limit)));
    }

    private static async Task<ConversationTimeline> JoinAsync(CoreHost core, string id, int limit)
    {
        var turns = new List<Turn>();
        for (TimelinePlace? at = default(TimelinePlace); at is { } from;)
        {
            var part = await core.Metrics.GetTimelinePartAsync(id, from, limit, Cancel);
            var told = part!.Timeline.Turns;
            Assert.True(part.Next is null || told.Count > 0);
            // More only where one step of the main chain is more.
            var entries = told.Sum(t => 1 + t.Steps.Sum(Entries));
            Assert.True(entries <= limit || told.Sum(t => t.Steps.Count) <= 1 || entries - Entries(told[^1].Steps[^1]) < limit, $"{entries} of {limit}");
            foreach (var turn in told)
            {
                if (turns.Count > 0 && turns[^1].Number == turn.Number) turns[^1] = turn with { Steps = [.. turns[^1].Steps, .. turn.Steps] };
                else turns.Add(turn);
            }
            at = part.Next;
        }
        return new ConversationTimeline { Id = id, Turns = turns };
    }

    private static int Entries(Step step) => 1 + step.Children.Sum(Entries);
}
