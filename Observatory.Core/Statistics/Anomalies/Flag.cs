namespace Observatory.Core.Statistics.Anomalies;

/// <summary>Buckets that are unusual together.</summary>
/// <param name="IsDay">They are a whole day.</param>
internal sealed record Flag(int First, int Last, bool IsHigh, double Probability, bool IsDay = false);

/// <summary>What was expected of a bucket when it came. In pieces.</summary>
/// <param name="Mean">At the usual level of its day.</param>
/// <param name="Level">Of its day until then, as a share of the usual.</param>
/// <param name="Trust">Shape of that level: the larger, the surer.</param>
/// <param name="Doubt">Variance of the mean, as a share of its square.</param>
internal readonly record struct Expected(double Value, double Mean, double Level, double Trust, double Doubt);
