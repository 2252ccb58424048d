using Observatory.Core.Mail;
using Observatory.Core.Metrics;
using Observatory.Core.Presentation;

namespace Observatory.Core.Reports;

/// <summary>Tokens by day, this time beside the time before: bars as a picture, every number as text.</summary>
internal static class ReportCharts
{
    /// <summary>More numbers than that do not stand below the bars of a narrow mail.</summary>
    private const int MostLabelled = 7;

    public static ChartSection Of(ReportFigures figures, ReportPeriod period, ReportText text)
    {
        var now = figures.Now.Usage;
        var before = figures.Before.Dashboard.Overview is { TotalMessages: 0, TotalTokens: 0 } ? [] : figures.Before.Usage;
        var (unit, per) = period.Days switch { 1 => ("hour", "an hour"), <= 62 => ("day", "a day"), _ => ("week", "a week") };
        string Label(UsageBucket bucket) => unit switch
        {
            "hour" => text.Format.Time(bucket.Start, text.Zone),
            "day" when period.Days <= MostLabelled => TimeZoneInfo.ConvertTime(bucket.Start, text.Zone).ToString("ddd", text.Format.Culture),
            _ => text.Format.Date(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(bucket.Start, text.Zone).DateTime), Formats.Today(text.Zone, text.Now)),
        };
        var labels = now.Select(Label).ToList();
        var values = now.Select(b => text.Format.Number(b.TotalTokens)).ToList();
        var alt = $"Tokens {per}: " + string.Join(", ", labels.Zip(values, (l, v) => $"{l} {v}"));
        if (before.Count > 0) alt += "; before: " + string.Join(", ", before.Select(b => text.Format.Number(b.TotalTokens)));
        var image = now.Count == 0 ? null : BarImage.Draw([.. now.Select(b => (double?)b.TotalTokens)],
            [.. before.Take(now.Count).Select(b => (double?)b.TotalTokens)]);
        var isFew = now.Count <= MostLabelled;
        return new ChartSection(
            $"How many tokens {per}?", "This time", before.Count > 0 ? "Before" : null, "tokens",
            isFew || labels.Count == 0 ? labels : [labels[0], labels[^1]], isFew ? values : [], alt, image);
    }
}
