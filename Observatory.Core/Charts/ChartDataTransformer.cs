using Observatory.Core.Metrics;

namespace Observatory.Core.Charts;

/// <summary>Figures in, chart configurations out. Pure: the same figures give the same chart in a page, a mail and a PDF.</summary>
public static class ChartDataTransformer
{
    /// <summary>Series that a reader can tell apart; the rest is one "Other".</summary>
    public const int MaximumSeries = 7;

    /// <summary>Colours of models and projects (<c>c-1</c> … <c>c-6</c>).</summary>
    public const int Categories = 6;

    private const int MaximumBins = 20;

    // The small kinds stand on the zero line, where they can be compared.
    private static readonly (string Name, string Color, Func<UsageBucket, double?> Value)[] s_kinds =
    [
        ("Input", "s-input", u => u.InputTokens),
        ("Output", "s-output", u => u.OutputTokens),
        ("Cache write", "s-cache-write", u => u.CacheCreationTokens),
        ("Cache read", "s-cache-read", u => u.CacheReadTokens),
    ];

    public static ChartConfiguration TokenUsage(ChartFrame frame, IReadOnlyList<UsageBucket> usage, IReadOnlyList<UsageBucket>? previous = null)
    {
        var series = s_kinds.Select(k => Series(k.Name, k.Color, usage, k.Value)).ToList();
        AddComparison(series, frame, usage, previous, u => u.TotalTokens);
        return OverTime($"How many tokens {frame.PerBucket}, and of which kind?", "tokens", ChartUnits.Count, frame, usage, series);
    }

    /// <param name="frame">Zone, interval.</param>
    /// <param name="title">The question.</param>
    /// <param name="name">Of the series.</param>
    /// <param name="noun">Unit in words, plural: "messages".</param>
    /// <param name="unit">See <see cref="ChartUnits"/>.</param>
    /// <param name="color">Design token.</param>
    /// <param name="usage">Buckets.</param>
    /// <param name="previous">Buckets of the period before; null = no comparison.</param>
    /// <param name="value">What is drawn of a bucket; null = gap.</param>
    public static ChartConfiguration TimeSeries(
        ChartFrame frame, string title, string name, string noun, string unit, string color,
        IReadOnlyList<UsageBucket> usage, IReadOnlyList<UsageBucket>? previous, Func<UsageBucket, double?> value)
    {
        List<ChartSeries> series = [Series(name, color, usage, value)];
        AddComparison(series, frame, usage, previous, value);
        return OverTime(title, noun, unit, frame, usage, series);
    }

    /// <summary>Cost (or tokens) of each model over time, dearest at the base; models beyond the seventh are one series.</summary>
    public static ChartConfiguration ModelUsage(
        ChartFrame frame, IReadOnlyList<UsageBucket> usage, IReadOnlyList<ModelSeries> models, bool cost = true)
    {
        double Value(ModelSeries m, int i) => cost ? (double)m.Cost[i] : m.Tokens[i];
        return Stacked(
            frame, cost ? "Which model costs what?" : "Which model is used how much?", cost ? "US dollars" : "tokens", cost ? ChartUnits.Usd
                : ChartUnits.Count, usage,
            [.. models.Select(m => (m.Model ?? "No model", Category(m.Color), (IReadOnlyList<double>)[.. usage.Select((_, i) => Value(m, i))]))]);
    }

    /// <summary>Named series on top of each other, the largest at the base; those beyond the seventh are one.</summary>
    /// <param name="groups">Name, design token, one value a bucket.</param>
    public static ChartConfiguration Stacked(
        ChartFrame frame, string title, string noun, string unit, IReadOnlyList<UsageBucket> usage,
        IReadOnlyList<(string Name, string Color, IReadOnlyList<double> Values)> groups)
    {
        var ranked = groups.Where(g => g.Values.Any(v => v > 0)).OrderByDescending(g => g.Values.Sum()).ThenBy(g => g.Name, StringComparer.Ordinal).ToList();
        var own = ranked.Count <= MaximumSeries ? ranked.Count : MaximumSeries - 1;
        var free = new Queue<string>(Enumerable.Range(0, Categories).Select(Category).Except(ranked.Take(own).Select(g => g.Color)));
        var taken = new HashSet<string>();
        // There are more names than colours: where two of one chart have the same, the smaller one borrows a colour that nobody uses.
        string ColorOf(string color) => taken.Add(color) ? color : free.TryDequeue(out var lent) ? lent : "s-other";
        var series = ranked.Take(own).Select(g => Series(g.Name, ColorOf(g.Color), usage, (_, i) => g.Values[i])).ToList();
        if (own < ranked.Count)
        {
            var rest = ranked.Skip(own).ToList();
            series.Add(Series($"Other ({rest.Count})", "s-other", usage, (_, i) => rest.Sum(g => g.Values[i])));
        }
        return OverTime(title, noun, unit, frame, usage, series);
    }

    /// <summary>Messages by weekday (Monday first) and hour.</summary>
    /// <param name="name">How the reader writes an hour.</param>
    public static ChartConfiguration HourOfWeek(long[][] counts, IReadOnlyList<string> weekdays, Func<int, string> name) => new()
    {
        Title = "When do people work?",
        Type = "heatmap",
        Series =
        [
            .. counts.Select((row, day) => new ChartSeries
            {
                Name = weekdays[day], Data = [.. row.Select((n, hour) => new ChartPoint(name(hour), n))],
            }),
        ],
        XAxis = new ChartAxis { Type = "category" },
        YAxis = new ChartAxis { Type = "category", Title = "messages an hour" },
    };

    /// <summary>Messages by hour of day: 24 counts.</summary>
    /// <param name="name">How the reader writes an hour.</param>
    public static ChartConfiguration HoursOfDay(string title, IReadOnlyList<long> counts, Func<int, string> name) => new()
    {
        Title = title, Type = "bar",
        Series = [new ChartSeries { Name = "Messages", Color = "s-input", Data = [.. counts.Select((n, hour) => new ChartPoint(name(hour), n))] }],
        XAxis = new ChartAxis { Type = "category", Title = "Hour" },
        YAxis = new ChartAxis { Type = "numeric", Title = "messages" },
    };

    /// <summary>How values spread: up to 20 bins of one width, the last one closed at both ends.</summary>
    public static ChartConfiguration Histogram(string title, string noun, string unit, IReadOnlyList<double> values)
    {
        var points = new List<ChartPoint>();
        if (values.Count > 0)
        {
            var (low, high) = (values.Min(), values.Max());
            var bins = low == high ? 1 : Math.Clamp((int)Math.Ceiling(Math.Sqrt(values.Count)), 1, MaximumBins);
            var width = low == high ? 1 : (high - low) / bins;
            var counts = new long[bins];
            foreach (var value in values) counts[Math.Min(bins - 1, (int)((value - low) / width))]++;
            points.AddRange(counts.Select((n, i) => new ChartPoint(low + i * width, n)));
        }
        return new ChartConfiguration
        {
            Title = title, Type = "bar", Series = [new ChartSeries { Name = noun, Data = points, Color = "s-input" }],
            XAxis = new ChartAxis { Type = "numeric", Unit = unit }, YAxis = new ChartAxis { Type = "numeric", Title = noun },
        };
    }

    /// <summary>Design token of a row beside a chart: as the chart draws it, else grey like the chart's "other".</summary>
    public static string ColorIn(ChartConfiguration chart, string name) => chart.Series.FirstOrDefault(s => s.Name == name)?.Color ?? "s-other";

    /// <summary>Token name of a stored colour index.</summary>
    public static string Category(int color) => $"c-{color % Categories + 1}";

    private static ChartConfiguration OverTime(
        string title, string noun, string unit, ChartFrame frame, IReadOnlyList<UsageBucket> usage, IReadOnlyList<ChartSeries> series) => new()
        {
            Title = title, Type = "bar", Series = series,
            XAxis = new ChartAxis { Type = "datetime" },
            YAxis = new ChartAxis { Type = "numeric", Title = $"{noun} {frame.Per}", Unit = unit },
            Options = new ChartOptions
            {
                Stacked = true, Zone = frame.Zone.Id, Interval = frame.IntervalName,
                Running = usage.Count > 0 && usage[^1].Partial && usage[^1].End.ToUnixTimeMilliseconds() > frame.Now,
            },
        };

    private static ChartSeries Series(string name, string color, IReadOnlyList<UsageBucket> usage, Func<UsageBucket, double?> value) =>
        Series(name, color, usage, (u, _) => value(u));

    private static ChartSeries Series(string name, string color, IReadOnlyList<UsageBucket> usage, Func<UsageBucket, int, double?> value) => new()
    {
        Name = name, Color = color, Data = [.. usage.Select((u, i) => Point(u, value(u, i)))],
    };

    private static ChartPoint Point(UsageBucket bucket, double? value)
    {
        var (start, end) = (bucket.Start.ToUnixTimeMilliseconds(), bucket.End.ToUnixTimeMilliseconds());
        return new ChartPoint(start, value) { Metadata = new ChartPointMetadata(start, end, bucket.Partial) };
    }

    private static void AddComparison(
        List<ChartSeries> series, ChartFrame frame, IReadOnlyList<UsageBucket> usage, IReadOnlyList<UsageBucket>? previous, Func<UsageBucket, double?> value)
    {
        // Nothing before: a line of the few days that are held against the range itself would look like a period before.
        if (previous is null || usage.Count == 0 || !previous.Any(u => value(u) is > 0)) return;
        var (shift, name) = Comparison.Shift(frame, usage);
        // The last days of a range that is no whole number of weeks are held against days of the range itself.
        var known = previous.Concat(usage).Where(u => !u.Partial).GroupBy(u => shift.Key(frame, u)).ToDictionary(g => g.Key, g => g.First());
        var points = usage.Select(u =>
        {
            var match = known.GetValueOrDefault(shift.Key(frame, u) - shift.Buckets);
            return new ChartPoint(u.Start.ToUnixTimeMilliseconds(), match is null ? null : value(match))
            {
                Metadata = match is null ? null : new ChartPointMetadata(match.Start.ToUnixTimeMilliseconds(), match.End.ToUnixTimeMilliseconds(), false),
            };
        }).ToList();
        if (points.Any(p => p.Y is > 0)) series.Add(new ChartSeries { Name = name, Color = "s-previous", Type = "line", Comparison = true, Data = points });
    }
}
