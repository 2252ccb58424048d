using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    /// <summary>Rows of a stream that are in memory at a time.</summary>
    private const int StreamPart = 500;

    public async Task<RowSet<ConversationRow>> OpenConversationsAsync(ConversationListQuery query, CancellationToken cancel = default)
    {
        var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        try
        {
            var db = snapshot.Db;
            var filter = new IdFilter(query.Metrics.Filter, names);
            var ids = await SeenAsync(
                db, await cubes.ConversationsAsync(db, RangePlan.For(query.Metrics.Range), filter, cancel).ConfigureAwait(false), query.Metrics.Filter, filter,
                cancel).ConfigureAwait(false);
            if (ids.Count == 0) return new RowSet<ConversationRow>(AsyncEnumerable.Empty<ConversationRow>(), snapshot) { Count = 0 };
            var found = query.Search is { Length: > 0 } search ? Found(Among(db, ids), search) : Among(db, ids);
            // Sorted once: the numbers of all rows are little, and each part is found by them.
            var order = await Sorted(db, found, query.Sort, names.People).Select(c => c.Id).Skip(query.Skip).ToListAsync(cancel).ConfigureAwait(false);
            return new RowSet<ConversationRow>(ReadAsync(db, order, CancellationToken.None), snapshot) { Count = order.Count };
        }
        catch
        {
            await snapshot.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<RowSet<MessageRow>> OpenMessagesAsync(MetricsQuery query, CancellationToken cancel = default) => OpenRowsAsync(
        query, (db, wanted, c) => reads.Messages(db, query.Range.Start, query.Range.End, wanted, c)
            .Select(m => new MessageRow(FactsOf(m.Facts), m.Figures is { } figures ? UsageOf(figures) : null, m.Text)), CountMessagesAsync, cancel);

    public Task<RowSet<CallRow>> OpenCallsAsync(MetricsQuery query, CancellationToken cancel = default) => OpenRowsAsync(
        query, (db, wanted, c) => reads.Calls(db, query.Range.Start, query.Range.End, wanted, c)
            .Select(call => new CallRow(FactsOf(call.Facts), UsageOf(call.Figures))), null, cancel);

    public Task<RowSet<StoredEventRow>> OpenEventsAsync(MetricsQuery query, CancellationToken cancel = default) => OpenRowsAsync(
        query, (db, wanted, c) => reads.StoredEvents(db, query.Range.Start, query.Range.End, wanted, c)
            .Select(e => new StoredEventRow(FactsOf(e.Facts), names.Text(e.Type) ?? "unknown", e.Data)), null, cancel);

    public async Task<IReadOnlyList<BucketFigures>> GetBucketsAsync(MetricsQuery query, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var buckets = new BucketClock(query.Zone).Buckets(query.Range, query.EffectiveInterval);
        if (buckets.Count == 0) return [];
        var (index, sums) = (new BucketIndex(buckets), new FigureSum?[buckets.Count]);
        var filter = cubes.FilterOf(snapshot.Db, query.Filter, names, query.Zone, cancel, query.Range);
        var (cube, interval) = (await cubes.ReadAsync(snapshot.Db, RangePlan.For(query.Range), filter, cancel).ConfigureAwait(false), query.EffectiveInterval);
        cube.Each((in row) =>
        {
            if (filter.ShowsPoint(row.At, interval)) (sums[index.Of(row.At)] ??= new FigureSum()).Add(row);
        });
        TimeRange Within(TimeRange bucket) => new(Math.Max(bucket.Start, query.Range.Start), Math.Min(bucket.End, query.Range.End));
        return [.. buckets.Select((b, i) => new BucketFigures(
            b.StartTime, b.EndTime, filter.Mask?.StateOf(Within(b), interval) == Crowds.Shown.None ? OverviewFigures.Withheld
                : (sums[i] ?? new FigureSum()).ToOverview()))];
    }

    private async Task<RowSet<T>> OpenRowsAsync<T>(
        MetricsQuery query, Func<ObservatoryContext, ItemFilter, CancellationToken, IEnumerable<T>> read,
        Func<ObservatoryContext, MetricsQuery, IdFilter, CancellationToken, Task<long>>? count, CancellationToken cancel)
    {
        var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        try
        {
            var (db, range, filter) = (snapshot.Db, query.Range, new IdFilter(query.Filter, names));
            var gone = range.Length == 0 ? null
                : reads.LastGone(db, (int)BucketClock.DayOf(range.Start), (int)BucketClock.DayOf(range.End - 1) + 1);
            return new RowSet<T>(EachAsync(c => read(db, filter.Matches, c), CancellationToken.None), snapshot)
            {
                // Sums hold what rows that are gone gave.
                Count = gone is null && count is not null ? await count(db, query, filter, cancel).ConfigureAwait(false) : null,
                RawSince = gone is { } day ? DateTimeOffset.FromUnixTimeMilliseconds((day + 1) * BucketClock.Day) : null,
            };
        }
        catch
        {
            await snapshot.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<long> CountMessagesAsync(ObservatoryContext db, MetricsQuery query, IdFilter filter, CancellationToken cancel)
    {
        long count = 0;
        (await cubes.ReadAsync(db, RangePlan.For(query.Range), filter, cancel).ConfigureAwait(false)).Each((in row) => count += row.Figures.Messages);
        return count;
    }

    /// <summary>Enumerated once; the reader's own word ends it.</summary>
    private static async IAsyncEnumerable<T> EachAsync<T>(
        Func<CancellationToken, IEnumerable<T>> read, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        // Whoever asks goes on: the database answers on the thread that asks.
        await Task.Yield();
        foreach (var row in read(cancel))
        {
            cancel.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    private async IAsyncEnumerable<ConversationRow> ReadAsync(
        ObservatoryContext db, List<int> order, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        foreach (var part in order.Chunk(StreamPart))
        {
            var rows = await db.Conversations.Where(c => EF.Parameter(part).Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancel).ConfigureAwait(false);
            foreach (var row in await ToRowsAsync(db, [.. part.Select(id => rows[id])], cancel).ConfigureAwait(false)) yield return row;
        }
    }

    private RowFacts FactsOf(ItemFacts facts) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(facts.At), facts.Session, names.PersonText(facts.User), names.Tail(names.Text(facts.Project)),
        names.Text(facts.Model), SourceNames.SetOf(facts.Sources));

    private static RowUsage UsageOf(CallSum sum) =>
        new(sum.Input, sum.Output, sum.CacheWrite, sum.CacheRead, sum.Cost is { } nano ? Money.Dollars(nano) : null);
}
