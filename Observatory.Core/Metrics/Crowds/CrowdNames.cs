using Observatory.Core.Ingestion;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Crowds;

/// <summary>Judges groups from the stored days, and knows who is who.</summary>
internal sealed class CrowdNames(IReadSnapshots snapshots, NameCatalog names, CubeReader cubes, Pseudonyms pseudonyms, ObservatoryOptions options) : ICrowds
{
    public int Fewest => options.Privacy.MinimumGroup;

    public async Task<CrowdVerdict> JudgeAsync(MetricsFilter filter, TimeRange range, TimeZoneInfo zone, CancellationToken cancel = default)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        await names.RefreshAsync(snapshot.Db, cancel).ConfigureAwait(false);
        return cubes.FilterOf(snapshot.Db, filter, names, zone, cancel, range).Mask?.Judge(range) ?? new CrowdVerdict([], false);
    }

    public string PseudonymOf(string user, DateTimeOffset month) => pseudonyms.Of(user, month);

    public bool IsSame(string one, string other) => one == other
        || names.Id(NameKind.User, one) is { } a && names.Id(NameKind.User, other) is { } b && names.Person(a) == names.Person(b);

    public bool IsSameProject(string one, string other) => (ProjectPath.Normalise(one) ?? one) == (ProjectPath.Normalise(other) ?? other);
}
