using Observatory.Core.Privacy.Crowds;
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
        var filter = cubes.FilterOf(snapshot.Db, query.Filter, names, query.Zone, cancel, query.Range);
        var tools = await cubes.ReadToolsAsync(snapshot.Db, plan, filter, durations: true, cancel).ConfigureAwait(false);
        var uses = (await cubes.ToolUsesAsync(snapshot.Db, plan, filter, cancel).ConfigureAwait(false))
            .ToDictionary(u => names.Text(u.Key) ?? "unknown", u => u.Value, StringComparer.Ordinal);
        return
        [
            .. ToolRows(tools, filter, query.Range).Select(row => uses.GetValueOrDefault(row.Tool) is not { } use ? row : row with
            {
                Conversations = use.Conversations, Users = use.Users.Count, LastUsed = DateTimeOffset.FromUnixTimeMilliseconds(use.Last),
            }),
        ];
    }

    private async Task<(RangeFigures Now, RangeFigures Earlier)> ReadBothAsync(
        ObservatoryContext db, MetricsQuery query, RangeParts ofNow, RangeParts ofEarlier, CancellationToken cancel)
    {
        var before = query.Before(Now);
        var filter = cubes.FilterOf(db, query.Filter, names, query.Zone, cancel, query.Range, before);
        var now = await ReadRangeAsync(db, query, query.Range, filter, ofNow, cancel).ConfigureAwait(false);
        return (now, await ReadRangeAsync(db, query, before, filter, ofEarlier, cancel).ConfigureAwait(false));
    }

    private IEnumerable<ProjectRow> ProjectRows(RangeFigures now, RangeFigures earlier)
    {
        var before = earlier.Projects;
        var last = now.LastOfProject;
        var hidden = earlier.Hidden(CrowdDimension.Project).ToHashSet();
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
                    IsNew = previous is null && !hidden.Contains(g.Key),
                };
            })
            .OrderByDescending(p => p.Figures.TotalTokens).ThenBy(p => p.Path, StringComparer.Ordinal)
            .Concat(Hidden(now.Filter, now.Range, CrowdDimension.Project).Select(id => new ProjectRow
            {
                Path = names.Text(id), Project = names.Tail(names.Text(id)), Figures = OverviewFigures.Withheld, Color = ColorOf(names.Ordinal(id)),
            }));
    }

    private IEnumerable<ModelRow> ModelRows(RangeFigures now, RangeFigures earlier)
    {
        var before = earlier.Models;
        var hidden = earlier.Hidden(CrowdDimension.Model).ToHashSet();
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
                    IsNew = previous is null && !hidden.Contains(g.Key),
                };
            })
            .OrderByDescending(m => m.Figures.TotalTokens).ThenBy(m => m.Model, StringComparer.Ordinal)
            .Concat(Hidden(now.Filter, now.Range, CrowdDimension.Model).Where(id => id != 0).Select(id => new ModelRow
            {
                Model = names.Text(id), Figures = OverviewFigures.Withheld, Color = ColorOf(names.Ordinal(id)),
            }));
    }
}
