using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Time;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Explore;

/// <summary>What is asked, as it stands in the address. Bad values fall back to what is usual.</summary>
public sealed record ExploreQuery
{
    public const string MetricKey = "metric";
    public const string SecondKey = "b";
    public const string ByKey = "by";
    public const string LimitKey = "limit";
    public const string AggregationKey = "agg";
    public const string FormulaKey = "f";
    public const string CalledKey = "called";
    public const string SmoothKey = "smooth";
    public const string EveryKey = "every";
    public const string DrawKey = "draw";
    public const string HideKey = "hide";
    public const string ToolKey = "tool";

    /// <summary><c>branch:main</c>: what has this value of a dimension that follows from others.</summary>
    public const string OnlyKey = "only";
    public const string ViewKey = "view";
    public const string DefaultMetric = "cost";
    private const int DefaultLimit = 5;

    public static IReadOnlyList<(Interval Interval, string Title)> Lengths { get; } =
        [(Interval.Hour, "Hour"), (Interval.Day, "Day"), (Interval.Week, "Week"), (Interval.Month, "Month")];

    public static IReadOnlyList<int> Limits { get; } = [3, 5, 6, 10, 25];

    public static IReadOnlyList<(string Value, string Title)> Smoothings { get; } =
        [("", "nothing"), ("ma7", "mean of 7"), ("ma28", "mean of 28"), ("ema0.3", "exponential 0.3"), ("ema0.1", "exponential 0.1")];

    /// <summary>Bars of one chart.</summary>
    private const int MostBuckets = 1_000;

    public required string Metric { get; init; }
    public string? Second { get; init; }
    public string? By { get; init; }
    public int Limit { get; init; } = DefaultLimit;
    public SeriesAggregation? Aggregation { get; init; }

    /// <summary>As it was written.</summary>
    public string? FormulaText { get; init; }
    public Formula? Formula { get; init; }
    public string? FormulaProblem { get; init; }
    public string? Called { get; init; }
    public string? SmoothText { get; init; }
    public Smoothing? Smooth { get; init; }
    public Interval Interval { get; init; }
    public GroupDrawing Drawing { get; init; }
    public bool IsHidden { get; init; }
    public bool IsFormulaHidden { get; init; }
    public string? Tool { get; init; }
    public (string Dimension, string Value)? Only { get; init; }

    /// <summary>Values that dimensions must have, beside the filters of every page.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Tags
    {
        get
        {
            var tags = new Dictionary<string, IReadOnlyList<string>>();
            if (Tool is { } tool) tags[Dimensions.Tool] = [tool];
            if (Only is { } only) tags[only.Dimension] = [only.Value];
            return tags;
        }
    }

    /// <summary>More buckets than a chart can hold were asked for, so that they are longer.</summary>
    public bool IsCoarser { get; init; }

    public static ExploreQuery Of(UrlState url, IReadOnlyList<MetricDefinition> metrics, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(metrics);
        var metric = metrics.FirstOrDefault(m => m.Name == url.Get(MetricKey)) ?? metrics.First(m => m.Name == DefaultMetric);
        var second = metrics.FirstOrDefault(m => m.Name == url.Get(SecondKey));
        var text = url.Get(FormulaKey);
        string? problem = null;
        var formula = text is null ? null : Formula.Parse(text, second is null ? 1 : 2, out problem);
        var asked = url.Get(EveryKey) is { } every ? Intervals.Parse(every) : null;
        var range = url.Resolve(now);
        var interval = asked is { } own && Lengths.Any(l => l.Interval == own) ? own : Intervals.DefaultFor(range);
        var isCoarser = false;
        while (range.Length / Intervals.ShortestLength(interval) > MostBuckets && interval < Interval.Month) (interval, isCoarser) = (interval + 1, true);
        var hidden = (url.Get(HideKey) ?? "").ToUpperInvariant();
        return new ExploreQuery
        {
            Metric = metric.Name, Second = second?.Name, Interval = interval, IsCoarser = isCoarser,
            By = url.Get(ByKey) is { } by && metric.Dimensions.Contains(by) ? by : null,
            Limit = int.TryParse(url.Get(LimitKey), out var limit) && Limits.Contains(limit) ? limit : DefaultLimit,
            Aggregation = Enum.TryParse<SeriesAggregation>(url.Get(AggregationKey), true, out var aggregation) && metric.Source == MetricSource.Series
                ? aggregation : null,
            FormulaText = text, Formula = formula, FormulaProblem = problem, Called = url.Get(CalledKey),
            SmoothText = url.Get(SmoothKey), Smooth = url.Get(SmoothKey) is { } smooth ? Smoothing.Parse(smooth) : null,
            Drawing = DrawingOf(url.Get(DrawKey), metric), IsHidden = hidden.Contains('A', StringComparison.Ordinal),
            IsFormulaHidden = hidden.Contains('F', StringComparison.Ordinal),
            Tool = metric.Dimensions.Contains(Dimensions.Tool) ? url.Get(ToolKey) : null,
            Only = OnlyOf(url.Get(OnlyKey), metric),
        };
    }

    private static (string, string)? OnlyOf(string? text, MetricDefinition metric)
    {
        if (text?.Split(':', 2) is not [var dimension, { Length: > 0 } value]) return null;
        return Dimensions.IsEnriched(dimension) && metric.Dimensions.Contains(dimension) ? (dimension, value) : null;
    }

    /// <summary>Values that add up stand on each other; others are lines, and have no shares.</summary>
    public static bool CanStack(MetricDefinition metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return metric.Aggregation == MetricAggregation.Sum;
    }

    private static GroupDrawing DrawingOf(string? asked, MetricDefinition metric)
    {
        if (!CanStack(metric)) return GroupDrawing.Lines;
        return asked switch { "lines" => GroupDrawing.Lines, "share" => GroupDrawing.Share, _ => GroupDrawing.Bars };
    }
}
