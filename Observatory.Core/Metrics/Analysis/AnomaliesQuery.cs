using Observatory.Core.Statistics.Anomalies;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>What was unusual in a range, over many series.</summary>
public sealed record AnomaliesQuery
{
    public required TimeRange Range { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    public MetricsFilter Filter { get; init; } = MetricsFilter.None;

    /// <summary>Names; empty = those that say something of their own.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    /// <summary>What is less severe is left out.</summary>
    public AnomalySeverity Least { get; init; }
}
