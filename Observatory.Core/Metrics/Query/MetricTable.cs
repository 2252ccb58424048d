using Observatory.Core.Metrics.Catalogue;

namespace Observatory.Core.Metrics.Query;

/// <summary>What a source read, by group and bucket. The group without a name is that of rows without a value.</summary>
internal sealed class MetricTable(Func<IMetricCell> create)
{
    public const string NoName = "";

    private readonly Dictionary<string, Dictionary<int, IMetricCell>> _groups = new(StringComparer.Ordinal);

    public IEnumerable<string> Groups => _groups.Keys;

    public Dictionary<int, IMetricCell> Of(string? group)
    {
        var name = group ?? NoName;
        return _groups.TryGetValue(name, out var cells) ? cells : _groups[name] = [];
    }

    public IMetricCell Cell(Dictionary<int, IMetricCell> group, int bucket) => group.TryGetValue(bucket, out var cell) ? cell : group[bucket] = create();

    /// <summary>Sum of a group's buckets: by it groups are ranked.</summary>
    public double Weight(string group, MetricDefinition metric) =>
        _groups.TryGetValue(group, out var cells) ? cells.Values.Sum(c => ValueOf(c, metric) ?? 0) : 0;

    /// <summary>Several groups as one, bucket by bucket.</summary>
    public Dictionary<int, IMetricCell> Merged(IReadOnlyList<string> groups)
    {
        if (groups.Count == 1) return _groups.GetValueOrDefault(groups[0]) ?? [];
        var merged = new Dictionary<int, IMetricCell>();
        foreach (var name in groups)
        {
            if (!_groups.TryGetValue(name, out var cells)) continue;
            foreach (var (bucket, cell) in cells)
            {
                if (!merged.TryGetValue(bucket, out var sum)) merged[bucket] = sum = cell.New();
                sum.Merge(cell);
            }
        }
        return merged;
    }

    /// <summary>Of all buckets together.</summary>
    public static double? Total(Dictionary<int, IMetricCell> cells, MetricDefinition metric)
    {
        if (cells.Count == 0) return null;
        if (cells.Count == 1) return ValueOf(cells.Values.First(), metric);
        var sum = cells.Values.First().New();
        foreach (var cell in cells.Values) sum.Merge(cell);
        return ValueOf(sum, metric);
    }

    /// <summary>Nothing is no value of what is counted: a bucket without rows of the metric has none.</summary>
    public static double? ValueOf(IMetricCell cell, MetricDefinition metric) => cell.ValueOf(metric) switch
    {
        0.0 when metric.Source != MetricSource.Series && metric.Aggregation is MetricAggregation.Sum or MetricAggregation.Distinct => null,
        var value => value,
    };
}
