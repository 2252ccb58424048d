using Observatory.Core.Hosting;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Metrics.Timing;
using Observatory.Core.Pricing;
using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Rework;
using Observatory.Core.Storage.Writing;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>The one implementation of <see cref="IMetricsCalculator"/>: opens a snapshot, reads tiers, adds up. One file an area.</summary>
internal sealed partial class MetricsCalculator(
    IReadSnapshots snapshots, PageQueries queries, INarrowReads reads, NameCatalog names, CubeReader cubes, EventWriter writer, ImportProgress progress,
    HookFigures hooks, ServiceFigures services, QueryTimings timings, ReworkFigures rework, DaySumFigures sums, SharedAnswers shared,
    IPriceBook prices, TimeProvider clock)
    : IMetricsCalculator, Rows.IRowFigures, Rows.IPricedCalls
{
    private const int Top = 10;
    private const long HeartbeatOverdue = 30_000;

    /// <summary>Long before the first version of this program.</summary>
    private static readonly long s_noClock = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public long Version => writer.Version + names.PeopleVersion;

    /// <summary>A long answer is made once for all who ask for it at the time.</summary>
    private Task<T> ShareAsync<T>(
        string kind, MetricsQuery query, Func<CancellationToken, Task<T>> make, CancellationToken cancel, string more = "") where T : class =>
        shared.AskAsync(kind, query, more, Version, make, cancel);

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

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

    public async Task<FilterChoices> GetFilterChoicesAsync(CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var sources = new HashSet<string>();
        await foreach (var mask in queries.SourceMasks(snapshot.Db).WithCancellation(cancel).ConfigureAwait(false)) sources.UnionWith(SourceNames.Of(mask));
        return new FilterChoices(
            [.. names.Of(NameKind.User).Where(n => names.Person(n.Id) == n.Id).Select(n => n.Text).Order(StringComparer.OrdinalIgnoreCase)],
            [.. names.Of(NameKind.Project).Select(n => (n.Text, names.Tail(n.Text)!)).OrderBy(p => p.Item2, StringComparer.OrdinalIgnoreCase)],
            [.. names.Of(NameKind.Model).Select(n => n.Text).Order(StringComparer.OrdinalIgnoreCase)],
            [.. sources.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Percentage of the range, since the first start and until now, that the program was up; null before the first start.</summary>
    private double? Uptime(ObservatoryContext db, TimeRange range)
    {
        long? first = null;
        long up = 0;
        var covered = long.MinValue;
        var until = Math.Min(range.End, Now);
        var from = range.Start;
        // Without a battery a clock begins in 1970: what started then says nothing of when.
        var runs = reads.Runs(db).Where(r => r.StartedAt >= s_noClock).ToList();
        for (var i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            // A clock that was ahead leaves beats of a time that has not come: they say nothing. And no run goes on beyond the start of the next.
            var last = i + 1 == runs.Count ? Math.Min(run.LastBeatAt, Now) : run.LastBeatAt > Now ? run.StartedAt
                : Math.Min(run.LastBeatAt, runs[i + 1].StartedAt);
            first ??= run.StartedAt;
            from = Math.Max(range.Start, first.Value);
            // Runs can overlap by a heartbeat when a clock is set back; a moment counts once.
            var start = Math.Max(Math.Max(run.StartedAt, from), covered);
            // Between two heartbeats the program is up too: the last one says so until the next is overdue.
            var end = Math.Min(i == runs.Count - 1 && run.LastBeatAt <= Now && Now - run.LastBeatAt <= HeartbeatOverdue ? Now : last, until);
            if (end > start) up += end - start;
            covered = Math.Max(covered, end);
        }
        return first is null || until <= from ? null : Math.Min(100, 100.0 * up / (until - from));
    }
}
