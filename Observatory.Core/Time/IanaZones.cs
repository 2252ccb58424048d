using System.Text.RegularExpressions;

namespace Observatory.Core.Time;

/// <summary>Time zones by the names that are the same on every machine.</summary>
public static partial class IanaZones
{
    /// <summary>IANA names of one part that the Windows list does not have; browsers still report some of them.</summary>
    private static readonly string[] s_old = ["CET", "CST6CDT", "EET", "EST", "EST5EDT", "HST", "MET", "MST", "MST7MDT", "PST8PDT", "WET"];

    /// <summary>By IANA name; Windows names, file names and abbreviations that only some systems know are none. Null = unknown.</summary>
    public static TimeZoneInfo? Find(string name)
    {
        if (name is "UTC" or "Etc/UTC") return TimeZoneInfo.Utc;
        // Before they are looked for: a zone that was ever found is in every list of zones from then on, leap seconds and all.
        if (name.Split('/')[0] is "posix" or "right" or "SystemV") return null;
        if (!Shape().IsMatch(name) || !TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return null;
        if (s_old.Contains(name)) return zone;
        return TimeZoneInfo.TryConvertIanaIdToWindowsId(zone.Id, out _) || name.Contains('/', StringComparison.Ordinal) ? zone : null;
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\z")]
    private static partial Regex Shape();
}
