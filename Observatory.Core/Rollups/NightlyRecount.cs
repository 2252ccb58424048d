using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Rollups;

/// <summary>
/// Sums yesterday's raw rows in the database, without <see cref="Contributions"/>, and holds the sums against everything that is made of them: quarters of
/// an hour, hours, tools, distributions, and the sums of the conversations that have rows of the day. All of it within one snapshot.
/// </summary>
internal sealed class NightlyRecount(IReadSnapshots snapshots, IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock) : INightlyRecount
{
    /// <summary>Conversations recounted at a time.</summary>
    private const int Part = 500;

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
        var db = snapshot.Db;
        var tally = new Tally();
        var (firstDay, lastDay) = ((int)BucketClock.DayOf(range.Start), (int)BucketClock.DayOf(range.End - 1));
        // Sums hold where rows are gone, and do not follow from them any more.
        var hasGone = await db.Days.AnyAsync(d => d.Day >= firstDay && d.Day <= lastDay && d.Gone > 0, cancel).ConfigureAwait(false);
        if (hasGone) return new RecountResult(name, 0, 0);
        var raw = await RawSums.BucketsAsync(db, range, cancel).ConfigureAwait(false);
        var (first, last) = ((int)(range.Start / BucketClock.Quarter), (int)(range.End / BucketClock.Quarter));
        var quarters = await db.Quarters.Where(q => q.Bucket >= first && q.Bucket < last).ToListAsync(cancel).ConfigureAwait(false);
        tally.Compare(raw, quarters.ToDictionary(
            q => new BucketKey(q.Bucket, q.ConversationId, q.UserId, q.ProjectId, q.ModelId, q.Sources), q => Figures(Measures.Of(q))));
        await CompareHoursAsync(db, range, raw, tally, cancel).ConfigureAwait(false);
        await CompareToolsAsync(db, range, tally, cancel).ConfigureAwait(false);

        var carried = await db.Carries.Select(c => c.ConversationId).ToHashSetAsync(cancel).ConfigureAwait(false);
        var touched = raw.Keys.Select(k => k.Conversation).Concat(quarters.Select(q => q.ConversationId)).Distinct().Where(id => !carried.Contains(id)).Order();
        foreach (var ids in touched.Chunk(Part))
        {
            var stored = await db.Conversations.Where(c => EF.Parameter(ids).Contains(c.Id)).ToListAsync(cancel).ConfigureAwait(false);
            tally.Compare(
                await RawSums.ConversationsAsync(db, ids, cancel).ConfigureAwait(false),
                stored.ToDictionary(c => c.Id, c => (long[])
                [
                    c.UserMessages, c.ResponseCount, c.ResponseMs, c.AssistantMessages, c.Input, c.Output, c.CacheWrite, c.CacheRead,
                    c.Cost, c.UnpricedTokens, c.ToolCalls, c.ToolErrors,
                ]));
        }
        return new RecountResult(name, tally.Compared, tally.Differences);
    }

    private static async Task CompareHoursAsync(
        ObservatoryContext db, TimeRange range, Dictionary<BucketKey, long[]> raw, Tally tally, CancellationToken cancel)
    {
        // A day of a zone that is half an hour off begins within an hour.
        if (range.Start % BucketClock.Hour != 0 || range.End % BucketClock.Hour != 0) return;
        const int QuartersInHour = (int)(BucketClock.Hour / BucketClock.Quarter);
        var (from, to) = ((int)(range.Start / BucketClock.Hour), (int)(range.End / BucketClock.Hour));
        var sums = new Dictionary<BucketKey, long[]>();
        foreach (var (key, figures) in raw) RawSums.Add(sums, key with { Bucket = key.Bucket / QuartersInHour, Conversation = 0 }, figures);
        var hours = await db.Hours.Where(h => h.Bucket >= from && h.Bucket < to).ToListAsync(cancel).ConfigureAwait(false);
        tally.Compare(sums, hours.ToDictionary(h => new BucketKey(h.Bucket, 0, h.UserId, h.ProjectId, h.ModelId, h.Sources), h => Figures(Measures.Of(h))));
    }

    private static async Task CompareToolsAsync(ObservatoryContext db, TimeRange range, Tally tally, CancellationToken cancel)
    {
        var (first, last) = ((int)(range.Start / BucketClock.Quarter), (int)(range.End / BucketClock.Quarter));
        var (tools, bins) = await RawTools.ReadAsync(db, range, cancel).ConfigureAwait(false);
        var quarters = await db.ToolQuarters.Where(q => q.Bucket >= first && q.Bucket < last).ToListAsync(cancel).ConfigureAwait(false);
        tally.Compare(tools, quarters.ToDictionary(
            q => new RawToolKey(q.Bucket, q.ToolId, q.UserId, q.ProjectId, q.ModelId, q.Sources),
            q => (long[])[q.Calls, q.Errors, q.DurationMs, q.DurationCount]));
        var sketches = await db.Sketches.Where(q => q.Bucket >= first && q.Bucket < last).ToListAsync(cancel).ConfigureAwait(false);
        tally.Compare(bins, sketches.ToDictionary(
            q => (new RawToolKey(q.Bucket, q.ToolId, q.UserId, q.ProjectId, q.ModelId, q.Sources), q.Bin), q => (long[])[q.Count]));
    }

    private static long[] Figures(Measures measures) => [.. (ReadOnlySpan<long>)measures];

    /// <summary>What was held against each other, and what differed.</summary>
    private sealed class Tally
    {
        public long Compared { get; private set; }

        public long Differences { get; private set; }

        /// <summary>What one side does not have is 0 there.</summary>
        public void Compare<TKey>(Dictionary<TKey, long[]> raw, Dictionary<TKey, long[]> rolledUp) where TKey : notnull
        {
            foreach (var key in raw.Keys.Union(rolledUp.Keys))
            {
                var (a, b) = (raw.GetValueOrDefault(key), rolledUp.GetValueOrDefault(key));
                for (var i = 0; i < (a ?? b)!.Length; i++)
                {
                    Compared++;
                    if ((a?[i] ?? 0) != (b?[i] ?? 0)) Differences++;
                }
            }
        }
    }
}
