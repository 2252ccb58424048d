using Hangfire;
using Observatory.Core.Rollups;

namespace Observatory.Web.Jobs;

/// <summary>Holds yesterday's roll-ups against the raw rows, and says so in the log where they differ.</summary>
[AutomaticRetry(Attempts = 3)]
[DisableConcurrentExecution(60)]
internal sealed class NightlyRecountJob(INightlyRecount recount, ILogger<NightlyRecountJob> logger)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        var result = await recount.RunAsync(cancel);
        if (result.Differences == 0) logger.LogInformation("Recount of {Day}: {Compared} figures, all equal", result.Day, result.Compared);
        else logger.LogError("Recount of {Day}: {Differences} of {Compared} figures differ from the raw rows", result.Day, result.Differences, result.Compared);
    }
}
