using Observatory.Core.Metrics;
using Observatory.Core.Time;

namespace Observatory.Core.Alerts;

/// <summary>Where a budget stands.</summary>
/// <param name="Id">Of its rule, 0 = it is not kept.</param>
/// <param name="Spent">In the period until now.</param>
/// <param name="AtLeast">Some of it has no known price: it is more.</param>
/// <param name="Forecast">At the end of the period, null = there is too little history to say.</param>
/// <param name="Low">Lower end of what 4 of 5 would be.</param>
/// <param name="FullAt">When it is used up at this pace, null = not in this period.</param>
public sealed record BudgetStatus(
    int Id, AlertRule Rule, DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd, double Spent, bool AtLeast, double? Forecast, double? Low, double? High,
    DateTimeOffset? FullAt)
{
    public const string ForecastStep = "forecast";

    public string Name => Rule.Name;

    public string Metric => Rule.Metric ?? "cost";

    public double Amount => Rule.Condition.Amount!.Value;

    public IReadOnlyList<double> Steps => Rule.Condition.Steps ?? [];

    public double Percent => 100 * Spent / Amount;

    /// <summary>It is not used up yet, and will be as things go.</summary>
    public bool WillExceed => Spent < Amount && Forecast >= Amount;

    /// <summary>What of the steps is reached last, null = none.</summary>
    public double? Reached => Steps.Where(s => Percent >= s).Select(s => (double?)s).Max();

    public static string NameOf(double step) => step.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>"Spent at least $83.10 of $100 (83 %) since 1 Nov; $95 to $120 by its end."</summary>
    public string Sentence
    {
        get
        {
            string Text(double value) => Metric == "cost" ? AlertFigures.Money(value) : $"{AlertFigures.Number(Math.Round(value))} tokens";
            var more = AtLeast ? "at least " : "";
            var ahead = Low is { } low && High is { } high && Spent < Amount ? $" As it goes, {Text(low)} to {Text(high)} by its end." : "";
            return $"Spent {more}{Text(Spent)} of {Text(Amount)} ({more}{AlertFigures.Percent(Percent)}) this {Rule.Condition.Period}.{ahead}";
        }
    }
}

/// <summary>Reads budgets: what is spent in the running period, and what will be, by what working days and weekends usually take.</summary>
public sealed class BudgetFigures
{
    /// <summary>Complete days that a forecast wants, and how far back it looks.</summary>
    internal const int FewestDays = 7, Looked = 28;

    /// <summary>4 of 5 lie within so many standard deviations.</summary>
    private const double Spread = 1.2816;

    private readonly AlertFigures _figures;

    internal BudgetFigures(AlertFigures figures) => _figures = figures;

    /// <param name="id">Of the rule.</param>
    /// <param name="now">Unix ms.</param>
    public async Task<BudgetStatus> ReadAsync(int id, AlertRule rule, long now, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var clock = new BucketClock(IanaZones.Find(rule.Condition.Timezone ?? "UTC") ?? TimeZoneInfo.Utc);
        var interval = rule.Condition.Period switch { "day" => Interval.Day, "week" => Interval.Week, _ => Interval.Month };
        var period = clock.Buckets(new TimeRange(now, now + 1), interval)[0];
        var today = clock.Buckets(new TimeRange(now, now + 1), Interval.Day)[0];
        var from = clock.DayStart(clock.DateOf(today.Start).AddDays(-Looked));
        var days = await _figures.Engine.GetBucketsAsync(new MetricsQuery
        {
            Range = new TimeRange(Math.Min(from, period.Start), now + 1), Zone = clock.Zone, Interval = Interval.Day, Filter = rule.Filters,
        }, cancel).ConfigureAwait(false);
        var own = days.Where(d => d.Start.ToUnixTimeMilliseconds() >= period.Start).ToList();
        var isCost = rule.Metric is null or "cost";
        double ValueOf(OverviewFigures f) => isCost ? (double)(f.TotalCost ?? 0) : f.TotalTokens;
        var spent = own.Sum(d => ValueOf(d.Figures));
        var history = days.Where(d => d.End.ToUnixTimeMilliseconds() <= today.Start && d.Start.ToUnixTimeMilliseconds() >= from)
            .Select(d => new BudgetDay(clock.DateOf(d.Start.ToUnixTimeMilliseconds()), ValueOf(d.Figures))).SkipWhile(d => d.Value == 0).ToList();
        var ahead = Ahead(clock, today, period, now);
        var forecast = BudgetForecast.Of(history, ahead, spent, rule.Condition.Amount!.Value);
        return new BudgetStatus(
            id, rule, period.StartTime, period.EndTime, spent, isCost && own.Any(d => d.Figures.UnpricedTokens > 0), forecast?.Value,
            forecast?.Low(Spread), forecast?.High(Spread), forecast?.FullAt);
    }

    /// <summary>What is left of today, and the days after it until the end of the period.</summary>
    private static List<DayAhead> Ahead(BucketClock clock, TimeRange today, TimeRange period, long now)
    {
        var ahead = new List<DayAhead> { new(clock.DateOf(now), new TimeRange(now, today.End), (double)(today.End - now) / today.Length) };
        if (today.End >= period.End) return ahead;
        ahead.AddRange(clock.Buckets(new TimeRange(today.End, period.End), Interval.Day).Select(d => new DayAhead(clock.DateOf(d.Start), d, 1)));
        return ahead;
    }
}
