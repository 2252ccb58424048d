using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics.Kept;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

public sealed class KeptFiguresTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static OtherEvent Event(string id, string type, int minute, string session = "s1") => new()
    {
        Key = EventKey.Of(KeySpace.Event, id), At = s_now.AddMinutes(minute).ToUnixTimeMilliseconds(), Conversation = session, Type = type,
            Data = $$"""{"n":"{{id}}"}""",
    };

    [Fact]
    public async Task TypesAndTheLastOnes_GrowWithWhatComes()
    {
        await using var core = await CoreHost.StartAsync(new FixedClock(s_now));
        var kept = core.Services.GetRequiredService<IKeptFigures>();
        var cancel = TestContext.Current.CancellationToken;
        Assert.Empty(await kept.GetTypesAsync(cancel));
        Assert.Empty(await kept.GetLastAsync("nothing", 5, cancel));

        var first = new EventBatch { Source = EventSource.Hook, User = "ann" };
        first.Events.AddRange([Event("a", "Stop", 1), Event("b", "Stop", 3), Event("c", "Notification", 2)]);
        await core.WriteAsync(first);
        Assert.Equal([("Stop", 2L), ("Notification", 1L)], (await kept.GetTypesAsync(cancel)).Select(t => (t.Type, t.Count)));

        var second = new EventBatch { Source = EventSource.Hook, User = "ann" };
        second.Events.AddRange([Event("d", "Notification", -5), Event("e", "Notification", 9), Event("a", "Stop", 1)]);
        await core.WriteAsync(second);
        var types = await kept.GetTypesAsync(cancel);
        Assert.Equal(("Notification", 3L, s_now.AddMinutes(-5), s_now.AddMinutes(9)), (types[0].Type, types[0].Count, types[0].FirstAt, types[0].LastAt));
        Assert.Equal(("Stop", 2L), (types[1].Type, types[1].Count));

        var last = await kept.GetLastAsync("Stop", 1, cancel);
        Assert.Equal(("s1", "ann", "hook", """{"n":"b"}"""), (last[0].Conversation, last[0].UserId, last[0].Source, last[0].Data));
        Assert.Equal("hook", Assert.Single(await kept.GetSourcesAsync(cancel)).Source);
    }

    [Fact]
    public async Task MetricsSayHowManySeriesAndPoints()
    {
        await using var core = await CoreHost.StartAsync(new FixedClock(s_now));
        var batch = new EventBatch { Source = EventSource.Api };
        MetricPoint Point(string metric, string tags, int minute, double value) =>
            new(EventKey.Of(KeySpace.Point, $"{metric}{tags}{minute}"), metric, tags, s_now.AddMinutes(minute).ToUnixTimeMilliseconds(), value);
        batch.Points.AddRange([Point("queue", "{}", 1, 5), Point("queue", """{"host":"a"}""", 2, 7), Point("queue", "{}", 0, 9), Point("heap", "{}", 1, 1.5)]);
        await core.WriteAsync(batch);
        var metrics = await core.Services.GetRequiredService<IKeptFigures>().GetMetricsAsync(TestContext.Current.CancellationToken);
        Assert.Equal([("heap", 1L, 1L, 1.5), ("queue", 2L, 3L, 7.0)], metrics.Select(m => (m.Metric, m.Series, m.Points, m.LastValue!.Value)));
    }
}
