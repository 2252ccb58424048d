using Observatory.Core.Presentation;

namespace Observatory.Core.Charts;

/// <summary>
/// What is decided of a chart before it is drawn, so that a browser, a picture and a page of paper draw the same: minimum, maximum, lines and their
/// texts. One axis for each height that the hidden series of a reader may leave; the last is that of all.
/// </summary>
/// <param name="Axes">Ascending by maximum, never empty.</param>
public sealed record ChartPlan(IReadOnlyList<PlannedAxis> Axes)
{
    public static ChartPlan Of(ChartConfiguration chart, Formats format, int height)
    {
        ArgumentNullException.ThrowIfNull(chart);
        ArgumentNullException.ThrowIfNull(format);
        var scales = ChartScale.Ladder(Largest(chart), chart.YAxis.Unit, ChartScale.MostFor(height));
        return new ChartPlan([.. scales.Select(s => new PlannedAxis(0, s.Max, s.Steps, [.. s.Ticks.Select(t => format.Axis(t, chart.YAxis.Unit))]))]);
    }

    /// <summary>The highest point: of bars on top of each other their sum, of a period before the value itself.</summary>
    public static double Largest(ChartConfiguration chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        var bars = chart.Series.Where(s => !s.Comparison).ToList();
        var count = bars.Select(s => s.Data.Count).DefaultIfEmpty().Max();
        double largest = 0;
        for (var i = 0; i < count; i++)
        {
            var values = bars.Where(s => s.Data.Count > i).Select(s => s.Data[i].Y ?? 0);
            largest = Math.Max(largest, chart.Options.Stacked ? values.Sum() : values.DefaultIfEmpty().Max());
        }
        largest = chart.Bands.SelectMany(b => b.High).Concat(chart.Marks.Select(m => (double?)m.Y)).Aggregate(largest, (most, y) => Math.Max(most, y ?? 0));
        return chart.Series.Where(s => s.Comparison).SelectMany(s => s.Data).Aggregate(largest, (most, p) => Math.Max(most, p.Y ?? 0));
    }
}

/// <param name="Steps">Lines above the minimum.</param>
/// <param name="Labels">Texts of the lines from the minimum up, one more than steps.</param>
public sealed record PlannedAxis(double Min, double Max, int Steps, IReadOnlyList<string> Labels);
