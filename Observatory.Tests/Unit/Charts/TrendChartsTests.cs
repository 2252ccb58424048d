using System.Globalization;
using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Presentation;
using Observatory.Core.Statistics;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;
using Xunit;

namespace Observatory.Tests.Unit.Charts;

/// <summary>A series with bands and marks, from figures written by hand: five days, of which the last still runs.</summary>
public sealed class TrendChartsTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly Formats s_format = new(CultureInfo.GetCultureInfo("en-GB"));
    private static readonly MetricDefinition s_tokens = MetricCatalogue.Default.Find("tokens")!;
    private static readonly ChartFrame s_frame = new(TimeZoneInfo.Utc, Interval.Day, s_start.AddDays(4).AddHours(10).ToUnixTimeMilliseconds());

    [Fact]
    public void Complete_days_are_a_line_the_running_one_is_a_ring_and_bands_lie_behind()
    {
        var chart = TrendCharts.Of(Picture(), Trends([], [], []), [], s_frame, s_format, null);
        Assert.Equal([10, 20, 30, 40, null], chart.Series[0].Data.Select(p => p.Y));
        var band = Assert.Single(chart.Bands);
        Assert.Equal([null, 5, 5, 5, null], band.Low);
        Assert.Equal([null, 25, 25, 25, null], band.High);
        var open = Assert.Single(chart.Marks);
        Assert.Equal(("open", 4, 4, 7.0), (open.Shape, open.First, open.Last, open.Y));
        Assert.True(chart.Options.Running);
        // Room for the highest of all: a band may be higher than every value.
        Assert.Equal(40, ChartPlan.Largest(chart));
        Assert.Equal(60, ChartPlan.Largest(chart with { Bands = [band with { High = [60, null, null, null, null] }] }));
    }

    [Fact]
    public void Marks_have_the_numbers_of_the_list_and_say_how_severe_they_are()
    {
        var mark = new Core.Storage.Readers.AnomalyMark("x", Core.Storage.Readers.Expectation.Once, "ann", s_start);
        AnomalyFigures[] anomalies =
        [
            Anomaly(AnomalyKind.Spike, AnomalySeverity.High, 3, 4, null), Anomaly(AnomalyKind.Run, AnomalySeverity.Medium, 1, 3, null),
            Anomaly(AnomalyKind.Dead, AnomalySeverity.Low, 0, 1, mark),
            Anomaly(AnomalyKind.Spike, AnomalySeverity.Low, -9, -8, null),
        ];
        var marks = TrendCharts.Of(Picture(), Trends(anomalies, [], []), anomalies, s_frame, s_format, "3").Marks;
        Assert.Equal([("1", "point", "high", 3, 3, 40.0), ("2", "run", "medium", 1, 2, 30.0), ("3", "dead", "expected", 0, 0, 10.0)],
            marks.Where(m => m.Shape != "open").Select(m => (m.Label, m.Shape, m.Level, m.First, m.Last, m.Y)));
    }

    [Fact]
    public void A_forecast_goes_on_behind_the_range_and_one_of_another_time_does_not()
    {
        ForecastFigures[] next = [.. Enumerable.Range(4, 3).Select(d => new ForecastFigures(s_start.AddDays(d), d, d - 1, d + 1))];
        var chart = TrendCharts.Of(Picture(), Trends([], [], next), [], s_frame, s_format, null);
        var forecast = Assert.Single(chart.Series, s => s.Dashed);
        Assert.Equal([null, null, null, null, 4, 5, 6], forecast.Data.Select(p => p.Y));
        Assert.All(chart.Series, s => Assert.Equal(7, s.Data.Count));
        Assert.Equal([null, null, null, null, 5, 6, 7], chart.Bands[1].High);
        var far = next.Select(f => f with { Timestamp = f.Timestamp.AddDays(90) }).ToList();
        Assert.DoesNotContain(TrendCharts.Of(Picture(), Trends([], [], far), [], s_frame, s_format, null).Series, s => s.Dashed);
    }

    [Fact]
    public void A_change_is_a_moment_with_both_levels()
    {
        var chart = TrendCharts.Of(Picture(), Trends([], [new ChangeFigures(s_start.AddDays(2), 15, 35)], []), [], s_frame, s_format, null);
        var moment = Assert.Single(chart.Moments);
        Assert.Equal((2, "Change on 4 Nov", "15 → 35"), (moment.Index, moment.Text[0], moment.Text[1]));
    }

    private static SeriesPicture Picture()
    {
        double[] values = [10, 20, 30, 40, 7];
        return new SeriesPicture(s_tokens, true, [.. values.Select((v, d) => new PictureBucket(
            new TimeRange(s_start.AddDays(d), s_start.AddDays(d + 1)), v, d < 4, d is 0 or 4 ? null : 15, d is 0 or 4 ? null : 5, d is 0 or 4 ? null : 25))]);
    }

    private static TrendFigures Trends(
        IReadOnlyList<AnomalyFigures> anomalies, IReadOnlyList<ChangeFigures> changes, IReadOnlyList<ForecastFigures> forecast) =>
        new(s_tokens, SeriesStatus.Ok, 30, 21, TrendDirection.Stable, null, [], anomalies, changes, forecast);

    private static AnomalyFigures Anomaly(AnomalyKind kind, AnomalySeverity severity, int first, int end, Core.Storage.Readers.AnomalyMark? mark) => new(
        first.ToString(CultureInfo.InvariantCulture), "tokens", MetricsFilter.None, s_start.AddDays(first), s_start.AddDays(end), kind, severity, 40, 10, 5, 15,
        1e-7, "A reason.", [], mark);
}
