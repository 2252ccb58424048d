using Observatory.Core.Time;

namespace Observatory.Core.Alerts;

/// <summary>A complete day.</summary>
internal readonly record struct BudgetDay(DateOnly Date, double Value);

/// <param name="Share">Of the day that is still to come.</param>
internal readonly record struct DayAhead(DateOnly Date, TimeRange Range, double Share);

/// <param name="Value">Expected at the end.</param>
/// <param name="Deviation">Standard deviation of what is still to come.</param>
/// <param name="Spent">Until now: it will not be less.</param>
internal sealed record BudgetOutlook(double Value, double Deviation, double Spent, DateTimeOffset? FullAt)
{
    public double Low(double spread) => Math.Max(Spent, Value - spread * Deviation);

    public double High(double spread) => Value + spread * Deviation;
}

/// <summary>What is still to come, by the kind of day: working days and weekends each as they usually were.</summary>
internal static class BudgetForecast
{
    /// <param name="history">Complete days since the first with a value, in order.</param>
    /// <param name="ahead">What is left of today, and the days after it.</param>
    /// <returns>Null = too little history.</returns>
    public static BudgetOutlook? Of(IReadOnlyList<BudgetDay> history, IReadOnlyList<DayAhead> ahead, double spent, double amount)
    {
        if (history.Count < BudgetFigures.FewestDays) return null;
        var (expected, variance, fullAt) = (spent, 0.0, (DateTimeOffset?)null);
        foreach (var day in ahead)
        {
            var alike = history.Where(h => IsWeekend(h.Date) == IsWeekend(day.Date)).Select(h => h.Value).ToList();
            // A week has both; who began on a Monday and looks back seven days has at least two of the fewer kind.
            var mean = alike.Average();
            var of = alike.Count > 1 ? alike.Sum(v => (v - mean) * (v - mean)) / (alike.Count - 1) : mean * mean;
            var comes = mean * day.Share;
            if (fullAt is null && spent < amount && expected + comes >= amount && comes > 0)
                fullAt = DateTimeOffset.FromUnixTimeMilliseconds(day.Range.Start + (long)((amount - expected) / comes * day.Range.Length));
            expected += comes;
            variance += of * day.Share * day.Share;
        }
        return new BudgetOutlook(expected, Math.Sqrt(variance), spent, fullAt);
    }

    private static bool IsWeekend(DateOnly date) => date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
}
