using Observatory.Core.Metrics;
using Observatory.Core.Presentation;

namespace Observatory.Core.Reports;

/// <summary>The top five, the others together, and the total: rows add up to it.</summary>
internal static class ReportTables
{
    public static TableSection Projects(ReportFigures figures, ReportText text)
    {
        var rows = figures.Now.Projects.OrderByDescending(p => p.Figures.TotalCost ?? 0).ThenByDescending(p => p.Figures.TotalTokens).ToList();
        return Priced("projects", "Project", rows, p => p.Project ?? "(none)", p => p.Figures, p => p.IsNew, figures, text,
            figures.Before.Projects.GroupBy(p => p.Path ?? "").ToDictionary(g => g.Key, g => g.First().Figures.TotalCost), p => p.Path ?? "");
    }

    public static TableSection Models(ReportFigures figures, ReportText text)
    {
        var rows = figures.Now.ModelRows.OrderByDescending(m => m.Figures.TotalCost ?? 0).ThenByDescending(m => m.Figures.TotalTokens).ToList();
        return Priced("models", "Model", rows, m => m.Model ?? "(none)", m => m.Figures, m => m.IsNew, figures, text,
            figures.Before.ModelRows.GroupBy(m => m.Model ?? "").ToDictionary(g => g.Key, g => g.First().Figures.TotalCost), m => m.Model ?? "");
    }

    public static TableSection Users(ReportFigures figures, ReportText text)
    {
        var all = (figures.Users ?? []).OrderByDescending(u => u.TotalCost ?? 0).ThenByDescending(u => u.TotalTokensUsed).ToList();
        var (top, rest) = (all.Take(ReportSections.MostRows).ToList(), all.Skip(ReportSections.MostRows).ToList());
        var rows = top.Select(u => (IReadOnlyList<string>)[ReportText.Cut(u.UserId), text.Whole(u.ConversationCount), text.Format.Number(u.TotalTokensUsed),
            text.Money(u.TotalCost)]).ToList();
        if (rest.Count > 0)
            rows.Add([text.Format.Plural(rest.Count, "other"), "", text.Format.Number(rest.Sum(u => u.TotalTokensUsed)),
                text.Money(Sum(rest.Select(u => u.TotalCost)))]);
        var total = figures.Now.Dashboard.Overview;
        // A conversation of two people counts for each of them, and once in the total.
        return new TableSection("users", ReportSections.TitleOf("users"), ["User", "Conversations", "Tokens", "Cost"], rows,
            ["All", text.Whole(total.TotalConversations), text.Format.Number(total.TotalTokens), text.Money(total.TotalCost)],
                "Nobody was active in this time.");
    }

    public static TableSection Tools(ReportFigures figures, ReportText text)
    {
        var all = figures.Now.Tools.OrderByDescending(t => t.Calls).ThenBy(t => t.Tool, StringComparer.Ordinal).ToList();
        var (top, rest) = (all.Take(ReportSections.MostRows).ToList(), all.Skip(ReportSections.MostRows).ToList());
        var rows = top.Select(t => (IReadOnlyList<string>)[ReportText.Cut(t.Tool), text.Whole(t.Calls), text.Whole(t.Errors),
            text.Format.DurationMs(t.MedianMs)]).ToList();
        if (rest.Count > 0) rows.Add([text.Format.Plural(rest.Count, "other"), text.Whole(rest.Sum(t => t.Calls)), text.Whole(rest.Sum(t => t.Errors)), ""]);
        return new TableSection("tools", ReportSections.TitleOf("tools"), ["Tool", "Calls", "Failed", "Median"], rows,
            ["All", text.Whole(all.Sum(t => t.Calls)), text.Whole(all.Sum(t => t.Errors)), ""], "No tool was called in this time.");
    }

    private static TableSection Priced<T>(
        string key, string head, List<T> all, Func<T, string> name, Func<T, OverviewFigures> of, Func<T, bool> isNew, ReportFigures figures,
        ReportText text, Dictionary<string, decimal?> before, Func<T, string> id)
    {
        var (top, rest) = (all.Take(ReportSections.MostRows).ToList(), all.Skip(ReportSections.MostRows).ToList());
        var rows = top.Select(row => (IReadOnlyList<string>)
        [
            ReportText.Cut(name(row)), text.Format.Number(of(row).TotalTokens), text.Money(of(row).TotalCost),
            Moved(of(row), before.GetValueOrDefault(id(row)), before.ContainsKey(id(row)), isNew(row), figures, text),
        ]).ToList();
        if (rest.Count > 0)
        {
            rows.Add([text.Format.Plural(rest.Count, "other"), text.Format.Number(rest.Sum(r => of(r).TotalTokens)),
                text.Money(Sum(rest.Select(r => of(r).TotalCost))), ""]);
        }
        var total = figures.Now.Dashboard.Overview;
        return new TableSection(key, ReportSections.TitleOf(key), [head, "Tokens", "Cost", "Change"], rows,
            ["All", text.Format.Number(total.TotalTokens), text.Money(total.TotalCost), ""], "There is none in this time.");
    }

    private static string Moved(OverviewFigures now, decimal? before, bool wasThere, bool isNew, ReportFigures figures, ReportText text)
    {
        if (now.TotalCost is not { } cost) return now.UnpricedTokens > 0 ? "no price" : Formats.None;
        if (figures.Before.Dashboard.Overview is { TotalMessages: 0, TotalTokens: 0 }) return Formats.None;
        if (!wasThere || isNew && before is null or 0) return "new";
        var change = Change.Between((double)cost, (double?)before, ChangeKind.Relative, null, text.Format);
        return change.Direction switch { > 0 => "▲ ", < 0 => "▼ ", _ => "" } + change.Text;
    }

    private static decimal? Sum(IEnumerable<decimal?> costs)
    {
        var priced = costs.OfType<decimal>().ToList();
        return priced.Count == 0 ? null : priced.Sum();
    }
}
