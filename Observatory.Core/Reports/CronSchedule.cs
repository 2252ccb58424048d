using Cronos;
using Observatory.Core.Time;

namespace Observatory.Core.Reports;

/// <summary>
/// When a report is due. Local time and zone are kept, never an offset: a time that a clock change leaves out comes once, right after the gap; one that it
/// brings twice comes once, and what comes every so many minutes goes on as clocks show it.
/// </summary>
public sealed class CronSchedule
{
    private const int Fields = 5;

    /// <summary>Instants that are looked at when none is told: more than any answer holds.</summary>
    private const int Most = 100_000;

    private readonly CronExpression _cron;

    private CronSchedule(CronExpression cron, TimeZoneInfo zone) => (_cron, Zone) = (cron, zone);

    public TimeZoneInfo Zone { get; }

    /// <summary>Null = it is none, or it never comes (30 February).</summary>
    public static CronExpression? Parse(string? cron)
    {
        // Macros and seconds are Cronos' own; five fields are what everybody knows.
        if (cron is null || cron.Length > 200 || cron.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Length != Fields) return null;
        if (!CronExpression.TryParse(cron, CronFormat.Standard, out var parsed)) return null;
        return parsed.GetNextOccurrence(s_somewhen, TimeZoneInfo.Utc) is null ? null : parsed;
    }

    private static readonly DateTimeOffset s_somewhen = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Of a definition that was checked. A zone that this machine no longer knows is UTC.</summary>
    public static CronSchedule Of(ReportSchedule schedule) => new(
        Parse(schedule.Cron) ?? throw new ArgumentException($"\"{schedule.Cron}\" is no schedule.", nameof(schedule)), ZoneOf(schedule));

    public static TimeZoneInfo ZoneOf(ReportSchedule schedule) => IanaZones.Find(schedule.Timezone) ?? TimeZoneInfo.Utc;

    /// <param name="after">Unix ms, exclusive.</param>
    /// <returns>Unix ms, null = never again.</returns>
    public long? Next(long after) => _cron.GetNextOccurrence(DateTimeOffset.FromUnixTimeMilliseconds(after), Zone)?.ToUnixTimeMilliseconds();

    /// <summary>The next instants, strictly growing.</summary>
    public IEnumerable<DateTimeOffset> Upcoming(long after, int count)
    {
        for (; count > 0 && Next(after) is { } next; count--)
        {
            yield return DateTimeOffset.FromUnixTimeMilliseconds(next);
            after = next;
        }
    }

    /// <summary>Those from <paramref name="first"/>, which is one, to <paramref name="until"/>, both inclusive; of very many the last ones.</summary>
    public IReadOnlyList<long> Between(long first, long until)
    {
        var all = new List<long>();
        for (long? at = first; at <= until && all.Count < Most; at = Next(at.Value)) all.Add(at.Value);
        return all;
    }
}
