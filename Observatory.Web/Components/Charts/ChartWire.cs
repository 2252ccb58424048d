using Observatory.Core.Charts;
using Observatory.Core.Time;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Charts;

/// <summary>What the browser gets of a chart: numbers, units, and texts in the reader's locale and zone. <c>js/charts.js</c> draws it.</summary>
internal sealed record ChartWire
{
    /// <summary>Another key is another chart: hidden series come back, and it is drawn at once.</summary>
    public required string Key { get; init; }
    public required string Locale { get; init; }
    public required string Unit { get; init; }
    public string? UnitTitle { get; init; }
    public required int Height { get; init; }
    public bool Stacked { get; init; }
    /// <summary>What the legend calls the bucket that is not over.</summary>
    public required string Running { get; init; }
    public bool Clickable { get; init; }
    public bool Zoomable { get; init; }
    public int? Selected { get; init; }
    public required IReadOnlyList<WireBucket> Buckets { get; init; }
    public required IReadOnlyList<WireSeries> Series { get; init; }

    public static ChartWire From(ChartConfiguration chart, Formats format, TimeZoneInfo zone, DateTimeOffset now, int height, bool clickable, bool zoomable)
    {
        var minutes = chart.Options.Interval == "1m";
        var hourly = minutes || chart.Options.Interval == "1h";
        var first = chart.Series.FirstOrDefault(s => !s.Comparison)?.Data ?? [];
        var clock = new BucketClock(zone);
        return new ChartWire
        {
            Key = $"{chart.Title}|{first.Count}|{(first.Count > 0 ? first[0].X : "")}|{chart.Options.Interval}", Locale = format.Culture.Name is { Length: > 0 } name ? name : "en-GB",
            Unit = chart.YAxis.Unit, UnitTitle = chart.YAxis.Title, Height = height, Stacked = chart.Options.Stacked, Running = minutes ? "This minute so far" : hourly ? "This hour so far" : "Today so far",
            Clickable = clickable, Zoomable = zoomable, Selected = chart.Options.Selected,
            Buckets = [.. first.Select(p => Bucket(p, chart, format, zone, clock, now, hourly))],
            Series =
            [
                .. chart.Series.Select(s => new WireSeries
                {
                    Name = s.Name, Color = s.Color, Type = s.Type, Comparison = s.Comparison, Values = [.. s.Data.Select(p => p.Y)],
                    Titles = s.Comparison ? [.. s.Data.Select(p => p.Metadata is { } m ? ChartText.Title(m, format, zone, now, hourly) : null)] : [],
                }),
            ],
        };
    }

    private static WireBucket Bucket(ChartPoint point, ChartConfiguration chart, Formats format, TimeZoneInfo zone, BucketClock clock, DateTimeOffset now, bool hourly)
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
        var hour = clock.HourOf(m.Start);
        return new WireBucket
        {
            Title = ChartText.Title(m, format, zone, now, hourly),
            Length = running ? "so far" : m.Partial ? "part" : format.Duration((m.End - m.Start) / 1000.0).Replace("1\u202Fd", "24\u202Fh", StringComparison.Ordinal),
            Tick = hourly
                ? hour == 0 && local.Minute == 0 ? format.Day(start, zone, now) : running ? "Now" : local.ToString("t", format.Culture)
                : running ? "Today" : format.Date(DateOnly.FromDateTime(local.DateTime), Formats.Today(zone, now)),
            Running = running, Major = chart.Options.Interval == "1m" ? local.Minute % 15 == 0 : hourly ? hour % 3 == 0 : local.DayOfWeek == DayOfWeek.Monday,
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
    public required IReadOnlyList<double?> Values { get; init; }
    public IReadOnlyList<string?> Titles { get; init; } = [];
}
