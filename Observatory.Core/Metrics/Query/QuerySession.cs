using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>One snapshot with what was read in it already: questions about the same range and filters share their rows. Not thread-safe.</summary>
internal sealed class QuerySession(ObservatoryContext db, NameCatalog names, CubeReader reader)
{
    private readonly Dictionary<MetricsFilter, IdFilter> _filters = [];
    private readonly Dictionary<(TimeRange Range, bool IsRaw, MetricsFilter Filter), Cube> _cubes = [];

    public ObservatoryContext Db => db;

    public NameCatalog Names => names;

    public CubeReader Reader => reader;

    public IdFilter Filter(MetricsFilter filter) => _filters.TryGetValue(filter, out var known) ? known : _filters[filter] = new IdFilter(filter, names);

    public async Task<Cube> CubeAsync(TimeRange range, RangePlan plan, MetricsFilter filter, CancellationToken cancel)
    {
        var key = (range, plan.Quarters.Start == plan.Quarters.End, filter);
        if (_cubes.TryGetValue(key, out var known)) return known;
        return _cubes[key] = await reader.ReadAsync(db, plan, Filter(filter), cancel).ConfigureAwait(false);
    }
}
