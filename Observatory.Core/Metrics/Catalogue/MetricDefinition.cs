namespace Observatory.Core.Metrics.Catalogue;

/// <summary>How the parts of a metric become one value.</summary>
public enum MetricAggregation
{
    /// <summary>Values of parts add up.</summary>
    Sum,

    /// <summary>Different ones are counted: values of parts do not add up.</summary>
    Distinct,

    /// <summary>A quotient of sums.</summary>
    Ratio,

    /// <summary>From a distribution.</summary>
    Percentile,

    /// <summary>A mean, or on demand a percentile of the same distribution.</summary>
    Mean,
}

/// <summary>Where a metric is read.</summary>
public enum MetricSource
{
    /// <summary>Sums by quarter of an hour, and rows at the ends of a range.</summary>
    Usage,

    /// <summary>The same, and by tool where tools are asked for.</summary>
    Tools,

    /// <summary>Distribution of answer times.</summary>
    Answers,

    /// <summary>Distributions of times that spans tell of.</summary>
    Times,

    /// <summary>Moments of conversations, from rows.</summary>
    Activity,

    /// <summary>Events that count in no other figure.</summary>
    Events,

    /// <summary>Rows alone: of what is asked by something that only they tell.</summary>
    Rows,

    /// <summary>Values that were sent under the metric's own name.</summary>
    Series,
}

/// <summary>What has to be told apart while rows are added up, beside sums.</summary>
[Flags]
internal enum Distinct
{
    None = 0,
    Conversations = 1,
    Users = 2,
    All = Conversations | Users,
}

/// <summary>A figure that can be asked for by name: over time, by dimension, in every export, alert and report.</summary>
public sealed record MetricDefinition : Figure
{
    public required MetricAggregation Aggregation { get; init; }

    public MetricSource Source { get; init; } = MetricSource.Usage;

    /// <summary>See <see cref="Catalogue.Dimensions"/>. Grouped by another one, all rows are those without a value.</summary>
    public required IReadOnlyList<string> Dimensions { get; init; }

    /// <summary>The value of what was added up; null = there is none. Of <see cref="MetricSource.Usage"/> and <see cref="MetricSource.Tools"/> only.</summary>
    internal Func<FigureSum, double?> Value { get; init; } = _ => null;

    internal Distinct Needs { get; init; }

    /// <summary>Of <see cref="MetricSource.Times"/>: which times.</summary>
    internal Storage.TimingKind Times { get; init; }

    /// <summary>Of a distribution: not its percentile, but how many lie above this, in milliseconds; null = the percentile.</summary>
    internal double? Above { get; init; }

    /// <summary>Of a quotient: what is divided and by what, so that it can be taken apart; null = it cannot.</summary>
    internal Parts? Parts { get; init; }
}

/// <summary>Sums whose quotient a metric is.</summary>
internal sealed record Parts(Func<FigureSum, double> Above, Func<FigureSum, double> Below);
