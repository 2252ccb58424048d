using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Observatory.Core.Events;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Crowds;

/// <summary>Makes the filter of a question in numbers, and of one whose asker sees groups only the mask of what is shown. Thread-safe.</summary>
internal sealed class CrowdReader(DayReader days)
{
    /// <summary>Weeks whose rules are kept; with one more all are made again.</summary>
    private const int MostKept = 2_000;

    private readonly CrowdDays _days = new(days);
    private readonly ConcurrentDictionary<string, CrowdRules> _known = new(StringComparer.Ordinal);

    /// <param name="ranges">That are read with it: the mask knows their weeks and no others.</param>
    public IdFilter FilterOf(
        ObservatoryContext db, MetricsFilter filter, NameCatalog names, TimeZoneInfo zone, IReadOnlyList<TimeRange> ranges, CancellationToken cancel)
    {
        var plain = new IdFilter(filter, names);
        return filter.Sight is { IsCrowd: true } sight ? new IdFilter(plain, MaskOf(db, filter, sight, plain, names, zone, ranges, cancel)) : plain;
    }

    private CrowdMask MaskOf(
        ObservatoryContext db, MetricsFilter filter, Sight sight, IdFilter plain, NameCatalog names, TimeZoneInfo zone, IReadOnlyList<TimeRange> ranges,
        CancellationToken cancel)
    {
        var own = sight.Own is { } user && names.Id(NameKind.User, user) is { } id && id != 0 ? names.Person(id) : -1;
        var weeks = new Dictionary<int, CrowdRules>();
        foreach (var range in ranges.Where(r => r.Length > 0))
        {
            var (first, last) = (CrowdWeeks.Of(range.Start), CrowdWeeks.Of(range.End - 1));
            var read = _days.Read(db, CrowdWeeks.FirstDayOf(first), CrowdWeeks.FirstDayOf(last + 1), zone, cancel);
            for (var week = first; week <= last; week++)
            {
                if (!weeks.ContainsKey(week)) weeks[week] = RulesOf(week, read.AsSpan((week - first) * 7, 7), sight, own, plain, names, zone);
            }
        }
        return new CrowdMask(weeks, rules => QuestionOf(filter, names, rules), plain.People, zone);
    }

    private CrowdRules RulesOf(
        int week, ReadOnlySpan<CrowdDay> read, Sight sight, int own, IdFilter plain, NameCatalog names, TimeZoneInfo zone)
    {
        var key = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{week} {zone.Id} {own} {names.PeopleVersion} {sight.Key} "));
        var isEmpty = true;
        foreach (var day in read)
        {
            key.Append(CultureInfo.InvariantCulture, $"{day.Version},");
            isEmpty &= day.Rows.Length + day.Tools.Length == 0;
        }
        if (isEmpty) return CrowdRules.Empty;
        var text = key.ToString();
        if (_known.TryGetValue(text, out var known)) return known;
        HashSet<CrowdRow> rows = [], tools = [], mine = [];
        foreach (var day in read)
        {
            foreach (var row in day.Rows) Add(row, rows);
            foreach (var row in day.Tools) Add(row, tools);
        }
        if (_known.Count > MostKept) _known.Clear();
        return _known[text] = new CrowdRules([.. rows], [.. tools], [.. mine], sight.Fewest, (dimension, value) => NameOf(names, dimension, value));

        void Add(in CrowdRow row, HashSet<CrowdRow> others)
        {
            if (!plain.IsWithin(row.Project)) return;
            var person = row with { Person = plain.Person(row.Person) };
            if (person.Person != own) others.Add(person);
            else if (row.Tool == 0) mine.Add(person);
        }
    }

    private static CrowdQuestion QuestionOf(MetricsFilter filter, NameCatalog names, CrowdRules rules)
    {
        var question = CrowdQuestion.All;
        if (filter.Projects.Count > 0) question = question.With(CrowdDimension.Project, Ids(filter.Projects, NameKind.Project, names));
        if (filter.Models.Count > 0) question = question.With(CrowdDimension.Model, Ids(filter.Models, NameKind.Model, names));
        if (filter.Sources.Count == 0) return question;
        var wanted = filter.Sources.Aggregate(0, (mask, source) => mask | 1 << (int)Enum.Parse<EventSource>(source, ignoreCase: true));
        // A row belongs to the whole set that it is known through: all sets that the filter lets through must be shown.
        return question.With(CrowdDimension.Source, [.. rules.Values(CrowdDimension.Source, CrowdQuestion.All).Where(set => (set & wanted) != 0)]);
    }

    /// <summary>A name that was never seen has no rows.</summary>
    private static int[] Ids(IReadOnlyList<string> texts, NameKind kind, NameCatalog names) => [.. texts.Select(t => names.Id(kind, t) ?? -1)];

    private static string NameOf(NameCatalog names, CrowdDimension dimension, int value) => dimension switch
    {
        CrowdDimension.Source => SourceNames.SetOf(value),
        CrowdDimension.Day => value.ToString("D9", CultureInfo.InvariantCulture),
        _ => names.Text(value) ?? "",
    };
}
