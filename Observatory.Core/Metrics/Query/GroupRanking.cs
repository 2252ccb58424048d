using Observatory.Core.Metrics.Catalogue;

namespace Observatory.Core.Metrics.Query;

/// <summary>From what was read to the groups of an answer: the largest, the others together, and those without a value.</summary>
internal static class GroupRanking
{
    public static IReadOnlyList<MetricGroup> Of(
        IReadOnlyList<(MetricDefinition Metric, MetricTable? Table)> read, MetricRequest request, int buckets, out bool isTruncated)
    {
        isTruncated = false;
        if (request.GroupBy is null) return Group(GroupKind.All, null, [MetricTable.NoName], read, buckets) is { } all ? [all] : [];
        var named = read.SelectMany(r => r.Table?.Groups ?? []).Distinct(StringComparer.Ordinal).Where(g => g != MetricTable.NoName)
            .Where(g => read.Any(r => HasValue(r.Table, g, r.Metric)))
            .Select(g => (Name: g, Weight: read[0].Table?.Weight(g, read[0].Metric) ?? 0))
            .OrderByDescending(g => g.Weight).ThenBy(g => g.Name, StringComparer.Ordinal).Select(g => g.Name).ToList();
        var groups = named.Take(request.Limit).Select(g => Group(GroupKind.Named, g, [g], read, buckets)).ToList();
        if (named.Count > request.Limit)
        {
            isTruncated = true;
            groups.Add(Group(GroupKind.Others, null, named[request.Limit..], read, buckets));
        }
        groups.Add(Group(GroupKind.None, null, [MetricTable.NoName], read, buckets));
        return [.. groups.OfType<MetricGroup>()];
    }

    private static bool HasValue(MetricTable? table, string group, MetricDefinition metric) =>
        table is not null && table.Merged([group]).Values.Any(c => MetricTable.ValueOf(c, metric) is not null);

    private static MetricGroup? Group(
        GroupKind kind, string? name, IReadOnlyList<string> names, IReadOnlyList<(MetricDefinition Metric, MetricTable? Table)> read, int buckets)
    {
        var totals = new double?[read.Count];
        var values = new IReadOnlyList<double?>[read.Count];
        var merged = new Dictionary<MetricTable, Dictionary<int, IMetricCell>>();
        var isEmpty = true;
        for (var i = 0; i < read.Count; i++)
        {
            var own = new double?[buckets];
            values[i] = own;
            if (read[i] is not (var metric, { } table)) continue;
            if (!merged.TryGetValue(table, out var cells)) merged[table] = cells = table.Merged(names);
            foreach (var (bucket, cell) in cells) own[bucket] = MetricTable.ValueOf(cell, metric);
            totals[i] = MetricTable.Total(cells, metric);
            isEmpty &= Array.TrueForAll(own, v => v is null);
        }
        return isEmpty ? null : new MetricGroup(kind, name, totals, values);
    }
}
