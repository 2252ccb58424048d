using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Statistics;

public sealed class ForecastTests
{
    private const int History = 42 * 24;

    [Fact]
    public void Office_hours_go_on_and_the_band_holds()
    {
        var (inside, all) = (0, 0);
        for (var seed = 0; seed < 10; seed++)
        {
            var values = PlantedSeries.Make(seed, 20, 8, planted: false).Values;
            var forecast = Of(values[..History], 48);
            Assert.Equal(48, forecast.Count);
            for (var i = 0; i < 48; i++)
            {
                var point = forecast[i];
                Assert.True(point.Low >= 0 && point.Low <= point.Value && point.Value <= point.High, $"{point}");
                var usual = PlantedSeries.Usual(i, 20);
                if (usual >= 5) Assert.InRange(point.Value, usual * 0.5, usual * 1.9);
                if (usual < 1) continue;
                all++;
                if (values[History + i] >= point.Low && values[History + i] <= point.High) inside++;
            }
        }
        Assert.InRange((double)inside / all, 0.88, 1);
    }

    [Fact]
    public void Nothing_is_expected_where_nothing_ever_was()
    {
        var values = new double[History];
        for (var day = 0; day < 42; day++) if (day % 7 < 5) values[day * 24 + 10] = 6;
        // The next days are a Monday and a Tuesday; seven days later come a Saturday and a Sunday.
        var forecast = Of(values, 7 * 24);
        Assert.Equal([10, 34, 58, 82, 106], forecast.Select((p, i) => (p, i)).Where(x => x.p.Value > 0).Select(x => x.i));
        Assert.All(forecast.Where(p => p.Value == 0), p => Assert.Equal((0.0, 0.0), (p.Low, p.High)));
        Assert.Empty(Of([], 24));
    }

    [Fact]
    public void Days_follow_their_week_and_a_trend()
    {
        var values = Enumerable.Range(0, 42).Select(i => (i % 7 < 5 ? 100.0 : 10) * (1 + i / 42.0)).ToArray();
        var series = PlantedSeries.OfDays(values, SeriesKind.Count);
        var question = new TrendQuestion
        {
            Series = series, From = 0, To = long.MaxValue, Days = PlantedSeries.Days(values), IsOldEnough = true,
            Future = [.. PlantedSeries.OfDays(new double[49], SeriesKind.Count).Buckets.Skip(42).Select(b => b with { Value = null })],
        };
        var analysis = StatisticalAnalyzer.AnalyzeTrend(question);
        Assert.Equal(TrendDirection.Increasing, analysis.Direction);
        Assert.Equal(7, analysis.Forecast.Count);
        for (var i = 0; i < 7; i++) Assert.InRange(analysis.Forecast[i].Value / ((i < 5 ? 100 : 10) * (2 + i / 42.0)), 0.8, 1.2);
    }

    [Fact]
    public void Rates_stay_between_0_and_1()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 40).Select(_ => 0.9 + 0.1 * random.NextDouble()).ToArray();
        var series = PlantedSeries.OfDays(values, SeriesKind.Rate);
        var forecast = Forecast.Of(series, [.. PlantedSeries.OfDays(new double[47], SeriesKind.Rate).Buckets.Skip(40)], 0);
        Assert.All(forecast, p => Assert.True(p.Low > 0.88 && p.Value <= p.High && p.High <= 1));
    }

    private static IReadOnlyList<ForecastPoint> Of(double[] values, int hours) => Forecast.Of(
        PlantedSeries.OfHours(values, SeriesKind.Count), [.. Enumerable.Range(values.Length, hours).Select(i => PlantedSeries.Bucket(i, null))], 0);
}
