using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Metrics;
using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;

namespace Observatory.Tests.Support;

/// <summary>Sums of days at the moment that a test wants them: on a clock that stands still they are never made by themselves.</summary>
internal static class SummedDays
{
    /// <summary>Makes those that are missing or of an earlier version.</summary>
    /// <returns>How many days.</returns>
    public static async Task<int> MakeAsync(CoreHost core, Func<int, bool>? which = null)
    {
        var sums = core.Services.GetRequiredService<IDaySums>();
        var days = sums.Stale().Where(d => which?.Invoke(d.Day) ?? true).ToList();
        foreach (var (day, _) in days) await sums.MakeAsync(day, CancellationToken.None);
        return days.Count;
    }

    /// <summary>A calculator that has answered nothing yet; what is stored is all it has.</summary>
    public static MetricsCalculator Fresh(CoreHost core)
    {
        var reads = core.Services.GetRequiredService<INarrowReads>();
        var cubes = new CubeReader(core.Services.GetRequiredService<PageQueries>(), new DayReader(reads, new DayCache()));
        return ActivatorUtilities.CreateInstance<MetricsCalculator>(core.Services, cubes);
    }

    public static async Task<int> CountAsync(CoreHost core)
    {
        await using var db = await core.OpenAsync();
        return await db.DaySums.CountAsync();
    }

    public static async Task ForgetAsync(CoreHost core)
    {
        await using var db = await core.OpenAsync();
        await db.DaySums.ExecuteDeleteAsync();
    }
}
