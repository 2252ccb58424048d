using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Rollups;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Rollups;

public sealed class NightlyRecountTests
{
    private static readonly TimeRange s_all = new(Fixture.Start.ToUnixTimeMilliseconds(), Fixture.End.ToUnixTimeMilliseconds());

    [Fact]
    public async Task Rollups_equal_the_raw_rows_and_one_that_does_not_is_seen()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var core = await CoreHost.ImportAsync(new FakeTimeProvider(Fixture.End), (Fixture.Root, Fixture.Owner));
        var recount = (NightlyRecount)core.Recount;
        var day = DateOnly.FromDateTime(Fixture.Start.UtcDateTime);
        var whole = await recount.RunAsync(day, s_all, cancel);
        Assert.True(whole.Compared > 100);
        Assert.Equal(0, whole.Differences);

        await using var db = await core.OpenAsync();
        var hour = await db.Hours.OrderByDescending(h => h.Output).FirstAsync(cancel);
        await db.Hours.Where(h => h.Bucket == hour.Bucket && h.ModelId == hour.ModelId && h.ProjectId == hour.ProjectId).ExecuteUpdateAsync(h => h.SetProperty(x => x.Output, x => x.Output + 1), cancel);
        Assert.Equal(1, (await recount.RunAsync(day, s_all, cancel)).Differences);
    }

    [Fact]
    public async Task Yesterday_is_counted_in_the_machines_zone_and_noted()
    {
        var clock = new FakeTimeProvider(Fixture.End);
        clock.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu"));
        await using var core = await CoreHost.StartAsync(clock);
        var result = await core.Recount.RunAsync(TestContext.Current.CancellationToken);
        // The fixtures end at midnight UTC, which is a quarter to six of the next morning there.
        Assert.Equal(new DateOnly(2026, 11, 22), result.Day);
        await using var db = await core.OpenAsync();
        var noted = await db.Recounts.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal((result.Day.DayNumber - new DateOnly(1970, 1, 1).DayNumber, result.Compared, result.Differences), (noted.Day, noted.Compared, noted.Differences));
    }
}
