using Observatory.Core.Hosting;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>The one implementation of <see cref="IMetricsCalculator"/>: opens a snapshot, reads tiers, adds up. One file an area.</summary>
public sealed partial class MetricsCalculator(
    IReadSnapshots snapshots, PageQueries queries, INarrowReads reads, NameCatalog names, EventWriter writer, ImportProgress progress, HookFigures hooks,
    ServiceFigures services, TimeProvider clock) : IMetricsCalculator
{
    private const int Top = 10;
    private const long HeartbeatOverdue = 30_000;

    private readonly CubeReader _cubes = new(queries, new DayReader(reads, new DayCache()));

    public long Version => writer.Version + names.PeopleVersion;

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
        foreach (var run in reads.Runs(db))
        {
            first ??= run.StartedAt;
            from = Math.Max(range.Start, first.Value);
            // Runs can overlap by a heartbeat when a clock is set back; a moment counts once.
            var start = Math.Max(Math.Max(run.StartedAt, from), covered);
            // Between two heartbeats the program is up too: the last one says so until the next is overdue.
            var end = Math.Min(Now - run.LastBeatAt <= HeartbeatOverdue ? Now : run.LastBeatAt, until);
            if (end > start) up += end - start;
            covered = Math.Max(covered, end);
        }
        return first is null || until <= from ? null : Math.Min(100, 100.0 * up / (until - from));
    }
}
