using Observatory.Core.Storage.Maintenance;

namespace Observatory.Core.Rollups;

/// <summary>Orders the recount of the last full day in the machine's zone: work on what is stored like any other, in pieces and resumed after an end.</summary>
public sealed class NightlyCheck(IMaintenance maintenance, TimeProvider clock)
{
    /// <returns>Number of the job. That of yesterday's where it is open: asked twice it runs once.</returns>
    public Task<int> AskAsync(CancellationToken cancel = default) => maintenance.AskAsync(RecountStep.StepName, RecountStep.LastDay(clock), cancel);
}
