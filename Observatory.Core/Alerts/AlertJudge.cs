using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Core.Alerts;

/// <summary>Looks at what a rule is about, on committed data, and says whether it is met.</summary>
internal sealed class AlertJudge(AlertFigures figures, BudgetFigures budgets, ILimitFigures limits, MachineFigures machine)
{
    private const long Week = 7 * BucketClock.Day;

    /// <summary>Of an anomaly so much is looked back, so that one that goes on is whole.</summary>
    private const long AnomalyRange = 2 * BucketClock.Day;

    /// <param name="now">Unix ms.</param>
    /// <param name="budget">Sees where a budget stands.</param>
    /// <exception cref="Metrics.Query.UnknownMetricException">The metric is gone.</exception>
    public Task<Verdict> JudgeAsync(AlertRule rule, long now, CancellationToken cancel, Action<BudgetStatus>? budget = null) => rule.Kind switch
    {
        AlertWords.Threshold => ThresholdAsync(rule, now, cancel),
        AlertWords.Change => ChangeAsync(rule, now, cancel),
        AlertWords.Anomaly => AnomalyAsync(rule, now, cancel),
        AlertWords.NoData => NoDataAsync(rule, now, cancel),
        AlertWords.Budget => BudgetAsync(rule, now, budget, cancel),
        AlertWords.Quota => QuotaAsync(rule, cancel),
        AlertWords.Pipeline => machine.PipelineAsync(rule.Condition, now, cancel),
        AlertWords.Storage => machine.StorageAsync(rule.Condition, now, cancel),
        AlertWords.SlowQueries => Task.FromResult(machine.SlowQueries(rule.Condition)),
        _ => throw new InvalidOperationException($"There is no kind {rule.Kind}."),
    };

    private static TimeRange Window(AlertRule rule, long now)
    {
        var length = (long)Durations.Of(rule.Condition.Window!).TotalMilliseconds;
        return new TimeRange(now - length, now);
    }

    private async Task<Verdict> ThresholdAsync(AlertRule rule, long now, CancellationToken cancel)
    {
        var c = rule.Condition;
        var (value, metric) = await figures.ValueAsync(rule.Metric!, rule.Filters, Window(rule, now), cancel).ConfigureAwait(false);
        var window = Durations.Last(c.Window!);
        if (value is not { } v) return new Verdict(null, null, $"{metric.Title}: nothing to judge in the last {window}.");
        var isMet = AlertWords.Holds(c.Op!, v, c.Value!.Value);
        return new Verdict(isMet, v,
            $"{metric.Title} in the last {window}: {AlertFigures.Text(v, metric)}, "
            + $"{(isMet ? "" : "not ")}{AlertWords.Words(c.Op)} {AlertFigures.Text(c.Value, metric)}.");
    }

    private async Task<Verdict> ChangeAsync(AlertRule rule, long now, CancellationToken cancel)
    {
        var (c, range) = (rule.Condition, Window(rule, now));
        var back = c.Against == "week" ? Week : range.Length;
        var (value, metric) = await figures.ValueAsync(rule.Metric!, rule.Filters, range, cancel).ConfigureAwait(false);
        var (before, _) = await figures.ValueAsync(rule.Metric!, rule.Filters, new TimeRange(range.Start - back, range.End - back), cancel)
            .ConfigureAwait(false);
        var window = Durations.Last(c.Window!);
        if (ChangeOf(value, before) is not { } percent) return new Verdict(null, value, $"{metric.Title}: nothing to compare in the last {window}.");
        var isMet = AlertWords.Holds(c.Op!, percent, c.Percent!.Value);
        var against = c.Against == "week" ? "a week earlier" : "the time before";
        var change = double.IsFinite(percent) ? AlertFigures.Percent(percent) : "all new";
        return new Verdict(isMet, value,
            $"{metric.Title} in the last {window}: {AlertFigures.Text(value, metric)}, {against} {AlertFigures.Text(before, metric)} ({change}).");
    }

    /// <summary>Percent; from nothing to something it is infinite.</summary>
    internal static double? ChangeOf(double? value, double? before) => value is not { } now || before is not { } then ? null
        : then != 0 ? 100 * (now - then) / Math.Abs(then) : now == 0 ? 0 : double.PositiveInfinity;

    private async Task<Verdict> AnomalyAsync(AlertRule rule, long now, CancellationToken cancel)
    {
        // Only hours that are complete are judged.
        var last = BucketClock.Floor(now - CompleteBuckets.Lateness(Interval.Hour), BucketClock.Hour);
        var found = (await figures.Engine.GetAnomaliesAsync(new AnomaliesQuery
        {
            Range = new TimeRange(last - AnomalyRange, last), Zone = TimeZoneInfo.Utc, Filter = rule.Filters, Metrics = [rule.Metric!],
            Least = Enum.Parse<AnomalySeverity>(rule.Condition.Severity!, ignoreCase: true),
        }, cancel).ConfigureAwait(false)).FirstOrDefault(a => !a.IsExpected && a.End.ToUnixTimeMilliseconds() >= last);
        return found is null ? new Verdict(false, null, "Nothing unusual in the last complete hour.") : new Verdict(true, found.Value, found.Reason);
    }

    private async Task<Verdict> NoDataAsync(AlertRule rule, long now, CancellationToken cancel)
    {
        var range = Window(rule, now);
        double came = 0;
        string[] looked = rule.Metric is { } named ? [named] : ["messages", "tokens", "toolCalls", "apiErrors"];
        foreach (var metric in looked)
        {
            // Of a metric that was sent each value counts, whatever it is.
            var (value, definition) = await figures.ValueAsync(metric, rule.Filters, range, cancel).ConfigureAwait(false);
            if (definition.Source == MetricSource.Series)
                (value, _) = await figures.ValueAsync(metric, rule.Filters, range, cancel, SeriesAggregation.Count).ConfigureAwait(false);
            came += value is { } v ? AlertFigures.IsCount(definition) || definition.Source == MetricSource.Series ? Math.Abs(v) : 1 : 0;
        }
        var window = Durations.Last(rule.Condition.Window!);
        return came == 0 ? new Verdict(true, 0, $"Nothing came in the last {window}.") : new Verdict(false, came, $"Something came in the last {window}.");
    }

    private async Task<Verdict> BudgetAsync(AlertRule rule, long now, Action<BudgetStatus>? see, CancellationToken cancel)
    {
        var budget = await budgets.ReadAsync(0, rule, now, cancel).ConfigureAwait(false);
        see?.Invoke(budget);
        var steps = budget.Steps.Where(s => budget.Percent >= s).Select(BudgetStatus.NameOf).ToList();
        if (rule.Condition.Forecast == true && budget.WillExceed) steps.Add(BudgetStatus.ForecastStep);
        return new Verdict(steps.Count > 0, budget.Spent, budget.Sentence) { Steps = steps, PeriodStart = budget.PeriodStart.ToUnixTimeMilliseconds() };
    }

    private async Task<Verdict> QuotaAsync(AlertRule rule, CancellationToken cancel)
    {
        var c = rule.Condition;
        var windows = (await limits.GetLimitsAsync([], cancel).ConfigureAwait(false)).Where(w => w.IsRunning && (c.Window == AlertWords.Any
            || w.Id == c.Window));
        if (windows.OrderByDescending(w => w.UsedPercent).FirstOrDefault() is not { } fullest)
            return new Verdict(null, null, "No status line reports such a window at the moment.");
        var resets = fullest.ResetsAt is { } end ? $", resets at {end:yyyy-MM-dd HH:mm} UTC" : "";
        return new Verdict(fullest.UsedPercent >= c.Percent, fullest.UsedPercent,
            $"{fullest.Title}: {AlertFigures.Percent(fullest.UsedPercent)} used{resets}.");
    }
}
