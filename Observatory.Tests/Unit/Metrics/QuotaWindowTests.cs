using Observatory.Core.Metrics.Live;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

public sealed class QuotaWindowTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static QuotaWindow FiveHours(double used, double hoursLeft) => new("ann", QuotaKind.FiveHour, used, s_now.AddHours(hoursLeft), s_now);

    [Fact]
    public void HalfUsedAtHalfTimeGoesEven()
    {
        var window = FiveHours(50, 2.5);
        Assert.Equal((50, 100), (window.PacePercent(s_now)!.Value, window.ForecastPercent!.Value));
        Assert.Null(window.FullAt);
    }

    [Fact]
    public void TwiceThePaceIsFullAtHalfTheWindow()
    {
        var window = FiveHours(60, 3.5);
        Assert.Equal(200, window.ForecastPercent!.Value, 6);
        Assert.Equal(s_now.AddHours(1), window.FullAt!.Value, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void AWindowThatJustBeganSaysNothing() => Assert.Null(FiveHours(3, 4.99).ForecastPercent);

    [Fact]
    public void FullIsFull() => Assert.Equal(s_now, FiveHours(100, 1).FullAt);

    [Fact]
    public void ThePaceEndsAtTheReset() => Assert.Equal(100, FiveHours(10, 1).PacePercent(s_now.AddHours(3))!.Value);

    [Fact]
    public void Without_a_reset_there_is_no_pace_and_it_runs_no_longer_than_its_length()
    {
        var window = new QuotaWindow("ann", QuotaKind.FiveHour, 58, null, s_now);
        Assert.Equal((null, null, null), (window.PacePercent(s_now), window.ForecastPercent, window.FullAt));
        Assert.Equal((true, false), (window.IsRunning(s_now.AddHours(4.9)), window.IsRunning(s_now.AddHours(5))));
    }
}
