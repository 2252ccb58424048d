using System.Globalization;

namespace Observatory.Core.Metrics.Catalogue;

/// <summary>
/// Every figure by name, with what it means: the one place that pages, routes, files and the glossary read. Metrics that were sent under a name
/// of their own stand in the store and are described by <see cref="OfSeries"/>.
/// </summary>
/// <param name="metrics">What can be asked for, in order.</param>
public sealed class MetricCatalogue(IReadOnlyList<MetricDefinition> metrics)
{
    /// <summary>Ends names of parts: nothing that is sent has such a name.</summary>
    private const char Mark = '\u0001';

    private readonly Dictionary<string, MetricDefinition> _byName =
        metrics.Concat(metrics.SelectMany(PartsOf)).ToDictionary(m => m.Name, StringComparer.Ordinal);

    /// <summary>The metrics of this program.</summary>
    public static MetricCatalogue Default { get; } = new(BuiltInMetrics.All);

    public IReadOnlyList<MetricDefinition> Metrics => metrics;

    /// <summary>Metrics first, then the other figures: one entry each.</summary>
    public IReadOnlyList<Figure> Figures { get; } = [.. metrics, .. OtherFigures.All];

    /// <summary>Null = no metric of this program; one of the store's may have the name.</summary>
    public MetricDefinition? Find(string name) => _byName.GetValueOrDefault(name) ?? FindOver(name);

    /// <summary>The entry of a figure, by any of its names; null = it has none.</summary>
    public Figure? Explain(string name) => Figures.FirstOrDefault(f => f.Name == name) ?? Figures.FirstOrDefault(f => f.AlsoNamed.Contains(name));

    /// <summary>Name under which that which is divided can be asked for, of a metric with <see cref="MetricDefinition.Parts"/>.</summary>
    internal static string AboveOf(MetricDefinition metric) => $"{metric.Name}{Mark}above";

    /// <summary>Name under which what it is divided by can be asked for.</summary>
    internal static string BelowOf(MetricDefinition metric) => $"{metric.Name}{Mark}below";

    /// <summary>Name under which can be asked for how many of a distribution lie above a value.</summary>
    /// <param name="seconds">Below 0 all of them do.</param>
    internal static string OverOf(MetricDefinition metric, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{metric.Name}{Mark}over{seconds * 1000:R}");

    private MetricDefinition? FindOver(string name)
    {
        var mark = name.IndexOf($"{Mark}over", StringComparison.Ordinal);
        return mark > 0 && double.TryParse(name.AsSpan(mark + 5), CultureInfo.InvariantCulture, out var ms) && _byName.TryGetValue(name[..mark], out var metric)
            && metric.Source == MetricSource.Answers ? metric with { Name = name, Aggregation = MetricAggregation.Sum, Unit = Units.Count, Above = ms } : null;
    }

    private static IEnumerable<MetricDefinition> PartsOf(MetricDefinition metric) => metric.Parts is not { } parts ? [] :
    [
        metric with { Name = AboveOf(metric), Aggregation = MetricAggregation.Sum, Value = s => parts.Above(s), Parts = null },
        metric with { Name = BelowOf(metric), Aggregation = MetricAggregation.Sum, Value = s => parts.Below(s), Parts = null },
    ];

    /// <summary>What can be said of a metric that was sent.</summary>
    /// <param name="name">As it was sent.</param>
    /// <param name="tags">Names of the tags that its values have.</param>
    public static MetricDefinition OfSeries(string name, IReadOnlyList<string> tags) => new()
    {
        Name = name, Title = name, Unit = "", Aggregation = MetricAggregation.Sum, Source = MetricSource.Series, Dimensions = tags,
        Definition = "Values that were sent under this name.",
    };
}
