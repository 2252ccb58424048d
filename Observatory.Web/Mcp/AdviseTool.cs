using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Rows;

namespace Observatory.Web.Mcp;

/// <summary>What could be spent less, each with what it comes to in the range: measured, not guessed.</summary>
internal static class AdviseTool
{
    private const int Most = 3, MostCandidates = 4;

    /// <summary>US dollars under which nothing is worth a sentence.</summary>
    private const decimal Least = 0.05m;

    public static async Task<string> AnswerAsync(McpCall call, CancellationToken cancel)
    {
        var (filter, range) = (call.Arguments.Filter(), call.Arguments.Range("30d", call.Now));
        var query = range.Query(filter);
        var ideas = new List<(decimal Saves, string Text)>();
        var figures = await call.Analytics.GetDashboardAsync(query, cancel);
        await ModelAsync(call, query, figures, ideas, cancel);
        await CacheAsync(call, query, ideas, cancel);
        Tools(figures, ideas);
        var text = new McpText();
        var cost = figures.Overview.TotalCost;
        text.Line($"{range.Days} ({range.Zone.Id}): {McpText.Money(cost)} at list prices.");
        foreach (var (saves, idea) in ideas.OrderByDescending(i => i.Saves).Take(Most))
            text.Line($"- {idea}{(saves >= Least ? $" About {McpText.Money(saves)} of this range." : "")}");
        if (ideas.Count == 0) text.Line("Nothing that would have saved more than some cents was found.");
        return text.Build(call.Links.Page(McpLinks.Page("/models", range, filter)), "Ask for a project or a model.");
    }

    /// <summary>The dearest model by the next cheaper one of those that are used anyway.</summary>
    private static async Task ModelAsync(
        McpCall call, MetricsQuery query, DashboardFigures figures, List<(decimal, string)> ideas, CancellationToken cancel)
    {
        var models = figures.TopMetrics.TopModels.Where(m => m is { Model: not null, Figures.TotalCost: > 0 }).ToList();
        if (models.Count < 2 || query.Filter.Models.Count > 0) return;
        var dearest = models.MaxBy(m => m.Figures.TotalCost)!;
        WhatIfFigures? best = null;
        string? other = null;
        foreach (var candidate in models.Where(m => m != dearest).Take(MostCandidates))
        {
            var made = await call.Analytics.GetWhatIfAsync(
                query with { Filter = query.Filter with { Models = [dearest.Model!] } }, new WhatIfChange(candidate.Model, CacheChange.Same, null), cancel);
            if (made.High < made.Actual && (best is null || made.High > best.High)) (best, other) = (made, candidate.Model);
        }
        if (best is null || best.Actual - best.High < Least) return;
        ideas.Add((best.Actual - best.High,
            $"{McpText.Word(dearest.Model)} did {McpText.Money(best.Actual)} of the work; with {McpText.Word(other)}, which is used "
            + "here too, the same calls would have cost less. Setting: /model, or \"model\" in settings.json."));
    }

    private static async Task CacheAsync(McpCall call, MetricsQuery query, List<(decimal, string)> ideas, CancellationToken cancel)
    {
        var now = await call.Analytics.GetWhatIfAsync(query, new WhatIfChange(null, CacheChange.FiveMinutes, null), cancel);
        if (now.Actual - now.WhatIf >= Least)
            ideas.Add((now.Actual - now.WhatIf,
                "Writes to the one-hour cache cost twice the input price; those of five minutes 1.25 times. If pauses are mostly "
                + "shorter than five minutes, the short cache is enough."));
    }

    private static void Tools(DashboardFigures figures, List<(decimal, string)> ideas)
    {
        var failing = figures.TopMetrics.TopTools.Where(t => t is { Calls: >= 20, ErrorRate: >= 0.15 }).MaxBy(t => t.Errors);
        if (failing is null) return;
        ideas.Add((0, $"{McpText.Word(failing.Tool)} fails in {McpText.Format.Share(failing.ErrorRate)} of {McpText.Format.Number(failing.Calls)} calls; "
            + $"each failure "
            + "is read and tried again. The page Tools shows which."));
    }
}
