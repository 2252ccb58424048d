using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    public Task<IReadOnlyList<UserFigures>> GetUsersAsync(MetricsQuery query, CancellationToken cancel = default) =>
        ShareAsync("users", query, c => MakeUsersAsync(query, c), cancel);

    private async Task<IReadOnlyList<UserFigures>> MakeUsersAsync(MetricsQuery query, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var filter = cubes.FilterOf(snapshot.Db, query.Filter, names, query.Zone, cancel, query.Range);
        var range = await ReadRangeAsync(snapshot.Db, query, query.Range, filter, RangeParts.Users | RangeParts.UserHours, cancel).ConfigureAwait(false);
        var sittings = Sittings(snapshot.Db, query.Range, filter, cancel);
        return [.. range.Users
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
        var range = await ReadRangeAsync(snapshot.Db, query, query.Range, filter, RangeParts.None, cancel).ConfigureAwait(false);
        var sittings = Sittings(snapshot.Db, query.Range, filter, cancel);
        return ToUser(id, range.Total, range.Hours, sittings.GetValueOrDefault(id));
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
    /// Sittings that start in the range, by user: how many, and how long together. They are put together from the runs of activity of whole days, those of the
    /// evening before and of as many days behind the range as a sitting goes on.
    /// </summary>
    private Dictionary<int, (int Count, long Ms)> Sittings(ObservatoryContext db, TimeRange range, IdFilter filter, CancellationToken cancel)
    {
        for (var reach = 12 * BucketClock.Hour; ; reach *= 2)
        {
            var all = cubes.Activity(db, new TimeRange(range.Start - ActivityDay.LongestPause, range.End + reach), filter, cancel);
            var until = BucketClock.Floor(range.End + reach - 1, BucketClock.Day) + BucketClock.Day;
            var sums = new Dictionary<int, (int Count, long Ms)>(all.Count);
            var isCut = false;
            foreach (var (user, spans) in all)
            {
                var (count, ms) = (0, 0L);
                spans.Sort(static (a, b) => a.First.CompareTo(b.First));
                for (var i = 0; i < spans.Count;)
                {
                    var (first, last) = spans[i++];
                    for (; i < spans.Count && spans[i].First - last <= ActivityDay.LongestPause; i++) last = Math.Max(last, spans[i].Last);
                    if (!range.Contains(first)) continue;
                    count++;
                    ms += last - first;
                    isCut |= until - last <= ActivityDay.LongestPause;
                }
                if (count > 0) sums[user] = (count, ms);
            }
            if (!isCut) return sums;
        }
    }
}
