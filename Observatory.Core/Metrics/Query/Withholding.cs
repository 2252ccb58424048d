using Observatory.Core.Events;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Crowds;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>Says of an answer's buckets which are empty because too few people would stand in them.</summary>
internal static class Withholding
{
    /// <summary>Null = people are not counted by it.</summary>
    public static CrowdDimension? CrowdOf(string? dimension) => dimension switch
    {
        Dimensions.Project => CrowdDimension.Project,
        Dimensions.Model => CrowdDimension.Model,
        Dimensions.Source => CrowdDimension.Source,
        Dimensions.Tool => CrowdDimension.Tool,
        _ => null,
    };

    public static IReadOnlyList<MetricGroup> Mark(
        IReadOnlyList<MetricGroup> groups, MetricRequest request, TimeRange range, IReadOnlyList<TimeRange> buckets, IdFilter filter, NameCatalog names)
    {
        if (filter.Mask is not { } mask || request.Interval is not { } interval) return groups;
        var crowd = CrowdOf(request.GroupBy);
        // Where all is withheld there is no group; that there would be one is said all the same.
        if (groups.Count == 0 && request.GroupBy is null && buckets.Any(b => StateOf(b, null, 0) == Shown.None))
        {
            var nothing = new double?[buckets.Count];
            groups = [new MetricGroup(GroupKind.All, null, new double?[request.Metrics.Count], [.. request.Metrics.Select(_ => nothing)])];
        }
        return [.. groups.Select(g => g with { Withheld = StatesOf(g) })];

        bool[] StatesOf(MetricGroup group)
        {
            var value = group.Kind == GroupKind.Named && crowd is { } by ? ValueOf(by, group.Name!, names) : 0;
            var dimension = group.Kind is GroupKind.Named or GroupKind.None ? crowd : null;
            return [.. buckets.Select(b => StateOf(b, dimension, value) == Shown.None)];
        }

        Shown StateOf(TimeRange bucket, CrowdDimension? dimension, int value) =>
            mask.StateOf(new TimeRange(Math.Max(bucket.Start, range.Start), Math.Min(bucket.End, range.End)), interval, dimension, value);
    }

    private static int ValueOf(CrowdDimension dimension, string name, NameCatalog names) => dimension switch
    {
        CrowdDimension.Source => name.Split('+').Aggregate(0, (mask, source) => mask | 1 << (int)Enum.Parse<EventSource>(source, ignoreCase: true)),
        CrowdDimension.Project => names.Id(NameKind.Project, name) ?? -1,
        CrowdDimension.Model => names.Id(NameKind.Model, name) ?? -1,
        _ => names.Id(NameKind.Tool, name) ?? -1,
    };
}
