using Observatory.Core.Presentation;

namespace Observatory.Web.Components.Shared;

/// <summary>"Compared with 25 Sep – 24 Oct, cut at 14:32 on its last day."</summary>
public static class ComparedLine
{
    /// <summary>Null where there is no period before.</summary>
    public static string? For(UrlState url, DateTimeOffset now, Formats format)
    {
        var before = url.Resolve(now).Before(now.ToUnixTimeMilliseconds());
        if (before.Length == 0) return null;
        var today = Formats.Today(url.Zone, now);
        var (first, end) = (before.StartTime, before.EndTime);
        DateOnly Date(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, url.Zone).DateTime);
        var last = Date(end.AddMilliseconds(-1));
        var dates = format.Dates(Date(first), last, today);
        var cut = TimeZoneInfo.ConvertTime(end, url.Zone).TimeOfDay != TimeSpan.Zero;
        if (!cut) return $"Compared with {dates}.";
        return Date(first) == last ? $"Compared with {dates}, cut at {format.Time(end, url.Zone)}."
            : $"Compared with {dates}, cut at {format.Time(end, url.Zone)} on its last day.";
    }
}
