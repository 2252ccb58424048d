using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Entities;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>A clock that was wrong for a while makes nothing of the uptime that was not.</summary>
public sealed class UptimeTests
{
    private const long Minute = 60_000;

    private static readonly FixedClock s_clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    private static long Now => s_clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>From, until the last beat (minutes before now, negative = to come), and what it comes to of the hour before now.</summary>
    public static TheoryData<double[], double> Runs => new()
    {
        { [60, 30, 15, 0], 75 },
        // The clock was a year ahead when the first one ended: nobody knows when.
        { [60, -525_600, 15, 0], 25 },
        // Two that overlap count once, and none goes on beyond the start of the next.
        { [60, 5, 30, 0], 100 },
        // A first start in 1970, when no clock was set, is no first start.
        { [29_000_000, 28_999_990, 30, 0], 100 },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Beats_of_a_wrong_clock_say_nothing(double[] runs, double percent)
    {
        await using var core = await CoreHost.StartAsync(s_clock);
        await using (var db = await core.OpenAsync())
        {
            await db.Runs.ExecuteDeleteAsync(TestContext.Current.CancellationToken);
            for (var i = 0; i < runs.Length; i += 2)
                db.Runs.Add(new RunEntity { StartedAt = Now - (long)(runs[i] * Minute), LastBeatAt = Now - (long)(runs[i + 1] * Minute) });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var query = Compare.Query(s_clock.GetUtcNow().AddHours(-1), s_clock.GetUtcNow());
        var performance = (await core.Metrics.GetDashboardAsync(query, TestContext.Current.CancellationToken)).Performance;
        Assert.Equal(percent, performance.SystemUptime!.Value, 3);
    }
}
