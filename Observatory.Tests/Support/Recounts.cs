using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Rollups;
using Observatory.Core.Time;

namespace Observatory.Tests.Support;

/// <summary>Recounts at once, without a job.</summary>
internal static class Recounts
{
    /// <summary>Yesterday, in the zone of the core's clock.</summary>
    public static Task<RecountTally> RecountAsync(this CoreHost core, CancellationToken cancel)
    {
        var parts = RecountStep.LastDay(core.Services.GetRequiredService<TimeProvider>()).Split('|');
        var range = new TimeRange(long.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));
        return core.Recount.RunAsync(range, cancel);
    }

    public static async Task<RecountTally> RunAsync(this NightlyRecount recount, TimeRange range, CancellationToken cancel)
    {
        var sum = await recount.BucketsAsync(range, cancel);
        for (var last = -1; await recount.ConversationsAsync(range, last, cancel) is { } part; last = part.Last)
            sum = new RecountTally(sum.Compared + part.Found.Compared, sum.Differences + part.Found.Differences);
        return sum;
    }
}
