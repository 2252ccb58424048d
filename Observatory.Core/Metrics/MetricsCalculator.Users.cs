using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

public sealed partial class MetricsCalculator
{
    private const long LongestPauseInSitting = 30 * BucketClock.Minute;

    public async Task<IReadOnlyList<UserFigures>> GetUsersAsync(MetricsQuery query, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var filter = new IdFilter(query.Filter, names);
        var range = await ReadRangeAsync(snapshot.Db, query, query.Range, filter, cancel).ConfigureAwait(false);
        var sittings = await SittingsAsync(snapshot.Db, query.Range, filter, cancel).ConfigureAwait(false);
        return [.. range.By(r => r.User, p => p.User)
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
        var sittings = await SittingsAsync(snapshot.Db, query.Range, filter, cancel).ConfigureAwait(false);
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
    private async Task<Dictionary<int, (int Count, long Ms)>> SittingsAsync(ObservatoryContext db, TimeRange range, IdFilter filter, CancellationToken cancel)
    {
        for (var reach = 12 * BucketClock.Hour; ; reach *= 2)
        {
            var until = range.End + reach;
            var activity = new Dictionary<int, List<long>>();
            await foreach (var row in queries.PromptActivity(db, range.Start - LongestPauseInSitting, until).WithCancellation(cancel).ConfigureAwait(false)) Add(row);
            await foreach (var row in queries.AnswerActivity(db, range.Start - LongestPauseInSitting, until).WithCancellation(cancel).ConfigureAwait(false)) Add(row);
            var sums = new Dictionary<int, (int Count, long Ms)>();
            var cut = false;
            foreach (var (user, instants) in activity)
            {
                instants.Sort();
                for (var first = 0; first < instants.Count;)
                {
                    var last = first;
                    while (last + 1 < instants.Count && instants[last + 1] - instants[last] <= LongestPauseInSitting) last++;
                    if (range.Contains(instants[first]))
                    {
                        var (count, ms) = sums.GetValueOrDefault(user);
                        sums[user] = (count + 1, ms + instants[last] - instants[first]);
                        cut |= until - instants[last] <= LongestPauseInSitting;
                    }
                    first = last + 1;
                }
            }
            if (!cut) return sums;

            void Add(ActivityRow row)
            {
                if (!filter.Matches(row.UserId, row.ProjectId, row.ModelId, row.Sources)) return;
                if (!activity.TryGetValue(filter.Person(row.UserId), out var list)) activity[filter.Person(row.UserId)] = list = [];
                list.Add(row.At);
            }
        }
    }
}
