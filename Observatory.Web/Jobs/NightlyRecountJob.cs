using Hangfire;
using Observatory.Core.Rollups;
using Observatory.Core.Storage;

namespace Observatory.Web.Jobs;

/// <summary>
/// Looks through the database for damage, then orders that yesterday's roll-ups are held against the raw rows: work in pieces, which says in the log what it
/// found.
/// </summary>
[AutomaticRetry(Attempts = 3)]
[DisableConcurrentExecution(60)]
internal sealed class NightlyRecountJob(NightlyCheck recount, IStoreCheck check)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        // What is damaged needs no recount to be found, and may not let one end.
        await check.RunAsync(cancel);
        await recount.AskAsync(cancel);
    }
}
