using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Rollups;

/// <param name="Bucket">Unix time in quarters of an hour, or in hours.</param>
internal readonly record struct BucketKey(int Bucket, int Conversation, int User, int Project, int Model, int Sources);

/// <summary>Sums of raw rows that the database makes: a second way to what <see cref="Contributions"/> says.</summary>
internal static class RawSums
{
    private const int ConversationFigures = 12;

    /// <summary>Figures in the order of <see cref="Measure"/>, by quarter of an hour.</summary>
    public static async Task<Dictionary<BucketKey, long[]>> BucketsAsync(ObservatoryContext db, TimeRange range, CancellationToken cancel)
    {
        var sums = new Dictionary<BucketKey, long[]>();
        var (start, end) = (range.Start, range.End);
        foreach (var g in await db.Prompts.Where(x => x.At >= start && x.At < end)
            .GroupBy(x => new { Bucket = x.At / BucketClock.Quarter, x.ConversationId, x.UserId, x.ProjectId, x.Sources })
            .Select(g => new { g.Key, Count = g.LongCount(), Answered = g.Sum(x => x.ResponseMs == null ? 0L : 1L), Ms = g.Sum(x => x.ResponseMs ?? 0) })
            .ToListAsync(cancel).ConfigureAwait(false))
        {
            Add(sums, new BucketKey((int)g.Key.Bucket, g.Key.ConversationId, g.Key.UserId, g.Key.ProjectId, 0, g.Key.Sources),
                (Measure.UserMessages, g.Count), (Measure.ResponseCount, g.Answered), (Measure.ResponseMs, g.Ms));
        }
        foreach (var g in await db.Responses.Where(x => x.At >= start && x.At < end)
            .GroupBy(x => new { Bucket = x.At / BucketClock.Quarter, x.ConversationId, x.UserId, x.ProjectId, x.ModelId, x.Sources })
            .Select(g => new
            {
                g.Key, Messages = g.Sum(x => x.IsAuxiliary ? 0L : 1L), Input = g.Sum(x => x.Input), Output = g.Sum(x => x.Output),
                W5 = g.Sum(x => x.CacheWrite5m), W1 = g.Sum(x => x.CacheWrite1h), Read = g.Sum(x => x.CacheRead),
                Cost = g.Sum(x => x.Cost ?? 0), Uncached = g.Sum(x => x.UncachedCost),
                Unpriced = g.Sum(x => x.Cost == null ? x.Input + x.Output + x.CacheWrite5m + x.CacheWrite1h + x.CacheRead : 0),
            }).ToListAsync(cancel).ConfigureAwait(false))
        {
            Add(sums, new BucketKey((int)g.Key.Bucket, g.Key.ConversationId, g.Key.UserId, g.Key.ProjectId, g.Key.ModelId, g.Key.Sources),
                (Measure.AssistantMessages, g.Messages), (Measure.Input, g.Input), (Measure.Output, g.Output), (Measure.CacheWrite5m, g.W5),
                (Measure.CacheWrite1h, g.W1), (Measure.CacheRead, g.Read), (Measure.Cost, g.Cost), (Measure.UnpricedTokens, g.Unpriced),
                (Measure.UncachedCost, g.Uncached));
        }
        foreach (var g in await db.ToolCalls.Where(x => x.At >= start && x.At < end && x.IsCalled)
            .GroupBy(x => new { Bucket = x.At / BucketClock.Quarter, x.ConversationId, x.UserId, x.ProjectId, x.ModelId, x.Sources })
            .Select(g => new { g.Key, Calls = g.LongCount(), Errors = g.Sum(x => x.IsError ? 1L : 0L), Cost = g.Sum(x => x.Cost) })
            .ToListAsync(cancel).ConfigureAwait(false))
        {
            Add(sums, new BucketKey((int)g.Key.Bucket, g.Key.ConversationId, g.Key.UserId, g.Key.ProjectId, g.Key.ModelId, g.Key.Sources),
                (Measure.ToolCalls, g.Calls), (Measure.ToolErrors, g.Errors), (Measure.Cost, g.Cost));
        }
        foreach (var g in await db.ApiErrors.Where(x => x.At >= start && x.At < end)
            .GroupBy(x => new { Bucket = x.At / BucketClock.Quarter, x.ConversationId, x.UserId, x.ProjectId, x.Sources })
            .Select(g => new { g.Key, Count = g.Sum(x => (long)x.Attempts) }).ToListAsync(cancel).ConfigureAwait(false))
        {
            Add(sums, new BucketKey((int)g.Key.Bucket, g.Key.ConversationId, g.Key.UserId, g.Key.ProjectId, 0, g.Key.Sources), (Measure.ApiErrors, g.Count));
        }
        return sums;
    }

    /// <summary>
    /// Of whole conversations, whatever day: prompts, answered ones and their waiting time; answers, input, output, cache writes and reads, cost, unpriced
    /// tokens; tool calls and failed ones.
    /// </summary>
    public static async Task<Dictionary<int, long[]>> ConversationsAsync(ObservatoryContext db, int[] ids, CancellationToken cancel)
    {
        var sums = ids.ToDictionary(id => id, _ => new long[ConversationFigures]);
        foreach (var g in await db.Prompts.Where(x => EF.Parameter(ids).Contains(x.ConversationId)).GroupBy(x => x.ConversationId)
            .Select(g => new { g.Key, Count = g.LongCount(), Answered = g.Sum(x => x.ResponseMs == null ? 0L : 1L), Ms = g.Sum(x => x.ResponseMs ?? 0) })
            .ToListAsync(cancel).ConfigureAwait(false))
        {
            Add(sums[g.Key], 0, g.Count, g.Answered, g.Ms);
        }
        foreach (var g in await db.Responses.Where(x => EF.Parameter(ids).Contains(x.ConversationId)).GroupBy(x => x.ConversationId)
            .Select(g => new
            {
                g.Key, Messages = g.Sum(x => x.IsAuxiliary ? 0L : 1L), Input = g.Sum(x => x.Input), Output = g.Sum(x => x.Output),
                Writes = g.Sum(x => x.CacheWrite5m + x.CacheWrite1h), Read = g.Sum(x => x.CacheRead), Cost = g.Sum(x => x.Cost ?? 0),
                Unpriced = g.Sum(x => x.Cost == null ? x.Input + x.Output + x.CacheWrite5m + x.CacheWrite1h + x.CacheRead : 0),
            }).ToListAsync(cancel).ConfigureAwait(false))
        {
            Add(sums[g.Key], 3, g.Messages, g.Input, g.Output, g.Writes, g.Read, g.Cost, g.Unpriced);
        }
        foreach (var g in await db.ToolCalls.Where(x => EF.Parameter(ids).Contains(x.ConversationId) && x.IsCalled).GroupBy(x => x.ConversationId)
            .Select(g => new { g.Key, Calls = g.LongCount(), Errors = g.Sum(x => x.IsError ? 1L : 0L), Cost = g.Sum(x => x.Cost) })
            .ToListAsync(cancel).ConfigureAwait(false))
        {
            // Web searches are part of the cost.
            Add(sums[g.Key], 8, g.Cost);
            Add(sums[g.Key], 10, g.Calls, g.Errors);
        }
        return sums;
    }

    public static void Add<TKey>(Dictionary<TKey, long[]> sums, TKey key, ReadOnlySpan<long> figures) where TKey : notnull
    {
        if (!sums.TryGetValue(key, out var sum)) sums[key] = sum = new long[figures.Length];
        Add(sum, 0, figures);
    }

    private static void Add(Dictionary<BucketKey, long[]> sums, BucketKey key, params ReadOnlySpan<(Measure Measure, long Value)> figures)
    {
        if (!sums.TryGetValue(key, out var sum)) sums[key] = sum = new long[Measures.Count];
        foreach (var (measure, value) in figures) sum[(int)measure] += value;
    }

    private static void Add(long[] sum, int at, params ReadOnlySpan<long> figures)
    {
        for (var i = 0; i < figures.Length; i++) sum[at + i] += figures[i];
    }
}
