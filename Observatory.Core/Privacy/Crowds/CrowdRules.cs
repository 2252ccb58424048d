using System.Collections.Concurrent;

namespace Observatory.Core.Privacy.Crowds;

/// <summary>
/// The rows of one week, and what of them somebody may see who sees other people only in groups. Of shown answers none lies within another in a way that
/// tells of fewer than <see cref="Fewest"/> people: the rows of the difference belong to no one or to at least as many. Thread-safe.
/// </summary>
/// <param name="rows">Of everybody but the reader: all of them, without tools.</param>
/// <param name="tools">Of everybody but the reader: calls of tools.</param>
/// <param name="own">Of the reader.</param>
/// <param name="fewest">People of a group that is shown.</param>
/// <param name="nameOf">Name of a value: ties are broken by it.</param>
public sealed class CrowdRules(
    IReadOnlyList<CrowdRow> rows, IReadOnlyList<CrowdRow> tools, IReadOnlyList<CrowdRow> own, int fewest, Func<CrowdDimension, int, string> nameOf)
{
    private static readonly IReadOnlySet<int> s_none = new HashSet<int>();

    private readonly ConcurrentDictionary<string, bool> _shown = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlySet<int>> _withheld = new(StringComparer.Ordinal);

    public int Fewest => fewest;

    /// <summary>A week in which nobody did anything.</summary>
    public static CrowdRules Empty { get; } = new([], [], [], 1, (_, _) => "");

    /// <summary>
    /// The week is shown to a question: nobody else has rows in it, or enough people have, each filter's values are shown in their dimension under the other
    /// filters, and so is the week to every looser question.
    /// </summary>
    public bool Shows(CrowdQuestion question)
    {
        if (_shown.TryGetValue(question.Key, out var known)) return known;
        return _shown[question.Key] = Judge(question);
    }

    /// <summary>
    /// Values of a dimension that are not shown under these filters: those of some but too few people, and as long as these together have too few, the shown
    /// one with the fewest.
    /// </summary>
    public IReadOnlySet<int> Withheld(CrowdDimension dimension, CrowdQuestion question)
    {
        var key = $"{(int)dimension}:{question.Key}";
        return _withheld.TryGetValue(key, out var known) ? known : _withheld[key] = FindWithheld(dimension, question);
    }

    /// <summary>Other people with rows that match.</summary>
    public int People(CrowdQuestion question)
    {
        var people = new HashSet<int>();
        foreach (var row in RowsOf(question)) if (question.Matches(row)) people.Add(row.Person);
        return people.Count;
    }

    /// <summary>The reader has rows that match; calls of tools are among them without their tools.</summary>
    public bool HasOwn(CrowdQuestion question)
    {
        var without = question.Without(CrowdDimension.Tool);
        foreach (var row in own) if (without.Matches(row)) return true;
        return false;
    }

    /// <summary>Some of these people has rows that match.</summary>
    public bool HasAnyOf(IReadOnlySet<int> people, CrowdQuestion question)
    {
        foreach (var row in RowsOf(question)) if (people.Contains(row.Person) && question.Matches(row)) return true;
        return false;
    }

    /// <summary>Values of a dimension that other people's rows have.</summary>
    public IReadOnlySet<int> Values(CrowdDimension dimension, CrowdQuestion question)
    {
        HashSet<int>? values = null;
        foreach (var row in dimension == CrowdDimension.Tool ? tools : RowsOf(question)) if (question.Matches(row)) (values ??= []).Add(row[dimension]);
        return values ?? s_none;
    }

    private IReadOnlyList<CrowdRow> RowsOf(CrowdQuestion question) => question.AsksForTools ? tools : rows;

    private bool Judge(CrowdQuestion question)
    {
        var people = People(question);
        if (people == 0) return true;
        if (people < fewest) return false;
        foreach (var dimension in question.Filtered)
        {
            var looser = question.Without(dimension);
            var withheld = Withheld(dimension, looser);
            if (question.ValuesOf(dimension).Any(withheld.Contains) || !Shows(looser)) return false;
        }
        return true;
    }

    private IReadOnlySet<int> FindWithheld(CrowdDimension dimension, CrowdQuestion question)
    {
        var people = new Dictionary<int, HashSet<int>>();
        foreach (var row in dimension == CrowdDimension.Tool ? tools : RowsOf(question))
        {
            if (!question.Matches(row)) continue;
            if (!people.TryGetValue(row[dimension], out var own)) people[row[dimension]] = own = [];
            own.Add(row.Person);
        }
        var withheld = people.Where(p => p.Value.Count < fewest).Select(p => p.Key).ToHashSet();
        if (withheld.Count == 0) return s_none;
        var together = withheld.SelectMany(v => people[v]).ToHashSet();
        foreach (var next in people.Where(p => p.Value.Count >= fewest).OrderBy(p => p.Value.Count)
            .ThenBy(p => nameOf(dimension, p.Key), StringComparer.Ordinal))
        {
            if (together.Count >= fewest) break;
            withheld.Add(next.Key);
            together.UnionWith(next.Value);
        }
        return withheld;
    }
}
