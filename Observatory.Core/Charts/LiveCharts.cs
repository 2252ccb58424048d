using Observatory.Core.Metrics.Live;

namespace Observatory.Core.Charts;

/// <summary>The last hour by minute.</summary>
public static class LiveCharts
{
    /// <summary>What can be drawn, in the order of the switch.</summary>
    public static IReadOnlyList<(string Value, string Title)> Measures { get; } = [("tokens", "Tokens"), ("cost", "Cost"), ("calls", "Calls")];

    private static readonly (string Name, string Color, Func<LiveMinute, double?> Value)[] s_kinds =
    [
        ("Input", "s-input", m => m.Input),
        ("Output", "s-output", m => m.Output),
        ("Cache write", "s-cache-write", m => m.CacheWrite),
        ("Cache read", "s-cache-read", m => m.CacheRead),
    ];

    /// <param name="minutes">Oldest first.</param>
    /// <param name="measure"><c>tokens|cost|calls</c>.</param>
    /// <param name="zone">IANA.</param>
    public static ChartConfiguration PerMinute(IReadOnlyList<LiveMinute> minutes, string measure, string zone)
    {
        ArgumentNullException.ThrowIfNull(minutes);
        (string Name, string Color, Func<LiveMinute, double?> Value)[] kinds = measure switch
        {
            "cost" => [("Cost", "s-input", m => (double)m.Cost)],
            "calls" => [("Answered", "s-input", m => m.Calls), ("Failed", "s-error", m => m.Failed)],
            _ => s_kinds,
        };
        return new ChartConfiguration
        {
            Title = measure switch { "cost" => "What does a minute cost?", "calls" => "How many API calls a minute?", _ => "How many tokens a minute?" },
            Type = "bar",
            Series = [.. kinds.Select(k => new ChartSeries { Name = k.Name, Color = k.Color, Data = [.. minutes.Select(m => Point(m, k.Value))] })],
            XAxis = new ChartAxis { Type = "datetime" },
            YAxis = new ChartAxis
            {
                Type = "numeric", Title = measure switch { "cost" => "US dollars a minute", "calls" => "API calls a minute", _ => "tokens a minute" },
                Unit = measure == "cost" ? ChartUnits.Usd : ChartUnits.Count,
            },
            Options = new ChartOptions { Stacked = true, Zone = zone, Interval = "1m", Running = minutes.Count > 0 && minutes[^1].Running },
        };
    }

    private static ChartPoint Point(LiveMinute minute, Func<LiveMinute, double?> value)
    {
        var start = minute.Start.ToUnixTimeMilliseconds();
        return new ChartPoint(start, value(minute)) { Metadata = new ChartPointMetadata(start, start + 60_000, minute.Running) };
    }
}
