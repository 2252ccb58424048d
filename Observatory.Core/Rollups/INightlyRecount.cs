namespace Observatory.Core.Rollups;

/// <summary>Holds yesterday's roll-ups against a recount of the raw rows.</summary>
public interface INightlyRecount
{
    /// <summary>Recounts the last full day in the machine's zone and notes the result. Changes no figure; safe to run twice.</summary>
    Task<RecountResult> RunAsync(CancellationToken cancel = default);
}

/// <param name="Day">The day that was recounted.</param>
/// <param name="Compared">Figures held against each other.</param>
/// <param name="Differences">Of these, unequal; 0 if all is well.</param>
public sealed record RecountResult(DateOnly Day, long Compared, long Differences);
