using Observatory.Core.Metrics;
using Observatory.Core.Reports;

namespace Observatory.Core.Alerts;

/// <summary>Budgets as reports say them: of a filtered report those that name one of its users, projects or models.</summary>
internal sealed class BudgetLines(AlertStore store, BudgetFigures budgets, TimeProvider clock) : IReportBudgets
{
    public async Task<IReadOnlyList<string>> ReadAsync(MetricsFilter filter, CancellationToken cancel = default)
    {
        var lines = new List<string>();
        foreach (var kept in (await store.ListAsync(cancel).ConfigureAwait(false)).Where(k => k.Rule is { Kind: AlertWords.Budget, Enabled: true }))
        {
            if (!Concerns(kept.Rule.Filters, filter)) continue;
            var status = await budgets.ReadAsync(kept.Id, kept.Rule, clock.GetUtcNow().ToUnixTimeMilliseconds(), cancel).ConfigureAwait(false);
            lines.Add($"{status.Name}: {status.Sentence}");
        }
        return lines;
    }

    private static bool Concerns(MetricsFilter budget, MetricsFilter report) => report.IsEmpty || Shares(budget.Users, report.Users)
        || Shares(budget.Projects, report.Projects) || Shares(budget.Models, report.Models);

    private static bool Shares(IReadOnlyList<string> one, IReadOnlyList<string> other) => one.Intersect(other, StringComparer.Ordinal).Any();
}
