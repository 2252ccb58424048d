namespace Observatory.Core.Statistics.Anomalies;

/// <summary>What is usual for one bucket, told from the weeks before it.</summary>
/// <param name="Bucket">Its place.</param>
/// <param name="Low">Lower end of what 19 of 20 would be.</param>
/// <param name="High">Upper end.</param>
public sealed record UsualBucket(int Bucket, double Usual, double Low, double High);
