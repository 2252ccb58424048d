using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    private const long LongestPauseInSitting = 30 * BucketClock.Minute;

    public async Task<IReadOnlyList<UserFigures>> GetUsersAsync(MetricsQuery query, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var filter = new IdFilter(query.Filter, names);
        var range = await ReadRangeAsync(snapshot.Db, query, query.Range, filter, cancel).ConfigureAwait(false);
        var sittings = Sittings(snapshot.Db, query.Range, filter, cancel);
        return [.. range.By(r => r.User)
            .Where(u => u.Key != 0 && (u.Value.Messages > 0 || u.Value.Tokens > 0))
            .Select(u => ToUser(u.Key, u.Value, range.MessagesByHour(u.Key), sittings.GetValueOrDefault(u.Key)))
            .OrderByDescending(u => u.TotalMessages).ThenBy(u => u.UserId, StringComparer.Ordinal)];
    }

    public async Task<UserFigures?> GetUserAsync(string userId, MetricsQuery query, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        if (names.Id(Storage.Entities.NameKind.User, userId) is not { } named || named == 0) return null;
        // A name that was merged leads to the one that is shown.
        var id = names.Person(named);
        var filter = new IdFilter(query.Filter with { Users = [userId] }, names);
        var range = await ReadRangeAsync(snapshot.Db, query, query.Range, filter, cancel).ConfigureAwait(false);
        var sittings = Sittings(snapshot.Db, query.Range, filter, cancel);
        return ToUser(id, range.Total, range.MessagesByHour(), sittings.GetValueOrDefault(id));
    }

    private UserFigures ToUser(int id, FigureSum sum, long[] hours, (int Count, long Ms) sittings)
    {
        var busiest = hours.Max() == 0 ? -1 : Array.IndexOf(hours, hours.Max());
        return new UserFigures
        {
            UserId = names.Text(id) ?? "",
            ConversationCount = sum.Conversations.Count,
            TotalMessages = sum.Messages,
            TotalTokensUsed = sum.Tokens,
            TotalCost = Money.CostOf(sum.Sum[Measure.Cost], sum.Sum[Measure.UnpricedTokens], sum.Tokens),
            AverageSessionDuration = sittings.Count == 0 ? 0 : sittings.Ms / 1000.0 / sittings.Count,
            MostActiveTimeOfDay = busiest < 0 ? null : RangeFigures.HourName(busiest),
            ActivityPattern = hours.Select((n, hour) => (Key: RangeFigures.HourName(hour)[..2], n)).ToDictionary(h => h.Key, h => h.n),
        };
    }

    /// <summary>
    /// Sittings that start in the range, by user: how many, and how long together. They are runs of activity, so the activity up to half an
    /// hour before the range and as far behind it as a run goes on is read too.
    /// </summary>
    private Dictionary<int, (int Count, long Ms)> Sittings(ObservatoryContext db, TimeRange range, IdFilter filter, CancellationToken cancel)
    {
        for (var reach = 12 * BucketClock.Hour; ; reach *= 2)
        {
            var until = range.End + reach;
            var sums = new Dictionary<int, (int Count, long Ms)>();
            var open = new Dictionary<int, (long First, long Last)>();
            foreach (var row in cubes.Activity(db, new TimeRange(range.Start - LongestPauseInSitting, until), filter, cancel))
            {
                if (open.TryGetValue(row.User, out var sitting) && row.At - sitting.Last <= LongestPauseInSitting)
                {
                    open[row.User] = (sitting.First, row.At);
                    continue;
                }
                if (sitting != default) Close(row.User, sitting);
                open[row.User] = (row.At, row.At);
            }
            var cut = false;
            foreach (var (user, sitting) in open)
            {
                Close(user, sitting);
                cut |= range.Contains(sitting.First) && until - sitting.Last <= LongestPauseInSitting;
            }
            if (!cut) return sums;

            void Close(int user, (long First, long Last) sitting)
            {
                if (!range.Contains(sitting.First)) return;
                var (count, ms) = sums.GetValueOrDefault(user);
                sums[user] = (count + 1, ms + sitting.Last - sitting.First);
            }
        }
    }
}
