using Observatory.Core.Accounts;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Crowds;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Time;

namespace Observatory.Core;

/// <summary>
/// Reads for an asker who may not see everything: narrows the questions before they are asked, and takes names out of the answers. What is asked
/// together, is judged together. One asker's.
/// </summary>
internal sealed partial class SightedReads(Asker asker, AnalyticsReads reads, AnswerNotes notes)
{
    public Asker Asker => asker;

    /// <summary>What people talk about is theirs alone.</summary>
    public bool SeesTopics => !IsViewer;

    /// <summary>For those who see names: the projects that are seen.</summary>
    public MetricsQuery Narrow(MetricsQuery query) => query with { Filter = query.Filter with { Sight = Sight } };

    /// <summary>A name that nobody has.</summary>
    private const string Nobody = "\0nobody";

    private bool IsViewer => asker.Role < UserRole.Editor;

    private string Own => asker.OwnUser ?? Nobody;

    private Sight Sight { get; } = new(asker.Projects, asker.Role < UserRole.Editor, asker.OwnUser, reads.Crowds.Fewest);

    /// <summary>A question as the asker may ask it.</summary>
    /// <param name="Crowd">Of everybody, in groups and whole weeks; for an editor simply narrowed.</param>
    /// <param name="Alone">The same range, of the asker alone.</param>
    /// <param name="IsOwn">The asker's own figures are asked for and nobody else's.</param>
    /// <param name="Month">Any instant of the month in which pseudonyms hold.</param>
    private sealed record View(MetricsQuery Crowd, MetricsQuery Alone, bool IsOwn, DateTimeOffset Month);

    private async Task<View> ViewAsync(MetricsQuery query, CancellationToken cancel)
    {
        var month = MonthOf(query.Range);
        var (filter, isOwn) = await NarrowAsync(query.Filter, month, cancel).ConfigureAwait(false);
        var range = IsViewer ? Snap(query.Range) : query.Range;
        return new View(query with { Filter = filter, Range = range }, query with { Filter = OnlyOwn(filter), Range = range }, isOwn, month);
    }

    /// <summary>The narrowed filter, and whether it asks for the asker alone.</summary>
    /// <exception cref="UnknownUserException">It names somebody by a name that the asker does not see.</exception>
    private async Task<(MetricsFilter Filter, bool IsOwn)> NarrowAsync(MetricsFilter filter, DateTimeOffset month, CancellationToken cancel)
    {
        if (!IsViewer) return (filter with { Sight = Sight }, false);
        var (users, others) = (new List<string>(), false);
        foreach (var user in filter.Users)
        {
            if (IsOwn(user)) users.Add(Own);
            else
            {
                users.AddRange(await BehindAsync(user, month, cancel).ConfigureAwait(false));
                others = true;
            }
        }
        var isOwn = users.Count > 0 && !others;
        var narrowed = filter with { Users = users, Projects = await PathsAsync(filter.Projects, cancel).ConfigureAwait(false) };
        return (isOwn ? OnlyOwn(narrowed) : narrowed with { Sight = Sight }, isOwn);
    }

    private MetricsFilter OnlyOwn(MetricsFilter filter) => filter with { Users = [Own], Sight = Sight.OwnOnly };

    private bool IsOwn(string? user) => asker.OwnUser is { } own && user is not null && reads.Crowds.IsSame(own, user);

    /// <exception cref="UnknownUserException">Nobody has this pseudonym in this month.</exception>
    private async Task<IReadOnlyList<string>> BehindAsync(string pseudonym, DateTimeOffset month, CancellationToken cancel)
    {
        if (!Pseudonyms.IsOne(pseudonym)) throw new UnknownUserException();
        var people = (await reads.Metrics.GetFilterChoicesAsync(cancel).ConfigureAwait(false)).Users;
        string[] found = [.. people.Where(p => !IsOwn(p) && reads.Crowds.PseudonymOf(p, month) == pseudonym)];
        return found.Length > 0 ? found : throw new UnknownUserException();
    }

    /// <summary>Paths under a home folder are told, and so asked for, from <c>~</c>.</summary>
    private async Task<IReadOnlyList<string>> PathsAsync(IReadOnlyList<string> paths, CancellationToken cancel)
    {
        if (!paths.Any(p => p.StartsWith('~'))) return paths;
        var known = (await reads.Metrics.GetFilterChoicesAsync(cancel).ConfigureAwait(false)).Projects;
        return [.. paths.SelectMany(p => !p.StartsWith('~') ? [p]
            : known.Where(k => HomeFolders.Hide(k.Path) == p).Select(k => k.Path).DefaultIfEmpty(Nobody)).Distinct()];
    }

    /// <summary>The last instant that is asked for, or now if that is earlier.</summary>
    private DateTimeOffset MonthOf(TimeRange range)
    {
        var (last, now) = (range.Length == 0 ? range.StartTime : range.EndTime.AddMilliseconds(-1), reads.Clock.GetUtcNow());
        return last < now ? last : now;
    }

    private TimeRange Snap(TimeRange range)
    {
        var whole = CrowdWeeks.Around(range);
        if (whole != range) notes.Snapped(whole);
        return whole;
    }

    /// <summary>Notes which weeks are left out.</summary>
    /// <exception cref="WithheldException">Nothing is left.</exception>
    private async Task JudgeAsync(View view, CancellationToken cancel)
    {
        if (!IsViewer || view.IsOwn) return;
        if (await IsNothingLeftAsync(view.Crowd.Filter, view.Crowd.Range, view.Crowd.Zone, cancel).ConfigureAwait(false)) throw new WithheldException();
    }

    private async Task<bool> IsNothingLeftAsync(MetricsFilter filter, TimeRange range, TimeZoneInfo zone, CancellationToken cancel)
    {
        if (filter.Sight is not { IsCrowd: true }) return false;
        var verdict = await reads.Crowds.JudgeAsync(filter, range, zone, cancel).ConfigureAwait(false);
        notes.LeftOut(verdict.Withheld);
        return verdict.IsNothingLeft;
    }

    private string? Shown(string? user, DateTimeOffset month) =>
        !IsViewer || user is null || IsOwn(user) ? user : reads.Crowds.PseudonymOf(user, month);

    private string? PathOf(string? path) => IsViewer && path is not null ? HomeFolders.Hide(path) : path;

    private string? ProjectOf(string? path, string? project) => IsViewer && path is not null ? HomeFolders.NameOf(HomeFolders.Hide(path)) : project;

    /// <summary>Of hours a viewer sees own ones only.</summary>
    private static bool IsHours(Interval? interval) => interval is { } length && Intervals.ShortestLength(length) < BucketClock.Day;

    public async Task<DashboardFigures> GetDashboardAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        if (!IsViewer || view.IsOwn) return Named(await reads.Metrics.GetDashboardAsync(view.Crowd, cancel).ConfigureAwait(false), view.Month);
        await JudgeAsync(view, cancel).ConfigureAwait(false);
        var everybody = await reads.Metrics.GetDashboardAsync(ByDays(view.Crowd), cancel).ConfigureAwait(false);
        return Joined(everybody, await reads.Metrics.GetDashboardAsync(view.Alone, cancel).ConfigureAwait(false), view);
    }

    /// <summary>Of everybody, with what the asker sees of nobody else: hours and single conversations.</summary>
    private DashboardFigures Joined(DashboardFigures everybody, DashboardFigures own, View view)
    {
        var top = everybody.TopMetrics;
        return Named(everybody with
        {
            Trends = IsHours(view.Crowd.EffectiveInterval) ? own.Trends : everybody.Trends,
            TopMetrics = top with { LongestConversations = own.TopMetrics.LongestConversations, PeakUsageTimes = own.TopMetrics.PeakUsageTimes },
        }, view.Month);
    }

    private DashboardFigures Named(DashboardFigures figures, DateTimeOffset month)
    {
        if (!IsViewer) return figures;
        var top = figures.TopMetrics;
        var others = top.MostActiveUsers.Count(u => !IsOwn(u.UserId));
        var isHidden = others > 0 && others < reads.Crowds.Fewest;
        return figures with
        {
            TopMetrics = top with
            {
                MostActiveUsers = isHidden ? [] : [.. top.MostActiveUsers.Select(u => u with { UserId = Shown(u.UserId, month)! })],
                AreUsersWithheld = isHidden, TopProjects = Named(top.TopProjects),
            },
        };
    }

    private IReadOnlyList<ProjectRow> Named(IReadOnlyList<ProjectRow> rows) => !IsViewer ? rows
        : [.. rows.Select(r => r with { Path = PathOf(r.Path), Project = ProjectOf(r.Path, r.Project), LastActivity = null })];

    private static MetricsQuery ByDays(MetricsQuery query) => IsHours(query.EffectiveInterval) ? query with { Interval = Interval.Day } : query;

    public async Task<OverviewPageFigures> GetOverviewPageAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        if (!IsViewer) return await reads.Metrics.GetOverviewPageAsync(view.Crowd, cancel).ConfigureAwait(false);
        await JudgeAsync(view, cancel).ConfigureAwait(false);
        var own = await reads.Metrics.GetOverviewPageAsync(view.Alone, cancel).ConfigureAwait(false);
        var all = view.IsOwn ? own : await reads.Metrics.GetOverviewPageAsync(ByDays(view.Crowd), cancel).ConfigureAwait(false);
        var dashboard = Joined(all.Dashboard, own.Dashboard, view);
        var top = dashboard.TopMetrics;
        // Pages leave out what is withheld; whoever wants to know of it finds it in the lists of the API.
        return all with
        {
            Dashboard = dashboard with
            {
                TopMetrics = top with
                {
                    TopProjects = Shown(top.TopProjects), TopModels = [.. top.TopModels.Where(m => !m.Figures.IsWithheld)],
                    TopTools = [.. top.TopTools.Where(t => !t.IsWithheld)],
                },
            },
            HeatMap = own.HeatMap,
            MostExpensive = [.. own.MostExpensive.Select(Named)],
            Projects = Shown(Named(all.Projects)),
            ModelRows = [.. all.ModelRows.Where(m => !m.Figures.IsWithheld)],
            Tools = [.. all.Tools.Where(t => !t.IsWithheld)],
        };
    }

    private static IReadOnlyList<ProjectRow> Shown(IReadOnlyList<ProjectRow> rows) => [.. rows.Where(p => !p.Figures.IsWithheld)];

    public async Task<SystemFigures> GetSystemAsync(MetricsQuery query, CancellationToken cancel)
    {
        var view = await ViewAsync(query, cancel).ConfigureAwait(false);
        await JudgeAsync(view, cancel).ConfigureAwait(false);
        var everybody = await reads.Metrics.GetSystemAsync(view.Crowd, cancel).ConfigureAwait(false);
        if (!IsViewer || view.IsOwn) return everybody;
        return everybody with { PeakUsageHours = (await reads.Metrics.GetSystemAsync(view.Alone, cancel).ConfigureAwait(false)).PeakUsageHours };
    }
}
