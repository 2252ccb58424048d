namespace Observatory.Core.Storage.DaySums;

/// <summary>Takes a stored block; the bytes are valid during the call only.</summary>
/// <param name="version">Of the day, when it was made.</param>
public delegate void DaySumReader(int day, long version, ReadOnlySpan<byte> block);

/// <summary>Where blocks of days are kept. They only ever repeat what the roll-ups of their version say: to lose one costs time, never a figure.</summary>
public interface IDaySums
{
    /// <summary>Days whose blocks are missing or of an earlier version, newest first.</summary>
    List<(int Day, long Version)> Stale();

    /// <summary>Makes the blocks of a day in one snapshot and keeps them, with the version that the snapshot has.</summary>
    Task MakeAsync(int day, CancellationToken cancel);
}
