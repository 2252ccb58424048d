namespace Observatory.Core.Statistics.Anomalies;

/// <summary>
/// How unlikely is unusual. The lowest levels are set so that a series of the planted benchmark alarms at most once in 40 clean days over all
/// shapes together; a caller that asks for more or less moves them by one factor.
/// </summary>
public sealed record Thresholds
{
    public static Thresholds Default { get; } = new();

    /// <summary>A bucket for itself.</summary>
    public double Point { get; init; } = 2.5e-3;

    /// <summary>Three buckets together.</summary>
    public double ThreeBuckets { get; init; } = 1e-4;

    /// <summary>Seven buckets together, the most of a working day.</summary>
    public double SevenBuckets { get; init; } = 1e-2;

    /// <summary>Part of a day that is too low: people take breaks, so it has to be less likely than one that is too high.</summary>
    public double Dip { get; init; } = 3e-5;

    /// <summary>A whole day.</summary>
    public double Day { get; init; } = 1e-3;

    public const double Medium = 1e-4;
    public const double High = 1e-6;

    // Least change of what is less unlikely than medium, in hours such as the busiest of the week.
    public const double PointSize = 1.7;
    public const double ShortSize = 2.5;
    public const double LongSize = 3.5;

    /// <summary>Least change, as a share of the usual.</summary>
    public const double Relative = 0.5;

    /// <summary>Pieces.</summary>
    public const double Pieces = 5;

    /// <summary>Fewest calls that a rate is judged by.</summary>
    public const double Calls = 20;

    public static AnomalySeverity SeverityOf(double probability) =>
        probability <= High ? AnomalySeverity.High : probability <= Medium ? AnomalySeverity.Medium : AnomalySeverity.Low;

    public Thresholds Times(double factor) => this with
    {
        Point = Point * factor, ThreeBuckets = ThreeBuckets * factor, SevenBuckets = SevenBuckets * factor, Dip = Dip * factor, Day = Day * factor,
    };
}
