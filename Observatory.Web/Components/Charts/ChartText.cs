using System.Globalization;
using Observatory.Core.Charts;
using Observatory.Core.Exports.Csv;
using Observatory.Core.Presentation;

namespace Observatory.Web.Components.Charts;

/// <summary>The words of a chart: for tooltips, its table and its file.</summary>
internal static class ChartText
{
    /// <param name="interval">See <see cref="ChartOptions.Interval"/>.</param>
    public static string Title(ChartPointMetadata bucket, Formats format, TimeZoneInfo zone, DateTimeOffset now, string? interval)
    {
        var start = DateTimeOffset.FromUnixTimeMilliseconds(bucket.Start);
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(start, zone).DateTime);
        return interval switch
        {
            "1m" or "1h" => $"{format.Day(start, zone, now)} {format.Time(start, zone)}",
            "1w" => format.Dates(first, first.AddDays(6), Formats.Today(zone, now)),
            "1M" => format.Month(first),
            _ => format.Day(start, zone, now),
        };
    }

    public static string Category(ChartPoint point, ChartAxis axis, Formats format) =>
        point.X is string text ? text : Value(Convert.ToDouble(point.X, CultureInfo.InvariantCulture), axis.Unit, format);

    public static string Value(double? value, string unit, Formats format) => unit switch
    {
        ChartUnits.Usd => format.Money((decimal?)value),
        ChartUnits.Seconds => format.Duration(value),
        ChartUnits.Milliseconds => format.DurationMs(value),
        ChartUnits.Percent => format.Percent(value),
        _ => format.Exact(value),
    };

    /// <summary>The numbers as they are, instants in UTC: for spreadsheets and programs.</summary>
    public static string Csv(ChartConfiguration chart)
    {
        var rows = new List<string> { string.Join(',', chart.Series.Select(s => Field(s.Name)).Prepend(chart.XAxis.Type == "datetime" ? "start" : "bucket")) };
        var count = chart.Series.Count == 0 ? 0 : chart.Series.Max(s => s.Data.Count);
        for (var i = 0; i < count; i++)
        {
            var x = chart.Series.First(s => s.Data.Count > i).Data[i];
            var key = x.X is long ms && chart.XAxis.Type == "datetime"
                ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture)
                : Field(Convert.ToString(x.X, CultureInfo.InvariantCulture) ?? "");
            var values = chart.Series.Select(s => s.Data.Count > i && s.Data[i].Y is { } y ? y.ToString("0.######", CultureInfo.InvariantCulture) : "");
            rows.Add(string.Join(',', values.Prepend(key)));
        }
        return string.Join("\r\n", rows) + "\r\n";
    }

    private static string Field(string text)
    {
        var safe = CsvText.Guard(text);
        return !CsvText.NeedsQuotes(safe) ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
