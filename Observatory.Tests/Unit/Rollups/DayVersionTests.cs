using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Rollups;

/// <summary>Readers keep what they read of a day as long as its version stays: whatever changes an answer must raise it.</summary>
public sealed class DayVersionTests
{
    // Five minutes after the quarter of an hour.
    private static readonly DateTimeOffset s_at = new(2026, 11, 10, 10, 5, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-60)]
    [InlineData(-1)]
    [InlineData(-299)]
    public async Task An_instant_that_moves_inside_its_quarter_raises_it(int seconds)
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_at.AddDays(1)));
        await core.WriteAsync(Answer(s_at));
        var before = await VersionAsync(core);
        Assert.Equal(0, await CountAsync(core, s_at.AddSeconds(seconds), s_at));
        await core.WriteAsync(Answer(s_at.AddSeconds(seconds)));
        Assert.True(await VersionAsync(core) > before);
        // And the answer is another one: the range ends inside the quarter.
        Assert.Equal(1, await CountAsync(core, s_at.AddSeconds(seconds), s_at));
    }

    [Fact]
    public async Task What_changes_nothing_leaves_it()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_at.AddDays(1)));
        await core.WriteAsync(Answer(s_at));
        var before = await VersionAsync(core);
        await core.WriteAsync(Answer(s_at.AddDays(-1), "another"));
        Assert.Equal(before, await VersionAsync(core));
    }

    private static async Task<long> VersionAsync(CoreHost core)
    {
        await using var db = await core.OpenAsync();
        var day = (int)(s_at.ToUnixTimeMilliseconds() / 86_400_000);
        return (await db.Days.SingleAsync(d => d.Day == day)).Version;
    }

    private static async Task<long> CountAsync(CoreHost core, DateTimeOffset start, DateTimeOffset end) =>
        (await core.Metrics.GetDashboardAsync(Compare.Query(start, end))).Overview.AssistantMessages;

    private static EventBatch Answer(DateTimeOffset at, string id = "m")
    {
        var batch = new EventBatch { Source = EventSource.Transcript, User = "ann" };
        batch.Events.Add(new ResponseEvent
        {
            Key = EventKey.Of(KeySpace.Message, id), At = at.ToUnixTimeMilliseconds(), Conversation = "s", Model = "claude-opus-5",
            Usage = new TokenUsage(1, 2, 0, 0, 0),
        });
        return batch;
    }
}
