using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;

namespace Observatory.Core.Charts;

/// <summary>How figures go together.</summary>
public static class StatisticsCharts
{
    private const double Minute = 60;

    /// <summary>Engagement against duration: a point a conversation. One without a duration has no place on it.</summary>
    public static ChartConfiguration Engagement(IReadOnlyList<ConversationRow> conversations)
    {
        ArgumentNullException.ThrowIfNull(conversations);
        return new ChartConfiguration
        {
            Title = "Do longer conversations engage more?", Type = "scatter",
            Series =
            [
                new ChartSeries
                {
                    Name = "Conversations", Color = "s-input",
                    Data = [.. conversations.Where(c => c.Duration > 0).Select(c => new ChartPoint(c.Duration / Minute, c.UserEngagement) { Label = c.Title })],
                },
            ],
            XAxis = new ChartAxis { Type = "numeric", Title = "minutes from first to last message" },
            YAxis = new ChartAxis { Type = "numeric", Title = "engagement, 0 to 100" },
        };
    }

    /// <summary>Each metric with each: a row a metric, a value from −1 to 1; null where one of the two does not move.</summary>
    /// <param name="titles">Of the metrics, in their order.</param>
    public static ChartConfiguration Correlations(CorrelationFigures figures, IReadOnlyList<string> titles, bool byRank)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(titles);
        var matrix = byRank ? figures.Spearman : figures.Pearson;
        return new ChartConfiguration
        {
            Title = "What goes up and down together?", Type = "heatmap",
            Series = [.. titles.Select((title, row) => new ChartSeries
            {
                Name = title, Data = [.. titles.Select((other, column) => new ChartPoint(other, matrix[row][column]))],
            })],
            XAxis = new ChartAxis { Type = "category" },
            YAxis = new ChartAxis { Type = "category", Title = byRank ? "rank correlation" : "correlation" },
        };
    }
}
