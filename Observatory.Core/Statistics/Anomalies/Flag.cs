namespace Observatory.Core.Statistics.Anomalies;

/// <summary>Buckets that are unusual together.</summary>
/// <param name="IsDay">They are a whole day.</param>
internal sealed record Flag(int First, int Last, bool IsHigh, double Probability, bool IsDay = false);
