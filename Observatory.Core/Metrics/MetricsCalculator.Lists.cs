using Observatory.Core.Storage;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    /// <summary>Colours for models and projects; after the last the first comes again.</summary>
    private const int Colors = 6;

    /// <summary>Fixed by order of first sight, never by rank: a project keeps its colour while figures change.</summary>
    internal static int ColorOf(int ordinal) => ordinal % Colors;

    public Task<IReadOnlyList<ProjectRow>> GetProjectsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        ShareAsync("projects", query, c => MakeProjectsAsync(query, c), cancel);

    private async Task<IReadOnlyList<ProjectRow>> MakeProjectsAsync(MetricsQuery query, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var (now, earlier) = await ReadBothAsync(snapshot.Db, query, RangeParts.Projects, RangeParts.Projects, cancel).ConfigureAwait(false);
        return [.. ProjectRows(now, earlier)];
    }

    public Task<IReadOnlyList<ModelRow>> GetModelsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        ShareAsync("models", query, c => MakeModelsAsync(query, c), cancel);

    private async Task<IReadOnlyList<ModelRow>> MakeModelsAsync(MetricsQuery query, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var (now, earlier) = await ReadBothAsync(snapshot.Db, query, RangeParts.Models, RangeParts.Models, cancel).ConfigureAwait(false);
        return [.. ModelRows(now, earlier)];
    }

    public Task<IReadOnlyList<ToolRow>> GetToolsAsync(MetricsQuery query, CancellationToken cancel = default) =>
        ShareAsync("tools", query, c => MakeToolsAsync(query, c), cancel);

    private async Task<IReadOnlyList<ToolRow>> MakeToolsAsync(MetricsQuery query, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var plan = RangePlan.For(query.Range);
        return [.. ToolRows(await cubes.ReadToolsAsync(snapshot.Db, plan, new IdFilter(query.Filter, names), durations: true, cancel).ConfigureAwait(false))];
    }

    private async Task<(RangeFigures Now, RangeFigures Earlier)> ReadBothAsync(
        ObservatoryContext db, MetricsQuery query, RangeParts ofNow, RangeParts ofEarlier, CancellationToken cancel)
    {
        var filter = new IdFilter(query.Filter, names);
        var now = await ReadRangeAsync(db, query, query.Range, filter, ofNow, cancel).ConfigureAwait(false);
        return (now, await ReadRangeAsync(db, query, query.Range.Before(Now), filter, ofEarlier, cancel).ConfigureAwait(false));
    }

    private IEnumerable<ProjectRow> ProjectRows(RangeFigures now, RangeFigures earlier)
    {
        var before = earlier.Projects;
        var last = now.LastOfProject;
        return now.Projects
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
        var before = earlier.Models;
        return now.Models
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
