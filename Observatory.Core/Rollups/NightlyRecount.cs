using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Rollups;

/// <summary>Sums yesterday's raw rows in the database, without <see cref="Contributions"/>, and holds the sums against both tiers of the roll-ups, within one snapshot.</summary>
internal sealed class NightlyRecount(IReadSnapshots snapshots, IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock) : INightlyRecount
{
    public async Task<RecountResult> RunAsync(CancellationToken cancel = default)
    {
        var zone = new BucketClock(clock.LocalTimeZone);
        var day = zone.DateOf(clock.GetUtcNow().ToUnixTimeMilliseconds()).AddDays(-1);
        var result = await RunAsync(day, new TimeRange(zone.DayStart(day), zone.DayStart(day.AddDays(1))), cancel).ConfigureAwait(false);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        db.Recounts.Add(new RecountEntity
        {
            Day = day.DayNumber - new DateOnly(1970, 1, 1).DayNumber, RanAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Compared = result.Compared, Differences = result.Differences,
        });
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
        return result;
    }

    /// <summary>The same for any range whose ends lie on quarters of an hour.</summary>
    public async Task<RecountResult> RunAsync(DateOnly name, TimeRange range, CancellationToken cancel)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var raw = await RawAsync(snapshot.Db, range, cancel).ConfigureAwait(false);
        var (first, last) = ((int)(range.Start / BucketClock.Quarter), (int)(range.End / BucketClock.Quarter));
        var quarters = await snapshot.Db.Quarters.Where(q => q.Bucket >= first && q.Bucket < last).ToListAsync(cancel).ConfigureAwait(false);
        var (compared, differences) = Compare(raw, quarters.GroupBy(q => (q.UserId, q.ProjectId, q.ModelId, q.Sources)));
        if (range.Start % BucketClock.Hour == 0 && range.End % BucketClock.Hour == 0)
        {
            var (from, to) = ((int)(range.Start / BucketClock.Hour), (int)(range.End / BucketClock.Hour));
            var hours = await snapshot.Db.Hours.Where(h => h.Bucket >= from && h.Bucket < to).ToListAsync(cancel).ConfigureAwait(false);
            var (more, wrong) = Compare(raw, hours.GroupBy(h => (h.UserId, h.ProjectId, h.ModelId, h.Sources)));
            compared += more;
            differences += wrong;
        }
        return new RecountResult(name, compared, differences);
    }

    private static (long Compared, long Differences) Compare<T>(
        Dictionary<(int, int, int, int), Measures> raw, IEnumerable<IGrouping<(int, int, int, int), T>> rolledUp) where T : MeasuresEntity
    {
        var sums = new Dictionary<(int, int, int, int), Measures>();
        foreach (var group in rolledUp)
        {
            var sum = new Measures();
            foreach (var row in group) sum.Add(Measures.Of(row));
            sums[group.Key] = sum;
        }
        long compared = 0;
        long differences = 0;
        foreach (var key in raw.Keys.Union(sums.Keys))
        {
            var (a, b) = (raw.GetValueOrDefault(key), sums.GetValueOrDefault(key));
            for (var i = 0; i < Measures.Count; i++)
            {
                compared++;
                if (a[i] != b[i]) differences++;
            }
        }
        return (compared, differences);
    }

    private static async Task<Dictionary<(int, int, int, int), Measures>> RawAsync(ObservatoryContext db, TimeRange range, CancellationToken cancel)
    {
        var sums = new Dictionary<(int, int, int, int), Measures>();
        void Add((int, int, int, int) key, Measure measure, long value)
        {
            var sum = sums.GetValueOrDefault(key);
            sum[measure] += value;
            sums[key] = sum;
        }

        var (start, end) = (range.Start, range.End);
        foreach (var g in await db.Prompts.Where(x => x.At >= start && x.At < end).GroupBy(x => new { x.UserId, x.ProjectId, x.Sources })
            .Select(g => new { g.Key, Count = g.LongCount(), Answered = g.Sum(x => x.ResponseMs == null ? 0L : 1L), Ms = g.Sum(x => x.ResponseMs ?? 0) }).ToListAsync(cancel).ConfigureAwait(false))
        {
            var key = (g.Key.UserId, g.Key.ProjectId, 0, g.Key.Sources);
            Add(key, Measure.UserMessages, g.Count);
            Add(key, Measure.ResponseCount, g.Answered);
            Add(key, Measure.ResponseMs, g.Ms);
        }
        foreach (var g in await db.Responses.Where(x => x.At >= start && x.At < end).GroupBy(x => new { x.UserId, x.ProjectId, x.ModelId, x.Sources })
            .Select(g => new
            {
                g.Key, Messages = g.Sum(x => x.IsAuxiliary ? 0L : 1L), Input = g.Sum(x => x.Input), Output = g.Sum(x => x.Output), W5 = g.Sum(x => x.CacheWrite5m),
                W1 = g.Sum(x => x.CacheWrite1h), Read = g.Sum(x => x.CacheRead), Cost = g.Sum(x => x.Cost ?? 0), Uncached = g.Sum(x => x.UncachedCost),
                Unpriced = g.Sum(x => x.Cost == null ? x.Input + x.Output + x.CacheWrite5m + x.CacheWrite1h + x.CacheRead : 0),
            }).ToListAsync(cancel).ConfigureAwait(false))
        {
            var key = (g.Key.UserId, g.Key.ProjectId, g.Key.ModelId, g.Key.Sources);
            Add(key, Measure.AssistantMessages, g.Messages);
            Add(key, Measure.Input, g.Input);
            Add(key, Measure.Output, g.Output);
            Add(key, Measure.CacheWrite5m, g.W5);
            Add(key, Measure.CacheWrite1h, g.W1);
            Add(key, Measure.CacheRead, g.Read);
            Add(key, Measure.Cost, g.Cost);
            Add(key, Measure.UnpricedTokens, g.Unpriced);
            Add(key, Measure.UncachedCost, g.Uncached);
        }
        foreach (var g in await db.ToolCalls.Where(x => x.At >= start && x.At < end && x.IsCalled).GroupBy(x => new { x.UserId, x.ProjectId, x.ModelId, x.Sources })
            .Select(g => new { g.Key, Calls = g.LongCount(), Errors = g.Sum(x => x.IsError ? 1L : 0L), Cost = g.Sum(x => x.Cost) }).ToListAsync(cancel).ConfigureAwait(false))
        {
            var key = (g.Key.UserId, g.Key.ProjectId, g.Key.ModelId, g.Key.Sources);
            Add(key, Measure.ToolCalls, g.Calls);
            Add(key, Measure.ToolErrors, g.Errors);
            Add(key, Measure.Cost, g.Cost);
        }
        foreach (var g in await db.ApiErrors.Where(x => x.At >= start && x.At < end).GroupBy(x => new { x.UserId, x.ProjectId, x.Sources })
            .Select(g => new { g.Key, Count = g.Sum(x => (long)x.Attempts) }).ToListAsync(cancel).ConfigureAwait(false))
        {
            Add((g.Key.UserId, g.Key.ProjectId, 0, g.Key.Sources), Measure.ApiErrors, g.Count);
        }
        return sums;
    }
}
