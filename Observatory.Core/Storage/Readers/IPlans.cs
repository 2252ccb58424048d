namespace Observatory.Core.Storage.Readers;

/// <summary>A subscription as somebody named it.</summary>
/// <param name="Name">Free text.</param>
/// <param name="Monthly">Price of a month; null = it was not said.</param>
/// <param name="Currency">Free text of at most eight characters, such as USD.</param>
/// <param name="Since">First day on which it holds.</param>
public sealed record PlanSetting(string Name, decimal? Monthly, string? Currency, DateOnly Since);

/// <summary>Which plan was had when. Thread-safe.</summary>
public interface IPlans
{
    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<PlanSetting>> ReadAsync(CancellationToken cancel = default);

    /// <summary>Adds it, or puts it in the place of the one of its day.</summary>
    Task SetAsync(PlanSetting plan, CancellationToken cancel = default);
}
