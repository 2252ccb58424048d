namespace Observatory.Core.Storage.Readers;

/// <summary>How far a reader expects what is unusual. The numbers are stored: never change one.</summary>
public enum Expectation
{
    /// <summary>This one.</summary>
    Once = 1,

    /// <summary>This series, at this hour of this weekday.</summary>
    ThisHour = 2,

    /// <summary>The whole day, of every metric.</summary>
    DayOff = 3,
}

/// <param name="AnomalyId">Of what is expected.</param>
/// <param name="By">Who said so.</param>
public sealed record AnomalyMark(string AnomalyId, Expectation Expected, string By, DateTimeOffset At);

/// <summary>What readers said of unusual things. Thread-safe.</summary>
public interface IAnomalyMarks
{
    Task<IReadOnlyList<AnomalyMark>> ListAsync(CancellationToken cancel = default);

    /// <summary>In place of what was said of it before.</summary>
    /// <param name="dayOff">That goes onto the list with it; null = none.</param>
    Task SetAsync(AnomalyMark mark, DayOff? dayOff, CancellationToken cancel = default);

    /// <summary>Takes it back, with the day off that it brought. Nothing where nothing was said.</summary>
    Task RemoveAsync(string anomalyId, CancellationToken cancel = default);
}
