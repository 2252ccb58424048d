using Hangfire;
using Observatory.Core.Rollups;
using Observatory.Core.Storage;

namespace Observatory.Web.Jobs;

/// <summary>Looks through the database for damage, then holds yesterday's roll-ups against the raw rows, and says so in the log where they differ.</summary>
[AutomaticRetry(Attempts = 3)]
[DisableConcurrentExecution(60)]
internal sealed class NightlyRecountJob(INightlyRecount recount, IStoreCheck check, ILogger<NightlyRecountJob> logger)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        // What is damaged needs no recount to be found, and may not let one end.
        await check.RunAsync(cancel);
        var result = await recount.RunAsync(cancel);
        if (result.Differences == 0) logger.LogInformation("Recount of {Day}: {Compared} figures, all equal", result.Day, result.Compared);
        else logger.LogError("Recount of {Day}: {Differences} of {Compared} figures differ from the raw rows", result.Day, result.Differences, result.Compared);
    }
}
