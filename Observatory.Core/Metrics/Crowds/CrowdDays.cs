using System.Collections.Concurrent;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Crowds;

/// <summary>Who has rows of which values on a UTC day.</summary>
/// <param name="Rows">Of usage, without tools.</param>
/// <param name="Tools">Of calls of tools.</param>
internal sealed record CrowdDay(long Version, CrowdRow[] Rows, CrowdRow[] Tools);

/// <summary>
/// The rows of days that groups are counted from, each day once for a version of it and a zone. Thread-safe.
/// </summary>
internal sealed class CrowdDays(DayReader days)
{
    /// <summary>Days that are kept; with one more all are read again.</summary>
    private const int MostKept = 4_000;

    private readonly ConcurrentDictionary<(int Day, string Zone), CrowdDay> _known = new();

    /// <param name="first">Days since 1970-01-01.</param>
    /// <param name="end">First day that is not asked for.</param>
    public CrowdDay[] Read(ObservatoryContext db, int first, int end, TimeZoneInfo zone, CancellationToken cancel)
    {
        if (first >= end) return [];
        var versions = days.Reads.DayVersions(db, first, end);
        var found = new CrowdDay?[versions.Length];
        for (var i = 0; i < versions.Length; i++)
        {
            if (_known.TryGetValue((first + i, zone.Id), out var known) && known.Version == versions[i]) found[i] = known;
        }
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i] is not null) continue;
            var until = i + 1;
            while (until < found.Length && found[until] is null) until++;
            Make(db, first + i, first + until, zone, (day, rows, tools) => found[day - first] = new CrowdDay(versions[day - first], rows, tools), cancel);
            i = until;
        }
        if (_known.Count > MostKept) _known.Clear();
        for (var i = 0; i < found.Length; i++) _known[(first + i, zone.Id)] = found[i]!;
        return found!;
    }

    private void Make(ObservatoryContext db, int first, int end, TimeZoneInfo zone, Action<int, CrowdRow[], CrowdRow[]> made, CancellationToken cancel)
    {
        var rows = new HashSet<CrowdRow>[end - first];
        var tools = new HashSet<CrowdRow>[end - first];
        var clock = new BucketClock(zone);
        days.Visit(db, DaySumPart.Usage, first, end, (day, block) =>
        {
            var (into, dates) = (rows[day - first] ??= [], DatesOf(day, clock));
            var reader = new UsageReader(block);
            while (reader.NextRun())
            {
                while (reader.NextCell())
                {
                    into.Add(new CrowdRow(reader.User, reader.Project, reader.Model, reader.Sources, 0, dates[reader.Quarter]));
                    reader.SkipFigures();
                }
            }
        }, cancel);
        var bins = new List<(int Bin, long Count)>();
        days.Visit(db, DaySumPart.Tools, first, end, (day, block) =>
        {
            var (into, dates) = (tools[day - first] ??= [], DatesOf(day, clock));
            var reader = new ToolReader(block);
            while (reader.NextRun())
            {
                while (reader.NextCell())
                {
                    if (Timings.IsTool(reader.Tool))
                        into.Add(new CrowdRow(reader.User, reader.Project, reader.Model, reader.Sources, reader.Tool, dates[reader.Quarter]));
                    reader.ReadSum();
                    bins.Clear();
                    reader.ReadBins(bins);
                }
            }
        }, cancel);
        for (var i = 0; i < rows.Length; i++) made(first + i, rows[i] is { } own ? [.. own] : [], tools[i] is { } calls ? [.. calls] : []);
    }

    /// <summary>Number of the calendar day in the zone, for each quarter of an hour of a UTC day.</summary>
    private static int[] DatesOf(int day, BucketClock clock)
    {
        var dates = new int[DayBlock.Quarters];
        var first = DayReader.FirstQuarter(day);
        for (var i = 0; i < dates.Length; i++) dates[i] = clock.DateOf((first + i) * BucketClock.Quarter).DayNumber;
        return dates;
    }
}
