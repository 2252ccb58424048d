using Observatory.Core.Metrics.Query;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>Parts of a difference that add up to it: what is left over by rounding, or by what no name is known of, stands with the others.</summary>
internal static class ContributionSums
{
    public const string Others = "others";

    /// <summary>Names that stand for themselves.</summary>
    private const int MostNames = 10;

    /// <summary>Totals by name; the empty name is what has none.</summary>
    public static Dictionary<string, double> ByName(MetricAnswer answer) =>
        answer.Groups.ToDictionary(NameOf, g => g.Totals[0] ?? 0, StringComparer.Ordinal);

    public static string NameOf(MetricGroup group) => group.Kind == GroupKind.Named ? group.Name! : MetricTable.NoName;

    public static Dictionary<string, double> Together(IEnumerable<MetricAnswer> answers)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in answers.SelectMany(ByName)) sums[name] = sums.GetValueOrDefault(name) + value;
        return sums;
    }

    /// <summary>The largest differences first, then the others together, if there are any.</summary>
    /// <param name="value">Of all together.</param>
    /// <param name="usual">The same before.</param>
    public static List<Contribution> Of(
        string dimension, IReadOnlyDictionary<string, double> values, IReadOnlyDictionary<string, double> before, double value, double usual)
    {
        var rows = values.Keys.Union(before.Keys)
            .Select(n => new Contribution(dimension, n == MetricTable.NoName ? null : n, values.GetValueOrDefault(n), before.GetValueOrDefault(n)))
            .Where(c => c.Value != 0 || c.Usual != 0)
            .OrderByDescending(c => Math.Abs(c.Delta)).ThenBy(c => c.Name, StringComparer.Ordinal).Take(MostNames).ToList();
        var (left, leftBefore) = (value - rows.Sum(r => r.Value), usual - rows.Sum(r => r.Usual));
        // What rounding leaves belongs to nobody: it is put where it does not show.
        var size = 1e-9 * Math.Max(Math.Abs(value), Math.Abs(usual));
        if (Math.Abs(left) <= size && Math.Abs(leftBefore) <= size)
        {
            if (rows.Count > 0) rows[0] = rows[0] with { Value = rows[0].Value + left, Usual = rows[0].Usual + leftBefore };
            return rows;
        }
        rows.Add(new Contribution(dimension, Others, left, leftBefore));
        return rows;
    }
}
