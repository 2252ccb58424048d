using Observatory.Core;
using Observatory.Core.Alerts;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Time;

namespace Observatory.Web.Components.Pages.Alerts;

/// <summary>Everything that the page of alerts shows.</summary>
/// <param name="Fired">Days since 1970-01-01 on which each rule fired.</param>
/// <param name="Checks">Of the rule that is open, newest first.</param>
public sealed record AlertsModel(
    IReadOnlyList<AlertItem> Alerts, IReadOnlyList<KeptRule> Rules, ILookup<int, long> Fired, IReadOnlyList<AlertDelivery> Messages,
    IReadOnlyList<MetricDefinition> Metrics, IReadOnlyList<BudgetStatus> Budgets, IReadOnlyList<AlertCheck> Checks, DateTimeOffset? LookedAt)
{
    /// <summary>Days that the row of small marks shows.</summary>
    public const int Days = 30;

    private const int LastMessages = 5, LastChecks = 50;

    /// <param name="open">Number of the rule that is open, null = none.</param>
    public static async Task<AlertsModel> LoadAsync(
        AlertStore store, AlertRounds rounds, AlertBoard board, AnalyticsEngine engine, int? open, DateTimeOffset now, CancellationToken cancel)
    {
        var since = BucketClock.Floor(now.ToUnixTimeMilliseconds(), BucketClock.Day) - (Days - 1) * BucketClock.Day;
        var rules = await store.ListAsync(cancel);
        return new AlertsModel(
            await store.ListAlertsAsync(cancel), rules, await store.FiredAsync(since, cancel), (await store.DeliveriesAsync(LastMessages, null, cancel)).Items,
            await engine.GetMetricsAsync(cancel), board.Budgets,
            open is { } id ? (await store.HistoryAsync(id, null, null, LastChecks, null, cancel)).Items : [], rounds.LastAt);
    }

    public BudgetStatus? BudgetOf(int rule) => Budgets.FirstOrDefault(b => b.Id == rule);
}

/// <summary>What rules say, in words.</summary>
internal static class AlertText
{
    /// <summary>The condition as a phrase.</summary>
    public static string Phrase(AlertRule rule, IReadOnlyList<MetricDefinition> metrics)
    {
        var c = rule.Condition;
        string Metric() => metrics.FirstOrDefault(m => m.Name == rule.Metric)?.Title ?? rule.Metric ?? "";
        string Number(double? value) => value?.ToString("#,0.##", System.Globalization.CultureInfo.InvariantCulture) ?? "";
        return rule.Kind switch
        {
            AlertWords.Threshold => $"{Metric()} {AlertWords.Words(c.Op)} {Number(c.Value)} in {Durations.Words(c.Window!)}",
            AlertWords.Change => $"{Metric()} {AlertWords.Words(c.Op)} {Number(c.Percent)} % against "
                + (c.Against == "week" ? "the week before" : "the time before"),
            AlertWords.Anomaly => $"{Metric()} unusual, {c.Severity} or more",
            AlertWords.NoData => $"{(rule.Metric is null ? "Nothing comes" : $"No {Metric()}")} for {Durations.Words(c.Window!)}",
            AlertWords.Budget => $"{(rule.Metric == "tokens" ? $"{Number(c.Amount)} tokens" : $"${Number(c.Amount)}")} a {c.Period}; "
                + $"{string.Join(", ", (c.Steps ?? []).Select(s => Number(s)))} %{(c.Forecast == true ? ", forecast" : "")}",
            AlertWords.Quota => $"{(c.Window == AlertWords.Any ? "Any window" : c.Window)} at {Number(c.Percent)} % or more",
            AlertWords.Pipeline => string.Join(", or ", new[]
            {
                c.Lag is { } lag ? $"behind by {Durations.Words(lag)}" : null, c.Errors is { } errors ? $"{Number(errors)} errors" : null,
                c.DeadLetters is { } letters ? $"{Number(letters)} dead letters" : null,
            }.OfType<string>()),
            AlertWords.Storage => string.Join(", or ", new[]
            {
                c.FreePercent is { } free ? $"under {Number(free)} % free" : null, c.Days is { } days ? $"full in {Number(days)} days" : null,
            }.OfType<string>()),
            _ => $"95 of 100 answers slower than {Number(c.P95Ms)} ms in {Durations.Words(c.Window!)}",
        };
    }

    public static string KindTitle(string kind) => kind switch
    {
        AlertWords.Threshold => "Threshold", AlertWords.Change => "Change", AlertWords.Anomaly => "Something unusual", AlertWords.NoData => "No data",
        AlertWords.Budget => "Budget", AlertWords.Quota => "Quota", AlertWords.Pipeline => "Pipeline", AlertWords.Storage => "Storage", _ => "Slow answers",
    };

    public static string StateTitle(string state) => state switch
    {
        AlertStates.Firing => "Firing", AlertStates.Recovering => "Recovering", AlertStates.Pending => "Pending", AlertStates.NoData => "No data",
        AlertStates.Error => "Error", AlertStates.Resolved => "Resolved", _ => "Normal",
    };

    /// <summary>Colour of a chip.</summary>
    public static string? StateColor(string state, string severity) => state switch
    {
        AlertStates.Firing or AlertStates.Recovering => severity switch { "critical" => "bad", "warning" => "warn", _ => "info" },
        AlertStates.Error => "bad",
        _ => null,
    };
}
