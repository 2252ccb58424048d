using System.Globalization;
using Observatory.Core.Presentation;

namespace Observatory.Core.Reports;

/// <summary>The key figures: each with its change against the same weekdays before, and with what is usual.</summary>
internal static class ReportKpis
{
    /// <summary>Fewer earlier periods with data say nothing of what is usual.</summary>
    private const int FewestEarlier = 3;

    public static KpiSection Of(ReportFigures figures, ReportText text)
    {
        var (now, before) = (figures.Now.Dashboard.Overview, figures.Before.Dashboard.Overview);
        var (speed, speedBefore) = (figures.Now.Dashboard.Performance, figures.Before.Dashboard.Performance);
        var hasBefore = before.TotalMessages + before.TotalTokens > 0;
        Change? Moved(double? value, double? earlier, ChangeKind kind, bool? lessIsBetter) =>
            hasBefore ? Change.Between(value, earlier, kind, lessIsBetter, text.Format) : null;
        string Money(double v) => text.Money((decimal)v);
        var format = text.Format;
        var answer = Moved(speed.AverageResponseTime, speedBefore.AverageResponseTime, ChangeKind.Relative, true);
        var errors = Moved(speed.ErrorRate * 100, speedBefore.ErrorRate * 100, ChangeKind.Points, true);
        return new KpiSection(
        [
            new("Cost", text.Money(now.TotalCost), text.Money(now.TotalCost),
                Moved((double?)now.TotalCost, (double?)before.TotalCost, ChangeKind.Relative, null),
                null, Usual(figures, 0, Money)),
            new("Tokens", format.Number(now.TotalTokens), text.Whole(now.TotalTokens), Moved(now.TotalTokens, before.TotalTokens, ChangeKind.Relative, null),
                null, Usual(figures, 1, v => format.Number(v))),
            new("Conversations", text.Whole(now.TotalConversations), text.Whole(now.TotalConversations),
                Moved(now.TotalConversations, before.TotalConversations, ChangeKind.Relative, null), null, Usual(figures, 2, v => text.Whole(Math.Round(v)))),
            new("Active users", text.Whole(now.ActiveUsers), text.Whole(now.ActiveUsers),
                Moved(now.ActiveUsers, before.ActiveUsers, ChangeKind.Absolute, null),
                null, Usual(figures, 3, v => text.Whole(Math.Round(v)))),
            new("Avg response", format.Duration(speed.AverageResponseTime), format.Duration(speed.AverageResponseTime), answer,
                Word(answer, "faster", "slower"), Usual(figures, 4, v => format.Duration(v))),
            new("API errors", format.Share(speed.ErrorRate), format.Share(speed.ErrorRate), errors,
                Word(errors, "fewer", "more"), Usual(figures, 5, v => format.Share(v))),
        ]);
    }

    private static string? Word(Change? change, string less, string more) => change?.Direction switch { < 0 => less, > 0 => more, _ => null };

    /// <summary>The middle half of earlier periods, null where there are too few.</summary>
    private static string? Usual(ReportFigures figures, int metric, Func<double, string> write)
    {
        if (figures.Usual is not { } earlier) return null;
        // A period without any activity is no measure of the others: the second metric is tokens.
        var values = earlier.Where(a => a.Value(1) > 0).Select(a => a.Value(metric)).OfType<double>().Order().ToList();
        if (values.Count < FewestEarlier) return null;
        var (low, high) = (write(Quantile(values, 0.25)), write(Quantile(values, 0.75)));
        return low == high ? $"usual {low}" : string.Create(CultureInfo.InvariantCulture, $"usual {low} to {high}");
    }

    private static double Quantile(List<double> sorted, double share)
    {
        var at = share * (sorted.Count - 1);
        var (low, high) = ((int)Math.Floor(at), (int)Math.Ceiling(at));
        return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
    }
}
