namespace Observatory.Core.Storage.Readers;

/// <param name="Date">Of the zone.</param>
/// <param name="Zone">IANA.</param>
public sealed record DayOff(DateOnly Date, string Name, string Zone);

/// <summary>Days on which nobody is expected. Thread-safe.</summary>
public interface IDaysOff
{
    /// <summary>In order of time; of one day and zone there is one.</summary>
    Task<IReadOnlyList<DayOff>> ListAsync(CancellationToken cancel = default);

    /// <summary>These and no others.</summary>
    Task ReplaceAsync(IReadOnlyList<DayOff> days, CancellationToken cancel = default);
}
