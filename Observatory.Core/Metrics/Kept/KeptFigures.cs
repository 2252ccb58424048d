using Microsoft.EntityFrameworkCore;
using Observatory.Core.Events;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Metrics.Kept;

/// <summary>
/// Counts of events are kept in memory and only what came since is read: rows are appended under growing numbers. Everything else is read
/// when it is asked for.
/// </summary>
public sealed class KeptFigures(IReadSnapshots snapshots, NameCatalog names) : IKeptFigures, IDisposable
{
    private readonly Dictionary<int, (long Count, long First, long Last)> _types = [];
    private readonly SemaphoreSlim _gate = new(1);
    private int _newest;

    public async Task<IReadOnlyList<KeptType>> GetTypesAsync(CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var since = _newest;
            var upTo = await snapshot.Db.Events.MaxAsync(e => (int?)e.Id, cancel).ConfigureAwait(false) ?? 0;
            if (upTo > since)
            {
                var added = await snapshot.Db.Events.Where(e => e.Id > since && e.Id <= upTo).GroupBy(e => e.TypeId)
                    .Select(g => new { g.Key, Count = g.LongCount(), First = g.Min(e => e.At), Last = g.Max(e => e.At) }).ToListAsync(cancel)
                        .ConfigureAwait(false);
                foreach (var type in added)
                {
                    var known = _types.GetValueOrDefault(type.Key, (0, long.MaxValue, long.MinValue));
                    _types[type.Key] = (known.Item1 + type.Count, Math.Min(known.Item2, type.First), Math.Max(known.Item3, type.Last));
                }
                _newest = upTo;
            }
            return [.. _types.Select(t => new KeptType(names.Text(t.Key) ?? "unknown", t.Value.Count, Time(t.Value.First), Time(t.Value.Last)))
                .OrderByDescending(t => t.Count).ThenBy(t => t.Type, StringComparer.Ordinal)];
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<IReadOnlyList<KeptEvent>> GetLastAsync(string type, int limit, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        if (names.Id(NameKind.EventType, type) is not { } id) return [];
        var rows = await snapshot.Db.Events.Where(e => e.TypeId == id).OrderByDescending(e => e.Id).Take(limit)
            .Select(e => new { e.At, e.ConversationId, e.UserId, e.Origin, e.Data }).ToListAsync(cancel).ConfigureAwait(false);
        var ids = rows.Select(r => r.ConversationId).Where(c => c != 0).Distinct().ToArray();
        var sessions = await snapshot.Db.Conversations.Where(c => EF.Parameter(ids).Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.SessionId, cancel)
            .ConfigureAwait(false);
        return [.. rows.Select(r => new KeptEvent(Time(r.At), sessions.GetValueOrDefault(r.ConversationId), names.PersonText(r.UserId),
            SourceNames.Of((EventSource)r.Origin), r.Data))];
    }

    public async Task<IReadOnlyList<KeptMetric>> GetMetricsAsync(CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var series = await snapshot.Db.Series.Select(s => new { s.Id, s.MetricId }).ToListAsync(cancel).ConfigureAwait(false);
        var points = await snapshot.Db.Points.GroupBy(p => p.SeriesId).Select(g => new { g.Key, Count = g.LongCount(), Last = g.Max(p => p.At) })
            .ToDictionaryAsync(g => g.Key, cancel).ConfigureAwait(false);
        var metrics = new List<KeptMetric>();
        foreach (var metric in series.GroupBy(s => s.MetricId))
        {
            var known = metric.Select(s => points.GetValueOrDefault(s.Id)).Where(p => p is not null).ToList();
            var newest = known.MaxBy(p => p!.Last);
            double? value = newest is null ? null : await snapshot.Db.Points.Where(p => p.SeriesId == newest.Key && p.At == newest.Last)
                .MaxAsync(p => (double?)p.Value, cancel).ConfigureAwait(false);
            metrics.Add(new KeptMetric(names.Text(metric.Key) ?? "unknown", metric.Count(), known.Sum(p => p!.Count), newest is null ? null
                : Time(newest.Last), value));
        }
        return [.. metrics.OrderBy(m => m.Metric, StringComparer.OrdinalIgnoreCase)];
    }

    public async Task<IReadOnlyList<SourceSeen>> GetSourcesAsync(CancellationToken cancel = default)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var masks = await snapshot.Db.Conversations.GroupBy(c => c.Sources)
            .Select(g => new { g.Key, Count = g.LongCount(), Last = g.Max(c => c.LastActivity) }).ToListAsync(cancel).ConfigureAwait(false);
        var series = await snapshot.Db.Series.GroupBy(s => s.Source).Select(g => new { g.Key, Count = g.LongCount() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancel).ConfigureAwait(false);
        return [.. Enum.GetValues<EventSource>().Select(source =>
        {
            var through = masks.Where(m => (m.Key & (1 << (int)source)) != 0).ToList();
            var last = through.Select(m => m.Last).DefaultIfEmpty().Max();
            return new SourceSeen(SourceNames.Of(source), through.Sum(m => m.Count), series.GetValueOrDefault((int)source), last == 0 ? null : Time(last));
        }).Where(s => s.Conversations + s.Series > 0)];
    }

    private async Task<ReadSnapshot> OpenAsync(CancellationToken cancel)
    {
        var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        try
        {
            await names.RefreshAsync(snapshot.Db, cancel).ConfigureAwait(false);
            return snapshot;
        }
        catch
        {
            await snapshot.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    public void Dispose() => _gate.Dispose();
}
