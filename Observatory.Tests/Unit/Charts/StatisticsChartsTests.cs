using Observatory.Core.Charts;
using Observatory.Core.Metrics.Analysis;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Charts;

public sealed class StatisticsChartsTests
{
    [Fact]
    public void Engagement_is_a_point_a_conversation_that_lasted()
    {
        var rows = new[]
        {
            FakeMetrics.Row("a", "First") with { Duration = 600, UserEngagement = 40 },
            FakeMetrics.Row("b", "Second") with { Duration = 0, UserEngagement = 0 },
        };
        var chart = StatisticsCharts.Engagement(rows);
        var point = Assert.Single(Assert.Single(chart.Series).Data);
        Assert.Equal(("scatter", 10.0, 40.0, "First"), (chart.Type, point.X, point.Y!.Value, point.Label));
    }

    [Fact]
    public void Correlations_are_square_and_what_does_not_move_is_a_gap()
    {
        double?[][] pearson = [[1, 0.5, null], [0.5, 1, null], [null, null, null]];
        double?[][] spearman = [[1, 0.25, null], [0.25, 1, null], [null, null, null]];
        var figures = new CorrelationFigures(["cost", "tokens", "apiErrors"], pearson, spearman, 30);
        var chart = StatisticsCharts.Correlations(figures, ["Cost", "Tokens", "Errors"], byRank: false);
        Assert.Equal(["Cost", "Tokens", "Errors"], chart.Series.Select(s => s.Name));
        Assert.All(chart.Series, s => Assert.Equal(["Cost", "Tokens", "Errors"], s.Data.Select(p => (string)p.X)));
        Assert.Equal([1, 0.5, null], chart.Series[0].Data.Select(p => p.Y));
        Assert.All(chart.Series[2].Data, p => Assert.Null(p.Y));
        Assert.Equal(0.25, StatisticsCharts.Correlations(figures, ["Cost", "Tokens", "Errors"], byRank: true).Series[1].Data[0].Y);
    }
}
