namespace Observatory.Core.Statistics.Anomalies;

/// <summary>
/// How unlikely is unusual. The lowest levels are set so that a series of the planted benchmark alarms at most once in 40 clean days over all
/// shapes together; a caller that asks for more or less moves them by one factor.
/// </summary>
public sealed record Thresholds
{
    public static Thresholds Default { get; } = new();

    /// <summary>A bucket for itself.</summary>
    public double Point { get; init; } = 1e-3;

    /// <summary>Three and six buckets together.</summary>
    public double Window { get; init; } = 1e-3;

    /// <summary>A whole day.</summary>
    public double Day { get; init; } = 2e-3;

    public const double Medium = 1e-4;
    public const double High = 1e-6;

    /// <summary>Least change, as a share of the usual.</summary>
    public const double Relative = 0.5;

    /// <summary>Pieces.</summary>
    public const double Pieces = 5;

    /// <summary>Fewest calls that a rate is judged by.</summary>
    public const double Calls = 20;

    public static AnomalySeverity SeverityOf(double probability) =>
        probability <= High ? AnomalySeverity.High : probability <= Medium ? AnomalySeverity.Medium : AnomalySeverity.Low;

    public Thresholds Times(double factor) => this with { Point = Point * factor, Window = Window * factor, Day = Day * factor };
}
