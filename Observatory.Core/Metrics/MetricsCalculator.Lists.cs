using Observatory.Core.Storage;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    /// <summary>Colours for models and projects; after the last the first comes again.</summary>
    private const int Colors = 6;

    /// <summary>Fixed by order of first sight, never by rank: a project keeps its colour while figures change.</summary>
    internal static int ColorOf(int ordinal) => ordinal % Colors;

    public async Task<IReadOnlyList<ProjectRow>> GetProjectsAsync(MetricsQuery query, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var (now, earlier) = await ReadBothAsync(snapshot.Db, query, cancel).ConfigureAwait(false);
        return [.. ProjectRows(now, earlier)];
    }

    public async Task<IReadOnlyList<ModelRow>> GetModelsAsync(MetricsQuery query, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var (now, earlier) = await ReadBothAsync(snapshot.Db, query, cancel).ConfigureAwait(false);
        return [.. ModelRows(now, earlier)];
    }

    public async Task<IReadOnlyList<ToolRow>> GetToolsAsync(MetricsQuery query, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var plan = RangePlan.For(query.Range);
        return [.. ToolRows(await cubes.ReadToolsAsync(snapshot.Db, plan, new IdFilter(query.Filter, names), durations: true, cancel).ConfigureAwait(false))];
    }

    private async Task<(RangeFigures Now, RangeFigures Earlier)> ReadBothAsync(ObservatoryContext db, MetricsQuery query, CancellationToken cancel)
    {
        var filter = new IdFilter(query.Filter, names);
        var now = await ReadRangeAsync(db, query, query.Range, filter, cancel).ConfigureAwait(false);
        return (now, await ReadRangeAsync(db, query, query.Range.Before(Now), filter, cancel).ConfigureAwait(false));
    }

    private IEnumerable<ProjectRow> ProjectRows(RangeFigures now, RangeFigures earlier)
    {
        var before = earlier.By(r => r.Project);
        var last = now.LastActivity(r => r.Project);
        return now.By(r => r.Project)
            .Select(g =>
            {
                var path = names.Text(g.Key);
                var previous = before.GetValueOrDefault(g.Key);
                return new ProjectRow
                {
                    Path = path,
                    Project = names.Tail(path),
                    Figures = g.Value.ToOverview(),
                    Color = ColorOf(names.Ordinal(g.Key)),
                    LastActivity = last.TryGetValue(g.Key, out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
                    PreviousCost = previous is null ? null : Money.Dollars(previous.Sum[Measure.Cost]),
                    IsNew = previous is null,
                };
            })
            .OrderByDescending(p => p.Figures.TotalTokens).ThenBy(p => p.Path, StringComparer.Ordinal);
    }

    private IEnumerable<ModelRow> ModelRows(RangeFigures now, RangeFigures earlier)
    {
        var before = earlier.By(r => r.Model);
        return now.By(r => r.Model)
            // Prompts and failed calls have no model; a row of its own is for responses whose source named none.
            .Where(g => g.Key != 0 || g.Value.Tokens > 0 || g.Value.Sum[Measure.AssistantMessages] > 0)
            .Select(g =>
            {
                var previous = before.GetValueOrDefault(g.Key);
                var figures = g.Value.ToOverview();
                return new ModelRow
                {
                    Model = names.Text(g.Key),
                    Figures = figures,
                    Color = ColorOf(names.Ordinal(g.Key)),
                    CacheSavings = figures.TotalCost is null ? null : Money.Dollars(g.Value.Sum[Measure.UncachedCost] - g.Value.Sum[Measure.Cost]),
                    PreviousCost = previous is null ? null : Money.Dollars(previous.Sum[Measure.Cost]),
                    IsNew = previous is null,
                };
            })
            .OrderByDescending(m => m.Figures.TotalTokens).ThenBy(m => m.Model, StringComparer.Ordinal);
    }
}
