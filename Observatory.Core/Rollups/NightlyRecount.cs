using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Rollups;

/// <summary>
/// Sums raw rows in the database, without <see cref="Contributions"/>, and holds the sums against everything that is made of them: quarters of an hour, hours,
/// tools, distributions, and the sums of conversations. Each part within one snapshot; it changes nothing.
/// </summary>
internal sealed class NightlyRecount(IReadSnapshots snapshots)
{
    /// <summary>Conversations recounted at a time.</summary>
    private const int Part = 500;

    /// <param name="range">Its ends lie on quarters of an hour.</param>
    public async Task<RecountTally> BucketsAsync(TimeRange range, CancellationToken cancel)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var db = snapshot.Db;
        var tally = new Tally();
        if (await HasGoneAsync(db, range, cancel).ConfigureAwait(false)) return default;
        var raw = await RawSums.BucketsAsync(db, range, cancel).ConfigureAwait(false);
        var (first, last) = ((int)(range.Start / BucketClock.Quarter), (int)(range.End / BucketClock.Quarter));
        var quarters = await db.Quarters.Where(q => q.Bucket >= first && q.Bucket < last).ToListAsync(cancel).ConfigureAwait(false);
        tally.Compare(raw, quarters.ToDictionary(
            q => new BucketKey(q.Bucket, q.ConversationId, q.UserId, q.ProjectId, q.ModelId, q.Sources), q => Figures(Measures.Of(q))));
        await CompareHoursAsync(db, range, raw, tally, cancel).ConfigureAwait(false);
        await CompareToolsAsync(db, range, tally, cancel).ConfigureAwait(false);
        return tally.Found;
    }

    /// <summary>Some of the conversations that have something in the range, each as a whole.</summary>
    /// <param name="after">Those with a larger number.</param>
    /// <returns>What was found, and the number of the last one; null = there are no more.</returns>
    public async Task<(RecountTally Found, int Last)?> ConversationsAsync(TimeRange range, int after, CancellationToken cancel)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var db = snapshot.Db;
        if (await HasGoneAsync(db, range, cancel).ConfigureAwait(false)) return null;
        var (start, end, first, last) = (range.Start, range.End, (int)(range.Start / BucketClock.Quarter), (int)(range.End / BucketClock.Quarter));
        var ids = await db.Quarters.Where(q => q.Bucket >= first && q.Bucket < last).Select(q => q.ConversationId)
            .Union(db.Prompts.Where(x => x.At >= start && x.At < end).Select(x => x.ConversationId))
            .Union(db.Responses.Where(x => x.At >= start && x.At < end).Select(x => x.ConversationId))
            .Union(db.ToolCalls.Where(x => x.At >= start && x.At < end && x.IsCalled).Select(x => x.ConversationId))
            .Union(db.ApiErrors.Where(x => x.At >= start && x.At < end).Select(x => x.ConversationId))
            .Where(id => id > after).OrderBy(id => id).Take(Part).ToListAsync(cancel).ConfigureAwait(false);
        if (ids.Count == 0) return null;
        // What gone rows gave to a conversation does not follow from those that are left.
        var carried = await db.Carries.Where(c => EF.Parameter(ids).Contains(c.ConversationId)).Select(c => c.ConversationId)
            .ToHashSetAsync(cancel).ConfigureAwait(false);
        int[] whole = [.. ids.Where(id => !carried.Contains(id))];
        var stored = await db.Conversations.Where(c => EF.Parameter(whole).Contains(c.Id)).ToListAsync(cancel).ConfigureAwait(false);
        var tally = new Tally();
        tally.Compare(
            await RawSums.ConversationsAsync(db, whole, cancel).ConfigureAwait(false),
            stored.ToDictionary(c => c.Id, c => (long[])
            [
                c.UserMessages, c.ResponseCount, c.ResponseMs, c.AssistantMessages, c.Input, c.Output, c.CacheWrite, c.CacheRead,
                c.Cost, c.UnpricedTokens, c.ToolCalls, c.ToolErrors,
            ]));
        return (tally.Found, ids[^1]);
    }

    /// <summary>Sums hold where rows are gone, and do not follow from them any more.</summary>
    private static Task<bool> HasGoneAsync(ObservatoryContext db, TimeRange range, CancellationToken cancel)
    {
        var (firstDay, lastDay) = ((int)BucketClock.DayOf(range.Start), (int)BucketClock.DayOf(range.End - 1));
        return db.Days.AnyAsync(d => d.Day >= firstDay && d.Day <= lastDay && d.Gone > 0, cancel);
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
        private long _compared;
        private long _differences;

        public RecountTally Found => new(_compared, _differences);

        /// <summary>What one side does not have is 0 there.</summary>
        public void Compare<TKey>(Dictionary<TKey, long[]> raw, Dictionary<TKey, long[]> rolledUp) where TKey : notnull
        {
            foreach (var key in raw.Keys.Union(rolledUp.Keys))
            {
                var (a, b) = (raw.GetValueOrDefault(key), rolledUp.GetValueOrDefault(key));
                for (var i = 0; i < (a ?? b)!.Length; i++)
                {
                    _compared++;
                    if ((a?[i] ?? 0) != (b?[i] ?? 0)) _differences++;
                }
            }
        }
    }
}

/// <param name="Compared">Figures held against each other.</param>
/// <param name="Differences">Of these, unequal; 0 if all is well.</param>
internal readonly record struct RecountTally(long Compared, long Differences);
