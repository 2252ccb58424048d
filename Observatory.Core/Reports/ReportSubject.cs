using Observatory.Core.Metrics.Analysis;

namespace Observatory.Core.Reports;

/// <summary>The finding and a figure, in one line; with the days first, so that mails of one report do not become one thread.</summary>
internal static class ReportSubject
{
    /// <summary>Below it nothing is said to be up or down.</summary>
    private const double LeastMove = 10;

    public static string Of(
        ReportFigures figures, ReportDefinition definition, ReportPeriod period, ReportText text, ReportChanges changes, IReadOnlyList<ReportFinding> found,
        IReadOnlyList<AnomalyFigures> unusual)
    {
        var title = text.Title(definition, period);
        if (figures.Now.Dashboard.Overview is { TotalMessages: 0, TotalTokens: 0 }) return $"{title}: no activity, {text.Money(0)}";
        var (now, before) = changes.Total;
        var amount = changes.IsMoney ? text.Money(now) : $"{text.Format.Number((double)now)} tokens";
        var what = changes.IsMoney ? "cost" : "tokens";
        if (!changes.HasBefore) return $"{title}: {amount}, nothing before to compare with";
        var findings = Words(found, unusual, text);
        if (before == 0) return $"{title}: {amount} after none before{findings}";
        var percent = (double)((now - before) / before) * 100;
        if (Math.Abs(percent) >= LeastMove)
            return $"{title}: {what} {(percent > 0 ? "up" : "down")} {text.Format.Percent(Math.Abs(percent), 0)} to {amount}{findings}";
        return findings.Length == 0 ? $"{title}: {amount}, nothing unusual" : $"{title}: {amount}{findings}";
    }

    private static string Words(IReadOnlyList<ReportFinding> found, IReadOnlyList<AnomalyFigures> unusual, ReportText text)
    {
        // One thing that goes wrong shows in many series: days are what a reader can count.
        var days = unusual.Select(a => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(a.Start, text.Zone).DateTime)).Distinct().Count();
        if (days > 0) return $", unusual on {text.Format.Plural(days, "day")}";
        return found.Count > 0 ? $", {text.Format.Plural(found.Count, "large change")}" : "";
    }
}
