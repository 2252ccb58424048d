using System.Globalization;
using Observatory.Core.Charts;
using Observatory.Core.Presentation;
using Observatory.Core.Time;

namespace Observatory.Web.Components.Charts;

/// <summary>What the browser gets of a chart: numbers, units, and texts in the reader's locale and zone. <c>js/charts.js</c> draws it.</summary>
internal sealed record ChartWire
{
    /// <summary>Another key is another chart: hidden series come back, and it is drawn at once.</summary>
    public required string Key { get; init; }
    public required NumberMarks Marks { get; init; }
    public required string Unit { get; init; }
    public string? UnitTitle { get; init; }
    public required int Height { get; init; }
    public bool Stacked { get; init; }
    /// <summary>What the legend calls the bucket that is not over.</summary>
    public required string Running { get; init; }
    public bool Clickable { get; init; }
    public bool Zoomable { get; init; }
    public int? Selected { get; init; }
    /// <summary>Ascending: the first that is not below what is shown is drawn.</summary>
    public required IReadOnlyList<PlannedAxis> Axes { get; init; }
    public required IReadOnlyList<WireBucket> Buckets { get; init; }
    public required IReadOnlyList<WireSeries> Series { get; init; }
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];
    public IReadOnlyList<ChartMark> Points { get; init; } = [];
    public IReadOnlyList<ChartMoment> Moments { get; init; } = [];

    /// <summary>More hours than this have no room for the time of each.</summary>
    private const int MostHours = 72;

    public static ChartWire From(ChartConfiguration chart, Formats format, TimeZoneInfo zone, DateTimeOffset now, int height, bool clickable, bool zoomable)
    {
        var interval = chart.Options.Interval;
        var first = chart.Series.FirstOrDefault(s => !s.Comparison)?.Data ?? [];
        var clock = new BucketClock(zone);
        return new ChartWire
        {
            Key = $"{chart.Title}|{first.Count}|{(first.Count > 0 ? first[0].X : "")}|{chart.Options.Interval}", Marks = format.Marks,
            Unit = chart.YAxis.Unit, UnitTitle = chart.YAxis.Title, Height = height, Stacked = chart.Options.Stacked, Running = RunningName(interval),
            Axes = ChartPlan.Of(chart, format, height).Axes, Clickable = clickable, Zoomable = zoomable, Selected = chart.Options.Selected,
            Bands = chart.Bands, Points = chart.Marks, Moments = chart.Moments,
            Buckets = [.. first.Select(p => Bucket(p, chart, format, zone, clock, now))],
            Series =
            [
                .. chart.Series.Select(s => new WireSeries
                {
                    Name = s.Name, Color = s.Color, Type = s.Type, Comparison = s.Comparison, Dashed = s.Dashed, Values = [.. s.Data.Select(p => p.Y)],
                    Titles = s.Comparison ? [.. s.Data.Select(p => p.Metadata is { } m ? ChartText.Title(m, format, zone, now, interval) : null)] : [],
                }),
            ],
        };
    }

    private static string RunningName(string? interval) => interval switch
    {
        "1m" => "This minute so far", "1h" => "This hour so far", "1w" => "This week so far", "1M" => "This month so far", _ => "Today so far",
    };

    private static WireBucket Bucket(ChartPoint point, ChartConfiguration chart, Formats format, TimeZoneInfo zone, BucketClock clock, DateTimeOffset now)
    {
        if (point.Metadata is not { } m)
        {
            var text = ChartText.Category(point, chart.XAxis, format);
            return new WireBucket { Title = point.Label ?? text, Tick = text, Length = "", Major = true };
        }
        var instant = now.ToUnixTimeMilliseconds();
        var running = m.Start <= instant && instant < m.End;
        var start = DateTimeOffset.FromUnixTimeMilliseconds(m.Start);
        var local = TimeZoneInfo.ConvertTime(start, zone);
        var (hour, interval) = (clock.HourOf(m.Start), chart.Options.Interval);
        // Hours of many days are told by their days.
        var isByDay = interval == "1h" && chart.Series[0].Data.Count > MostHours;
        return new WireBucket
        {
            Title = ChartText.Title(m, format, zone, now, interval),
            Length = running ? "so far" : m.Partial ? "part" : format.Duration((m.End - m.Start) / 1000.0)
                .Replace("1\u202Fd", "24\u202Fh", StringComparison.Ordinal),
            Tick = interval switch
            {
                "1h" when isByDay => format.Date(DateOnly.FromDateTime(local.DateTime), Formats.Today(zone, now)),
                "1m" or "1h" => hour == 0 && local.Minute == 0 ? format.Day(start, zone, now) : running ? "Now" : local.ToString("t", format.Culture),
                "1w" when running => "This week",
                "1M" => local.Month == 1 ? local.Year.ToString(CultureInfo.InvariantCulture) : local.ToString("MMM", format.Culture),
                _ => running && interval != "1w" ? "Today" : format.Date(DateOnly.FromDateTime(local.DateTime), Formats.Today(zone, now)),
            },
            Running = running,
            Major = interval switch
            {
                "1m" => local.Minute % 15 == 0, "1h" => isByDay ? hour == 0 : hour % 3 == 0, "1w" => local.Day <= 7, "1M" => true,
                _ => local.DayOfWeek == DayOfWeek.Monday,
            },
        };
    }
}

internal sealed record WireBucket
{
    public required string Title { get; init; }
    public required string Tick { get; init; }
    public required string Length { get; init; }
    public bool Running { get; init; }
    /// <summary>A good place for a label.</summary>
    public bool Major { get; init; }
}

internal sealed record WireSeries
{
    public required string Name { get; init; }
    public string? Color { get; init; }
    public string? Type { get; init; }
    public bool Comparison { get; init; }
    public bool Dashed { get; init; }
    public required IReadOnlyList<double?> Values { get; init; }
    public IReadOnlyList<string?> Titles { get; init; } = [];
}
