using System.Globalization;
using Observatory.Core.Metrics;

namespace Observatory.Core.Charts;

/// <summary>A conversation by turn. Long ones are cut into at most <see cref="MaximumBars"/> groups of neighbours: bars that can still be hit.</summary>
public static class TurnCharts
{
    public const int MaximumBars = 100;

    /// <summary>What can be drawn, in the order of the switch.</summary>
    public static IReadOnlyList<(string Value, string Title)> Measures { get; } = [("tokens", "Tokens"), ("cost", "Cost"), ("time", "Time")];

    private static readonly (string Name, string Color, Func<Turn, double?> Value)[] s_kinds =
    [
        ("Input", "s-input", t => t.InputTokens),
        ("Output", "s-output", t => t.OutputTokens),
        ("Cache write", "s-cache-write", t => t.CacheCreationTokens),
        ("Cache read", "s-cache-read", t => t.CacheReadTokens),
    ];

    /// <param name="timeline">The conversation.</param>
    /// <param name="measure"><c>tokens|cost|time</c>.</param>
    /// <param name="selected">Number of the turn that the page shows in detail.</param>
    public static ChartConfiguration ByTurn(ConversationTimeline timeline, string measure, int? selected = null)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        var groups = Groups(timeline);
        var at = selected is { } number ? groups.FindIndex(g => g.Any(t => t.Number == number)) : -1;
        (string Name, string Color, Func<Turn, double?> Value)[] kinds = measure switch
        {
            "cost" => [("Cost", "s-input", t => (double?)t.Cost)],
            "time" => [("Time", "s-input", t => (t.End - t.Start).TotalSeconds)],
            _ => s_kinds,
        };
        return new ChartConfiguration
        {
            Title = measure switch { "cost" => "What did each turn cost?", "time" => "How long did each turn take?", _ =>
                "How many tokens did each turn use?" },
            Type = "bar",
            Series = [.. kinds.Select(k => new ChartSeries { Name = k.Name, Color = k.Color, Data = [.. groups.Select(g => Point(g, k.Value))] })],
            XAxis = new ChartAxis { Type = "category", Title = "Turn" },
            YAxis = new ChartAxis
            {
                Type = "numeric", Title = measure switch { "cost" => "US dollars by turn", "time" => "time from prompt to last step", _ => "tokens by turn" },
                Unit = measure switch { "cost" => ChartUnits.Usd, "time" => ChartUnits.Seconds, _ => ChartUnits.Count },
            },
            Options = new ChartOptions { Stacked = true, Selected = at < 0 ? null : at },
        };
    }

    /// <summary>The turn that a click on a bar means: the one with most tokens of its group.</summary>
    public static Turn? TurnAt(ConversationTimeline timeline, int index)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        return Groups(timeline).ElementAtOrDefault(index)?.MaxBy(t => t.TotalTokens);
    }

    private static List<Turn[]> Groups(ConversationTimeline timeline)
    {
        var size = (timeline.Turns.Count + MaximumBars - 1) / MaximumBars;
        return size == 0 ? [] : [.. timeline.Turns.Chunk(size)];
    }

    private static ChartPoint Point(Turn[] group, Func<Turn, double?> value)
    {
        var known = group.Select(value).OfType<double>().ToList();
        string Number(Turn t) => t.Number.ToString(CultureInfo.InvariantCulture);
        return new ChartPoint(group.Length == 1 ? Number(group[0]) : $"{Number(group[0])}–{Number(group[^1])}", known.Count == 0 ? null : known.Sum())
        {
            Label = group.Length > 1 ? $"Turns {Number(group[0])}–{Number(group[^1])}" : group[0].Number == 0 ? "Before the first prompt"
                : $"Turn {Number(group[0])}",
        };
    }
}
