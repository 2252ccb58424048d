using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>One snapshot with what was read in it already: questions about the same range and filters share their rows. Not thread-safe.</summary>
internal sealed class QuerySession(ObservatoryContext db, NameCatalog names, CubeReader reader)
{
    private readonly Dictionary<MetricsFilter, IdFilter> _filters = [];
    private readonly Dictionary<(MetricsFilter Filter, TimeRange Range, TimeZoneInfo Zone), IdFilter> _masked = [];
    private readonly Dictionary<(TimeRange Range, bool IsRaw, IdFilter Filter), Cube> _cubes = [];

    public ObservatoryContext Db => db;

    public NameCatalog Names => names;

    public CubeReader Reader => reader;

    /// <param name="range">That is read with it.</param>
    public IdFilter Filter(MetricsFilter filter, TimeRange range, TimeZoneInfo zone, CancellationToken cancel)
    {
        if (filter.Sight is not { IsCrowd: true }) return _filters.TryGetValue(filter, out var known) ? known : _filters[filter] = new IdFilter(filter, names);
        var key = (filter, range, zone);
        return _masked.TryGetValue(key, out var masked) ? masked : _masked[key] = reader.FilterOf(db, filter, names, zone, cancel, range);
    }

    /// <summary>A range as two: the days up to the last one from which rows were deleted, and those of which all rows are there.</summary>
    public (TimeRange Sums, TimeRange Rows) Split(TimeRange range, IdFilter filter)
    {
        // Who sees groups of people only sees no single row.
        if (filter.Mask is not null) return (range, new TimeRange(range.End, range.End));
        if (range.Length == 0) return (range, range);
        var gone = reader.Reads.LastGone(db, (int)BucketClock.DayOf(range.Start), (int)BucketClock.DayOf(range.End - 1) + 1);
        var since = gone is { } day ? Math.Clamp((day + 1) * BucketClock.Day, range.Start, range.End) : range.Start;
        return (range with { End = since }, range with { Start = since });
    }

    public async Task<Cube> CubeAsync(TimeRange range, RangePlan plan, IdFilter filter, CancellationToken cancel)
    {
        var key = (range, plan.Quarters.Start == plan.Quarters.End, filter);
        if (_cubes.TryGetValue(key, out var known)) return known;
        return _cubes[key] = await reader.ReadAsync(db, plan, filter, cancel).ConfigureAwait(false);
    }
}
