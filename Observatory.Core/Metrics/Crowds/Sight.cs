using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Crowds;

/// <summary>What of the rows an asker may see; part of every question of somebody who may not see all.</summary>
/// <param name="Projects">Paths; everything outside is as if it did not exist. Null = all.</param>
/// <param name="IsCrowd">Other people are seen only in groups, by whole weeks.</param>
/// <param name="Own">Whose rows are the own ones, as sources name them; null = nobody's.</param>
/// <param name="Fewest">People of a group that is shown.</param>
public sealed record Sight(IReadOnlyList<string>? Projects, bool IsCrowd, string? Own, int Fewest)
{
    /// <summary>Rows of one person alone are asked for: no group is counted, and conversations of others are none.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Of whoever is asked for by name: no group is counted.</summary>
    public Sight Alone => this with { IsCrowd = false };

    /// <summary>Of the asker alone.</summary>
    public Sight OwnOnly => this with { IsCrowd = false, IsOwn = true };

    /// <summary>Tells questions of different sight apart.</summary>
    public string Key => $"{IsCrowd} {IsOwn} {Fewest} {Own?.Length} {Own} {(Projects is null ? "all" : string.Join('\n', Projects))}";
}

/// <summary>Weeks of UTC, Monday to Sunday.</summary>
public static class CrowdWeeks
{
    private const long Length = 7 * BucketClock.Day;

    /// <summary>1970-01-05, the first Monday.</summary>
    private const int FirstMonday = 4;

    /// <param name="day">Days since 1970-01-01.</param>
    public static int OfDay(int day) => (int)(BucketClock.Floor(day - FirstMonday, 7) / 7);

    public static int Of(long instant) => OfDay((int)BucketClock.DayOf(instant));

    /// <summary>Its seven days, half-open.</summary>
    public static TimeRange RangeOf(int week) => new(week * Length + FirstMonday * BucketClock.Day, (week + 1) * Length + FirstMonday * BucketClock.Day);

    /// <summary>Days since 1970-01-01 of its Monday.</summary>
    public static int FirstDayOf(int week) => week * 7 + FirstMonday;

    public static DateOnly MondayOf(int week) => DateOnly.FromDayNumber(DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber + FirstDayOf(week));

    /// <summary>The whole weeks that a range meets; an empty one stays as it is.</summary>
    public static TimeRange Around(TimeRange range) =>
        range.Length == 0 ? range : new TimeRange(RangeOf(Of(range.Start)).Start, RangeOf(Of(range.End - 1)).End);
}

/// <summary>What groups an asker sees of a range.</summary>
/// <param name="Withheld">Mondays of weeks that are left out, in order.</param>
/// <param name="IsNothingLeft">Some are, and in the others nobody has rows.</param>
public sealed record CrowdVerdict(IReadOnlyList<DateOnly> Withheld, bool IsNothingLeft);

/// <summary>Judges what may be shown of groups, and names people for those who do not see names. Thread-safe.</summary>
public interface ICrowds
{
    /// <summary>People of a group that is shown.</summary>
    int Fewest { get; }

    /// <param name="filter">With the asker's sight.</param>
    /// <param name="range">Whole weeks.</param>
    Task<CrowdVerdict> JudgeAsync(MetricsFilter filter, TimeRange range, TimeZoneInfo zone, CancellationToken cancel = default);

    /// <param name="month">Any instant of the month in which the name holds.</param>
    string PseudonymOf(string user, DateTimeOffset month);

    /// <summary>Two names of one person, as far as they were ever seen: names may be merged.</summary>
    bool IsSame(string one, string other);

    /// <summary>Two spellings of one folder.</summary>
    bool IsSameProject(string one, string other);
}
