using MathNet.Numerics.Distributions;
using Observatory.Core.Statistics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Statistics;

public sealed class SeasonalityTests
{
    [Theory]
    [InlineData(true, 14 * 24)]
    [InlineData(true, 21 * 24)]
    [InlineData(false, 28)]
    [InlineData(false, 90)]
    public void White_noise_has_none(bool hourly, int buckets)
    {
        var random = new Random(buckets);
        const int Series = 200;
        var quiet = Enumerable.Range(0, Series).Count(_ => Find(Noise(random, buckets), hourly).Count == 0);
        Assert.InRange(quiet, Series * 0.93, Series);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_trend_has_none(bool hourly)
    {
        var count = hourly ? 28 * 24 : 60;
        foreach (var slope in new[] { -3, 1e-6, 0.1, 1, 1e6 }) Assert.Empty(Find([.. Enumerable.Range(0, count).Select(i => 7 + slope * i)], hourly));
        Assert.Empty(Find([.. Enumerable.Range(0, count).Select(i => Math.Exp(0.001 * i))], hourly));
        Assert.Empty(Find([.. Enumerable.Repeat(0.1 + 0.2, count)], hourly));
        Assert.Empty(Find([.. Enumerable.Range(0, count).Select(i => i < count / 2 ? 1.0 : 5)], hourly));
    }

    [Fact]
    public void A_week_is_found_in_days_and_in_hours_every_time()
    {
        var random = new Random(11);
        for (var k = 0; k < 100; k++)
        {
            var days = Noise(random, 28).Select((v, i) => v + 2 * Math.Sin(2 * Math.PI * i / 7) + 0.1 * i).ToArray();
            var weekly = Assert.Single(Find(days, hourly: false));
            Assert.Equal(168, weekly.Hours);
            Assert.InRange(weekly.Strength, 0.2, 1);
        }
        for (var k = 0; k < 20; k++)
        {
            var hours = Noise(random, 21 * 24).Select((v, i) => v + Math.Sin(2 * Math.PI * i / 168)).ToArray();
            Assert.Contains(Find(hours, hourly: true), p => p.Hours == 168);
        }
    }

    [Fact]
    public void A_day_is_found_in_hours_and_office_hours_have_both()
    {
        var random = new Random(12);
        for (var k = 0; k < 20; k++)
        {
            var daily = Assert.Single(Find([.. Noise(random, 10 * 24).Select((v, i) => v + Math.Sin(2 * Math.PI * i / 24))], hourly: true));
            Assert.Equal(24, daily.Hours);
            Assert.InRange(daily.Strength, 0.2, 0.45);
        }
        var office = Find(PlantedSeries.Make(3, 30, 4, planted: false).Values, hourly: true);
        Assert.Equal([24, 168], office.Select(p => p.Hours).Order());
        Assert.All(office, p => Assert.True(p.PValue < 0.001 && p.Strength is > 0.2 and < 1));
    }

    [Fact]
    public void Too_little_and_gaps_have_defined_answers()
    {
        Assert.Empty(Find([], hourly: true));
        Assert.Empty(Find([1, 2, 3], hourly: false));
        var gaps = Enumerable.Range(0, 21).Select(i => i % 7 == 3 ? (double?)null : i % 7).ToArray();
        Assert.Empty(Seasonality.Of([.. gaps.Select((v, i) => PlantedSeries.OfDays(new double[21], default).Buckets[i] with { Value = v })], hourly: false));
    }

    private static IReadOnlyList<SeasonalPeriod> Find(double[] values, bool hourly) =>
        Seasonality.Of((hourly ? PlantedSeries.OfHours(values, default) : PlantedSeries.OfDays(values, default)).Buckets, hourly);

    private static double[] Noise(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 10 + Normal.Sample(random, 0, 1))];
}
