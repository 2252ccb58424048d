using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Time;
using Observatory.Core.Topics;

namespace Observatory.Core;

/// <summary>Lists of people, projects, models and tools, and what has no range.</summary>
internal sealed partial class SightedReads
{
    /// <summary>How far back suggestions of a narrowed asker reach.</summary>
    private static readonly TimeSpan s_suggested = TimeSpan.FromDays(400);

    /// <summary>What people talk about is theirs alone: a viewer is told nothing of it.</summary>
    public async Task<IReadOnlyList<TopicFigures>> GetTopicsAsync(MetricsQuery query, int limit, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        return IsViewer ? [] : await reads.Topics.GetTopicsAsync(view.Crowd, limit, cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<UserFigures>> GetUsersAsync(MetricsQuery query, CancellationToken cancel) =>
        (await ListUsersAsync(query, cancel).ConfigureAwait(false)).Users;

    /// <summary>Null where there is none by that name that the asker may see.</summary>
    public async Task<UserFigures?> GetUserAsync(string userId, MetricsQuery query, CancellationToken cancel)
    {
        if (!IsViewer)
        {
            var narrowed = query with { Filter = query.Filter with { Sight = Sight } };
            var user = await reads.Metrics.GetUserAsync(userId, narrowed, cancel).ConfigureAwait(false);
            if (user is null || user.TotalMessages + user.TotalTokensUsed > 0) return user;
            // Somebody who never did anything in the projects that are seen does not exist.
            return (await SeenUsersAsync(cancel).ConfigureAwait(false)).Any(u => u.UserId == user.UserId) ? user : null;
        }
        if (IsOwn(userId))
        {
            var view = await ViewAsync(query with { Filter = query.Filter with { Users = [userId] } }, cancel).ConfigureAwait(false);
            return await reads.Metrics.GetUserAsync(Own, view.Alone, cancel).ConfigureAwait(false);
        }
        await BehindAsync(userId, MonthOf(query.Range), cancel).ConfigureAwait(false);
        return (await ListUsersAsync(query with { Filter = query.Filter with { Users = [] } }, cancel).ConfigureAwait(false))
            .Users.FirstOrDefault(u => u.UserId == userId);
    }

    private async Task<(IReadOnlyList<UserFigures> Users, View View)> ListUsersAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        if (!IsViewer || view.IsOwn) return (await reads.Metrics.GetUsersAsync(view.Crowd, cancel).ConfigureAwait(false), view);
        // Single people under pseudonyms are no group; only which rows are told apart by a filter is judged as everything else.
        var asked = view.Crowd;
        var isFiltered = asked.Filter is { Projects.Count: > 0 } or { Models.Count: > 0 } or { Sources.Count: > 0 };
        if (isFiltered) await JudgeAsync(view with { Crowd = asked with { Filter = asked.Filter with { Users = [] } } }, cancel).ConfigureAwait(false);
        var everybody = asked with { Filter = asked.Filter with { Users = [], Sight = isFiltered ? Sight : Sight.Alone } };
        var users = await reads.Metrics.GetUsersAsync(everybody, cancel).ConfigureAwait(false);
        var others = users.Count(u => !IsOwn(u.UserId));
        if (others > 0 && others < reads.Crowds.Fewest) throw new WithheldException();
        var wanted = asked.Filter.Users.Select(u => Shown(u, view.Month)).ToHashSet();
        var named = users.Select(u => IsOwn(u.UserId) ? u : u with
        {
            UserId = Shown(u.UserId, view.Month)!, MostActiveTimeOfDay = null, ActivityPattern = null,
        });
        return ([.. named.Where(u => wanted.Count == 0 || wanted.Contains(u.UserId)).OrderByDescending(u => u.TotalMessages)
            .ThenBy(u => u.UserId, StringComparer.Ordinal)], view);
    }

    public async Task<IReadOnlyList<ProjectRow>> GetProjectsAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        await JudgeAsync(view, cancel).ConfigureAwait(false);
        return Named(await reads.Metrics.GetProjectsAsync(view.Crowd, cancel).ConfigureAwait(false));
    }

    public async Task<IReadOnlyList<ModelRow>> GetModelsAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        await JudgeAsync(view, cancel).ConfigureAwait(false);
        return await reads.Metrics.GetModelsAsync(view.Crowd, cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ToolRow>> GetToolsAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        await JudgeAsync(view, cancel).ConfigureAwait(false);
        var rows = await reads.Metrics.GetToolsAsync(view.Crowd, cancel).ConfigureAwait(false);
        return IsViewer ? [.. rows.Select(r => r with { LastUsed = null })] : rows;
    }

    public async Task<ProjectsPageFigures> GetProjectsPageAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await PageViewAsync(query, cancel).ConfigureAwait(false);
        var page = await reads.Lists.GetProjectsPageAsync(view, cancel).ConfigureAwait(false);
        return !IsViewer ? page : page with
        {
            Rows = Named(page.Rows), Series = [.. page.Series.Select(s => s with { Project = ProjectOf(s.Project, s.Project) })],
        };
    }

    public async Task<ModelsPageFigures> GetModelsPageAsync(MetricsQuery query, CancellationToken cancel) =>
        await reads.Lists.GetModelsPageAsync(await PageViewAsync(query, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);

    public async Task<ToolsPageFigures> GetToolsPageAsync(MetricsQuery query, CancellationToken cancel) =>
        await reads.Lists.GetToolsPageAsync(await PageViewAsync(query, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);

    private async Task<MetricsQuery> PageViewAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        await JudgeAsync(view, cancel).ConfigureAwait(false);
        return IsViewer && !view.IsOwn ? ByDays(view.Crowd) : view.Crowd;
    }

    public async Task<PipelineFigures> GetPipelineAsync(CancellationToken cancel)
    {
        var figures = await reads.Metrics.GetPipelineAsync(cancel).ConfigureAwait(false);
        // Names of folders and of senders are people's and projects' names.
        return figures with { NamesBeyond = [], Import = figures.Import with { Problem = null, Skipped = [] } };
    }

    /// <summary>What the filters can be set to, of what is seen.</summary>
    public async Task<FilterChoices> GetFilterChoicesAsync(CancellationToken cancel)
    {
        var all = await reads.Metrics.GetFilterChoicesAsync(cancel).ConfigureAwait(false);
        if (asker.Projects is { } seen)
        {
            var users = await SeenUsersAsync(cancel).ConfigureAwait(false);
            var models = await reads.Metrics.GetModelsAsync(Lately(), cancel).ConfigureAwait(false);
            all = all with
            {
                Users = [.. users.Select(u => u.UserId).Order(StringComparer.OrdinalIgnoreCase)],
                Projects = [.. all.Projects.Where(p => seen.Any(s => reads.Crowds.IsSameProject(s, p.Path)))],
                Models = [.. models.Select(m => m.Model).OfType<string>().Order(StringComparer.OrdinalIgnoreCase)],
            };
        }
        if (!IsViewer) return all;
        var month = reads.Clock.GetUtcNow();
        var others = all.Users.Where(u => !IsOwn(u)).Select(u => reads.Crowds.PseudonymOf(u, month)).Order(StringComparer.Ordinal).ToList();
        if (others.Count < reads.Crowds.Fewest) others = [];
        return all with
        {
            Users =
            [
                .. all.Users.Where(IsOwn),
                .. others,
            ],
            Projects = [.. all.Projects.Select(p => (PathOf(p.Path)!, ProjectOf(p.Path, p.Project)!)).Distinct()],
        };
    }

    public async Task<LiveSnapshot> GetLiveAsync(MetricsFilter filter, CancellationToken cancel)
    {
        var (narrowed, _) = await NarrowAsync(filter, reads.Clock.GetUtcNow(), cancel).ConfigureAwait(false);
        if (!IsViewer) return await reads.Live.GetLiveAsync(narrowed, cancel).ConfigureAwait(false);
        var live = await reads.Live.GetLiveAsync(OnlyOwn(narrowed), cancel).ConfigureAwait(false);
        return live with
        {
            Sessions = [.. live.Sessions.Where(s => IsOwn(s.UserId)).Select(s => s with
            {
                Project = ProjectOf(s.ProjectPath, s.Project), ProjectPath = PathOf(s.ProjectPath),
            })],
            Quotas = [.. live.Quotas.Where(q => IsOwn(q.User))],
        };
    }

    /// <summary>Events are not told apart by projects, and their texts are nobody else's business.</summary>
    public static IReadOnlyList<KeptEvent> LastEvents => [];

    public async Task<IReadOnlyList<KeptMetric>> GetKeptMetricsAsync(CancellationToken cancel) =>
        [.. (await reads.Kept.GetMetricsAsync(cancel).ConfigureAwait(false)).Select(m => m with { LastValue = null })];

    private Task<IReadOnlyList<UserFigures>> SeenUsersAsync(CancellationToken cancel) => reads.Metrics.GetUsersAsync(Lately(), cancel);

    private MetricsQuery Lately() => new()
    {
        Range = new TimeRange(reads.Clock.GetUtcNow() - s_suggested, reads.Clock.GetUtcNow()), Zone = TimeZoneInfo.Utc,
        Filter = MetricsFilter.None with { Sight = Sight.Alone },
    };
}
