using System.Text.Json;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Metrics.Live;

/// <summary>The quota windows as the points in the store say it, by <see cref="QuotaRule"/>: a restart forgets none.</summary>
public sealed class StoredQuotas(IReadSnapshots snapshots, SeriesQueries queries) : IQuotaSource
{
    /// <summary>Points of a window that are looked at: its figures are mostly whole percents.</summary>
    private const int MostPoints = 2_000;

    public async Task<IReadOnlyList<QuotaWindow>> LatestAsync(CancellationToken cancel)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var ends = await queries.SeriesOfAsync(snapshot.Db, StatuslineReader.ResetsMetric, cancel).ConfigureAwait(false);
        var resets = ends.ToLookup(s => s.Tags, StringComparer.Ordinal);
        var windows = new List<QuotaWindow>();
        foreach (var series in await queries.SeriesOfAsync(snapshot.Db, StatuslineReader.UsedMetric, cancel).ConfigureAwait(false))
        {
            var tags = JsonSerializer.Deserialize<Dictionary<string, string>>(series.Tags)!;
            if (tags.GetValueOrDefault(StatuslineReader.WindowTag) is not { } name || KindOf(name) is not { } kind) continue;
            if (await KnownAsync(snapshot.Db, name, series, [.. resets[series.Tags]], cancel).ConfigureAwait(false) is not { } known) continue;
            DateTimeOffset? end = known.ResetsAt is { } seconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;
            windows.Add(new QuotaWindow(
                tags.GetValueOrDefault(StatuslineReader.UserTag), kind, known.Used, end, DateTimeOffset.FromUnixTimeMilliseconds(known.At)));
        }
        return windows;
    }

    /// <summary>Of the last window's length: what was said before is of a window before.</summary>
    private async Task<QuotaWord?> KnownAsync(
        ObservatoryContext db, string window, SeriesEntity used, IReadOnlyList<SeriesEntity> resets, CancellationToken cancel)
    {
        if (await queries.LastBefore(db, used.Id, long.MaxValue).ConfigureAwait(false) is not { } last) return null;
        var from = last.At - (long)QuotaRule.LengthOf(window).TotalMilliseconds;
        var ends = new Dictionary<long, double>();
        foreach (var series in resets)
        {
            await foreach (var point in queries.LatestFrom(db, series.Id, from, MostPoints).WithCancellation(cancel).ConfigureAwait(false))
            {
                ends[point.At] = Math.Max(point.Value, ends.GetValueOrDefault(point.At));
            }
        }
        var said = new List<QuotaWord>();
        await foreach (var point in queries.LatestFrom(db, used.Id, from, MostPoints).WithCancellation(cancel).ConfigureAwait(false))
        {
            // The end that the same word named.
            said.Add(new QuotaWord(point.Value, ends.TryGetValue(point.At, out var end) ? end : null, point.At));
        }
        QuotaWord? known = null;
        for (var i = said.Count - 1; i >= 0; i--) known = QuotaRule.With(known, said[i], window) ?? known;
        return known;
    }

    private static QuotaKind? KindOf(string window) => window switch
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
        [.. board.Latest.Select(s => new SessionStatus(s.Session, s.At, s.Model, s.ContextUsedPercentage, s.CostUsd is >= 0 and < 1e9
            ? (decimal)s.CostUsd.Value : null))];
}
