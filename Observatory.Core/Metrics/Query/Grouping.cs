using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>Numbers of the names that a row belongs to; 0 = none. <paramref name="Sources"/> is a mask.</summary>
/// <param name="Code">Of a prompt: 1 = it has no block of code, 2 = it has one.</param>
/// <param name="Length">Of a prompt, characters.</param>
internal readonly record struct Facts(
    int User, int Project, int Model, int Sources, int Tool = 0, int Type = 0, int Branch = 0, int Code = 0, int Length = 0);

/// <summary>Which group a row belongs to, and whether tags let it through. One for a table.</summary>
internal sealed class Grouping
{
    private readonly MetricTable _table;
    private readonly NameCatalog _names;
    private readonly string? _dimension;
    private readonly List<(string Dimension, IReadOnlyList<string> Values)> _tags;
    private readonly Dictionary<int, Dictionary<int, IMetricCell>> _groups = [];

    private readonly IdFilter _filter;
    private readonly Interval? _interval;
    private readonly CrowdDimension? _crowd;
    private readonly EnrichedNames _enriched;

    /// <summary>A tag that nothing of what is shown has.</summary>
    private readonly bool _isNothing;

    /// <param name="filter">That rows passed; what it does not show stays out of its group.</param>
    public Grouping(MetricTable table, MetricRequest request, bool isGrouped, NameCatalog names, IdFilter filter)
    {
        (_filter, _interval) = (filter, request.Interval);
        // How many people stand in a group of these, nobody judges: who sees groups only sees none.
        isGrouped = isGrouped && !(filter.Mask is not null && Dimensions.IsEnriched(request.GroupBy!));
        _isNothing = filter.Mask is not null && request.Tags.Keys.Any(Dimensions.IsEnriched);
        _enriched = new EnrichedNames(names, request.Zone);
        _crowd = isGrouped ? Withholding.CrowdOf(request.GroupBy) : null;
        (_table, _names, _dimension) = (table, names, isGrouped ? request.GroupBy : null);
        _tags = [.. request.Tags.Select(t => (t.Key, t.Value))];
    }

    /// <summary>Cells of the row's group by bucket; null = the row is kept out.</summary>
    /// <param name="at">Unix ms.</param>
    public Dictionary<int, IMetricCell>? Find(in Facts facts, long at)
    {
        if (_isNothing || _filter.Mask is not null && !Shows(facts, at)) return null;
        foreach (var (dimension, values) in _tags)
        {
            if (NameOf(dimension, KeyOf(dimension, facts, at)) is not { } name || !values.Contains(name)) return null;
        }
        var key = _dimension is null ? 0 : KeyOf(_dimension, facts, at);
        if (_groups.TryGetValue(key, out var cells)) return cells;
        return _groups[key] = _table.Of(_dimension is null ? null : NameOf(_dimension, key));
    }

    private bool Shows(in Facts facts, long at)
    {
        var value = _crowd is null ? 0 : KeyOf(_dimension!, facts, at);
        if (_interval is { } interval) return _filter.ShowsPoint(at, interval, _crowd, value);
        return _crowd is { } crowd ? _filter.ShowsRow((int)BucketClock.DayOf(at), crowd, value) : _filter.Shows(at);
    }

    private int KeyOf(string dimension, in Facts facts, long at) => dimension switch
    {
        Dimensions.User => facts.User,
        Dimensions.Project => facts.Project,
        Dimensions.Model => facts.Model,
        Dimensions.Source => facts.Sources,
        Dimensions.Tool => facts.Tool,
        Dimensions.Type => facts.Type,
        _ => _enriched.KeyOf(dimension, facts, at),
    };

    private string? NameOf(string dimension, int key)
    {
        if (key == 0) return null;
        if (dimension == Dimensions.Source) return SourceNames.SetOf(key);
        return Dimensions.IsEnriched(dimension) ? _enriched.NameOf(dimension, key) : _names.Text(key);
    }
}
