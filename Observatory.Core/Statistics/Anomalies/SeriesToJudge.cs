namespace Observatory.Core.Statistics.Anomalies;

/// <summary>What the values of a series are, which decides how they vary.</summary>
public enum SeriesKind
{
    /// <summary>Things that are counted: 0, 1, 2, …</summary>
    Count,

    /// <summary>Sums of pieces of some size: money, tokens, seconds.</summary>
    Amount,

    /// <summary>Means and percentiles, above 0; a bucket may have none.</summary>
    Level,

    /// <summary>Shares of <see cref="SeriesBucket.Weight"/>, 0–1.</summary>
    Rate,
}

public enum AnomalyKind
{
    Spike,
    Dip,
    Run,
    Dead,
    LevelShift,
    NewValue,
}

public enum AnomalySeverity
{
    Low,
    Medium,
    High,
}

/// <summary>A series with all that the ladder wants to know of it.</summary>
public sealed record SeriesToJudge
{
    /// <summary>Complete ones, in order, without holes; up to eight weeks more than what is judged.</summary>
    public required IReadOnlyList<SeriesBucket> Buckets { get; init; }

    /// <summary>Buckets are hours; else days.</summary>
    public required bool Hourly { get; init; }

    public required SeriesKind Kind { get; init; }

    /// <summary>The least change that is worth a word, in the unit of the values; null = five pieces.</summary>
    public double? Floor { get; init; }

    /// <summary>Day of the first value of all; what lies before it is no history.</summary>
    public required DateOnly FirstDay { get; init; }

    /// <summary>The first day that is not over: from there on days are not judged as a whole, and are no history.</summary>
    public DateOnly? OpenFrom { get; init; }

    /// <summary>Days on which nobody is expected.</summary>
    public IReadOnlySet<DateOnly> DaysOff { get; init; } = new HashSet<DateOnly>();
}

/// <summary>Something unusual: neighbouring buckets that are too high or too low together.</summary>
/// <param name="First">Place of its first bucket.</param>
/// <param name="Last">Place of its last.</param>
/// <param name="Value">Sum of what was there; of means and rates their mean.</param>
/// <param name="Usual">The same, as expected.</param>
/// <param name="Low">Lower end of what 19 of 20 would be.</param>
/// <param name="High">Upper end.</param>
/// <param name="Probability">Of something at least as far away, at the level of the day until then.</param>
/// <param name="HistoryDays">Days that it was held against.</param>
public sealed record Episode(
    int First, int Last, AnomalyKind Kind, AnomalySeverity Severity, double Value, double Usual, double Low, double High, double Probability, int HistoryDays);
