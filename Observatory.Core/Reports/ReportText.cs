using System.Globalization;
using Observatory.Core.Metrics;
using Observatory.Core.Presentation;

namespace Observatory.Core.Reports;

/// <summary>Texts of figures in a report: cost with two decimals, tokens in full where there is room.</summary>
internal sealed class ReportText(CultureInfo culture, TimeZoneInfo zone, DateTimeOffset now)
{
    private const int LongestName = 60;

    public Formats Format { get; } = new(culture);

    public TimeZoneInfo Zone => zone;

    public DateTimeOffset Now => now;

    /// <summary>$1,234.50; unknown is a dash, never 0.</summary>
    public string Money(decimal? usd) => usd is { } v
        ? $"{(v < 0 ? "\u2212" : "")}${Math.Round(Math.Abs(v), 2, MidpointRounding.AwayFromZero).ToString("N2", Format.Culture)}" : Formats.None;

    public string SignedMoney(decimal usd) => usd >= 0 ? "+" + Money(usd) : Money(usd);

    /// <summary>1,234,567.</summary>
    public string Whole(double? value) => Format.Exact(value);

    public static string Cut(string name) => Formats.Middle(name.Length == 0 ? "(none)" : name, LongestName);

    public string Days(ReportPeriod period) => Format.Dates(period.First, period.Last, Formats.Today(zone, now));

    /// <summary>"Week 47", "October 2026", "Sun 29 Nov", "1 Nov – 30 Nov".</summary>
    public string Title(ReportDefinition definition, ReportPeriod period)
    {
        if (period.Days == 1) return Format.Day(period.Range.StartTime, zone, now);
        return definition.Period switch
        {
            "lastWeek" when period.Days == 7 && period.First.DayOfWeek == DayOfWeek.Monday =>
                string.Create(CultureInfo.InvariantCulture, $"Week {ISOWeek.GetWeekOfYear(period.First.ToDateTime(TimeOnly.MinValue))}"),
            "lastMonth" when period.First.Day == 1 && period.Last.AddDays(1).Day == 1 => Format.Month(period.First),
            _ => Days(period),
        };
    }

    /// <summary>The page of the same days and filters.</summary>
    public string Link(string path, ReportPeriod period, MetricsFilter filter, params (string Key, string Value)[] more)
    {
        var pairs = new List<(string, string)>
        {
            ("from", period.First.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
                ("to", period.Last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("zone", zone.Id),
        };
        pairs.AddRange(filter.Users.Select(v => ("user", v)));
        pairs.AddRange(filter.Projects.Select(v => ("project", v)));
        pairs.AddRange(filter.Models.Select(v => ("model", v)));
        pairs.AddRange(filter.Sources.Select(v => ("source", v)));
        pairs.AddRange(more);
        return path + "?" + string.Join('&', pairs.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}"));
    }
}
