using Observatory.Core.Presentation;
using Observatory.Core;
using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Web.Components.Pages.Overview;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Projects;

/// <summary>What the list of projects shows, made once for each answer.</summary>
public sealed class ProjectsModel
{
    public static IReadOnlyList<(string Value, string Title)> Measures { get; } = [("tokens", "Tokens"), ("cost", "Cost")];

    public static ListSort<ProjectRow> Sort { get; } = new("-cost", new Dictionary<string, Func<ProjectRow, IComparable?>>
    {
        ["project"] = r => r.Project ?? ProjectLink.Unknown,
        ["conversations"] = r => r.Figures.TotalConversations,
        ["messages"] = r => r.Figures.TotalMessages,
        ["tokens"] = r => r.Figures.TotalTokens,
        ["cost"] = r => r.Figures.TotalCost,
        ["change"] = r => r.IsNew ? null : r.PreviousCost is > 0 ? (r.Figures.TotalCost - r.PreviousCost) / r.PreviousCost : null,
        ["tools"] = r => r.Figures.ToolCalls,
        ["failed"] = r => r.Figures.ToolErrors,
        ["last"] = r => r.LastActivity,
    });

    private readonly ProjectsPageFigures _figures;
    private readonly ChartFrame _frame;
    private readonly Dictionary<bool, ChartConfiguration> _charts = [];

    private ProjectsModel(ProjectsPageFigures figures, UrlState url, DateTimeOffset now, Formats format, bool nothing)
    {
        _figures = figures;
        _frame = ChartFrame.For(url.ToQuery(now), now);
        Rows = Sort.Apply(ListFind.In(figures.Rows, url, r => r.Path ?? ProjectLink.Unknown), url);
        Known = figures.Rows.Count;
        Nothing = nothing;
        Compared = url.Compare ? ComparedLine.For(url, now, format) : null;
    }

    /// <summary>In the order that the address asks for.</summary>
    public IReadOnlyList<ProjectRow> Rows { get; }

    /// <summary>Rows without the search.</summary>
    public int Known { get; }

    public OverviewFigures Total => _figures.Total;
    public bool Nothing { get; }
    public string? Compared { get; }
    public bool HasBefore => Compared is not null && _figures.PreviousTokens > 0;

    public static async Task<ProjectsModel> LoadAsync(AnalyticsEngine analytics, UrlState url, DateTimeOffset now, Formats format, CancellationToken cancel)
    {
        var figures = await analytics.GetProjectsPageAsync(url.ToQuery(now), cancel);
        var nothing = figures.Rows.Count == 0 && await OverviewModel.IsEmptyAsync(analytics, cancel);
        return new ProjectsModel(figures, url, now, format, nothing);
    }

    public ChartConfiguration Chart(bool cost)
    {
        if (_charts.TryGetValue(cost, out var known)) return known;
        return _charts[cost] = ChartDataTransformer.Stacked(
            _frame, cost ? "Where does the money go?" : "Where do the tokens go?",
            cost ? "US dollars" : "tokens", cost ? ChartUnits.Usd : ChartUnits.Count, _figures.Usage,
            [.. _figures.Series.Select(s => (s.Project ?? ProjectLink.Unknown, ChartDataTransformer.Category(s.Color),
                (IReadOnlyList<double>)[.. cost ? s.Cost.Select(c => (double)c) : s.Tokens.Select(t => (double)t)]))]);
    }

    /// <summary>Design token of a project, as the chart of this measure has it.</summary>
    public string Color(ProjectRow row, bool cost) =>
        ChartDataTransformer.ColorIn(Chart(cost), row.Project ?? ProjectLink.Unknown);

    /// <summary>0–1 of what all projects together have.</summary>
    public double? Share(ProjectRow row, bool cost) => cost
        ? Total.TotalCost is > 0 && row.Figures.TotalCost is { } own ? (double)(own / Total.TotalCost) : null
        : Total.TotalTokens > 0 ? (double)row.Figures.TotalTokens / Total.TotalTokens : null;
}
