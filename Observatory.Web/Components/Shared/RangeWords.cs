using Observatory.Core.Presentation;
using Observatory.Core.Time;

namespace Observatory.Web.Components.Shared;

/// <summary>The range of an address in words, as its reader writes dates.</summary>
public static class RangeWords
{
    /// <summary>Last 30 days · 25 Oct – 23 Nov · Wed 18 Nov 10:00 – 14:00.</summary>
    public static string Title(UrlState url, Formats format, DateTimeOffset now) =>
        url.Range.Title ?? (url.Range.WholeDays ? Dates(url, format, now) : Times(url, format, now));

    /// <summary>25 Oct – 23 Nov, or one day with its weekday.</summary>
    public static string Dates(UrlState url, Formats format, DateTimeOffset now)
    {
        var (first, last) = url.Range.Days(url.Zone, now);
        if (first == last && url.Range.Name is null) return format.Day(url.Resolve(now).StartTime, url.Zone, now);
        return format.Dates(first, last, Formats.Today(url.Zone, now));
    }

    private static string Times(UrlState url, Formats format, DateTimeOffset now)
    {
        var range = url.Resolve(now);
        string Moment(DateTimeOffset at) => $"{format.Day(at, url.Zone, now)} {format.Time(at, url.Zone)}";
        return $"{Moment(range.StartTime)} – {(range.Length < BucketClock.Day ? format.Time(range.EndTime, url.Zone) : Moment(range.EndTime))}";
    }
}
