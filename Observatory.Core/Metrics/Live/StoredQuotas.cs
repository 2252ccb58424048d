using System.Text.Json;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Metrics.Live;

/// <summary>The newest points of the quota windows, from the store: a restart forgets none.</summary>
public sealed class StoredQuotas(IReadSnapshots snapshots, SeriesQueries queries) : IQuotaSource
{
    public async Task<IReadOnlyList<QuotaWindow>> LatestAsync(CancellationToken cancel)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var resets = await NewestAsync(snapshot.Db, StatuslineReader.ResetsMetric, cancel).ConfigureAwait(false);
        var windows = new List<QuotaWindow>();
        foreach (var (text, used) in await NewestAsync(snapshot.Db, StatuslineReader.UsedMetric, cancel).ConfigureAwait(false))
        {
            var tags = JsonSerializer.Deserialize<Dictionary<string, string>>(text)!;
            // Of the same word: the reset that an older one named may have passed.
            if (KindOf(tags.GetValueOrDefault(StatuslineReader.WindowTag)) is not { } kind || !resets.TryGetValue(text, out var reset) || reset.At != used.At) continue;
            windows.Add(new QuotaWindow(
                tags.GetValueOrDefault(StatuslineReader.UserTag), kind, used.Value, DateTimeOffset.FromUnixTimeMilliseconds((long)(reset.Value * 1000)), DateTimeOffset.FromUnixTimeMilliseconds(used.At)));
        }
        return windows;
    }

    /// <summary>By tags.</summary>
    private async Task<Dictionary<string, PointEntity>> NewestAsync(ObservatoryContext db, string metric, CancellationToken cancel)
    {
        var newest = new Dictionary<string, PointEntity>(StringComparer.Ordinal);
        foreach (var series in await queries.SeriesOfAsync(db, metric, cancel).ConfigureAwait(false))
        {
            if (await queries.LastBefore(db, series.Id, long.MaxValue).ConfigureAwait(false) is { } point) newest[series.Tags] = point;
        }
        return newest;
    }

    private static QuotaKind? KindOf(string? window) => window switch
    {
        "five_hour" => QuotaKind.FiveHour,
        "seven_day" => QuotaKind.SevenDay,
        _ => null,
    };
}

/// <summary>What the status lines said, from the board.</summary>
public sealed class BoardStatuses(StatuslineBoard board) : ISessionStatuses
{
    public IReadOnlyList<SessionStatus> Latest() =>
        [.. board.Latest.Select(s => new SessionStatus(s.Session, s.At, s.Model, s.ContextUsedPercentage, s.CostUsd is >= 0 and < 1e9 ? (decimal)s.CostUsd.Value : null))];
}
