using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Series;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Gives each metric with one set of tags its number, and writes its points. Of telemetry, tags that say whose a value is are no part of the set
/// (<see cref="IdentityTags"/>): they stand beside the point. Writer only.
/// </summary>
internal sealed class SeriesTable(ISeriesRows rows, NameTable names)
{
    /// <summary>Sets of tags one metric may have: what has more is an id in a tag, and would grow for ever.</summary>
    public const int SeriesPerMetric = 1_000;

    private const string Overflow = """{"overflow":"true"}""";

    /// <summary>Sets of tags as they were sent whose place is in memory; of others it is found again.</summary>
    private const int MostPlaces = 10_000;

    private readonly TimeSeriesStore _store = new(rows);
    private readonly Dictionary<SeriesKey, int> _ids = [];

    /// <summary>Of versions before, by tags as they were sent: until their points are moved, more come to them.</summary>
    private readonly Dictionary<SeriesKey, SeriesEntity> _old = [];
    private readonly Dictionary<int, HashSet<string>> _sets = [];
    private readonly Dictionary<int, HashSet<string>> _identities = [];
    private readonly Dictionary<SeriesKey, Place> _places = [];
    private int _nextId = 1;
    private int _nextIdentity = 1;

    public void Load()
    {
        foreach (var series in rows.Series())
        {
            var key = new SeriesKey(series.MetricId, series.Source, series.UserId, series.Tags);
            if (series.IsSummed) _ids[key] = series.Id;
            else _old[key] = series;
            SetsOf(series.MetricId).Add(series.IsSummed ? series.Tags : Split(series.Source, series.Tags).Tags);
            if (series.Identities.Length > 0) _identities[series.Id] = [.. series.Identities.Split(',')];
            _nextId = Math.Max(_nextId, series.Id + 1);
        }
        _nextIdentity = rows.LastIdentity() + 1;
    }

    /// <summary>
    /// Writes the batch's points; returns how many were known. Beyond the limit of a metric or of a sender, telemetry goes on in one series marked as overflow
    /// (its sender cannot be told), and a team's own points are refused.
    /// </summary>
    public int Write(EventBatch batch, int user)
    {
        var known = 0;
        for (var i = 0; i < batch.Points.Count; i++)
        {
            var point = batch.Points[i];
            var metric = names.Id(NameKind.Metric, point.Metric);
            // Values of different metrics under one name mean nothing: whoever can be told is told.
            if (batch.Source == EventSource.Api && names.IsBeyond(metric, point.Metric))
            {
                batch.Refused.Add((i, $"This key has brought {NewNames.MostOf(NameKind.Metric)} new metrics today already: does a name hold an id?"));
                continue;
            }
            if (PlaceOf(new SeriesKey(metric, (int)batch.Source, user, point.Tags)) is not { } place)
            {
                batch.Refused.Add((i, IsFull(metric) ? $"The metric has {SeriesPerMetric} sets of tags already: does a tag hold an id?"
                    : $"This key has brought {NewNames.MostTagSets} new sets of tags today already: does a tag hold an id?"));
                continue;
            }
            var stored = new StoredPoint(point.At, (long)point.Key.Low, point.StartAt, point.Value, 0, place.Identity);
            if (!_store.Add(place.Series, stored, place.IsSummed)) known++;
        }
        return known;
    }

    /// <summary>Writes what the running transaction added to sums of points.</summary>
    public void WriteSums() => _store.Write();

    /// <summary>Moves some points of a series of a version before to where they stand today. Returns how many; where none is left, it is gone.</summary>
    public int Move(int old, int most)
    {
        if (_old.FirstOrDefault(o => o.Value.Id == old) is not { Value: { } series } entry) return 0;
        var moved = rows.Take(old, most);
        if (moved.Count < most)
        {
            _old.Remove(entry.Key);
            rows.RemoveSeries(old);
        }
        if (moved.Count == 0) return 0;
        var (tags, identity) = Split(series.Source, series.Tags);
        var id = IdOf(entry.Key with { Tags = tags }, isLimited: false)!.Value;
        var whose = IdentityOf(id, identity);
        foreach (var point in moved) _store.Add(id, point with { Identity = whose });
        return moved.Count;
    }

    private bool IsFull(int metric) => SetsOf(metric).Count >= SeriesPerMetric;

    private HashSet<string> SetsOf(int metric) => _sets.TryGetValue(metric, out var sets) ? sets : _sets[metric] = new HashSet<string>(StringComparer.Ordinal);

    private Place? PlaceOf(SeriesKey key)
    {
        if (_old.TryGetValue(key, out var old)) return new Place(old.Id, 0, IsSummed: false);
        if (_places.TryGetValue(key, out var place)) return place;
        var (tags, identity) = Split(key.Source, key.Tags);
        if (IdOf(key with { Tags = tags }, isLimited: true) is not { } series) return null;
        if (_places.Count >= MostPlaces) _places.Clear();
        return _places[key] = new Place(series, IdentityOf(series, identity), IsSummed: true);
    }

    private int? IdOf(SeriesKey key, bool isLimited)
    {
        if (_ids.TryGetValue(key, out var id)) return id;
        var sets = SetsOf(key.Metric);
        var isNew = isLimited && key.Tags != Overflow && !sets.Contains(key.Tags);
        if (isNew && (IsFull(key.Metric) || !names.MayAddSeries(key.Metric, key.Tags)))
            return key.Source == (int)EventSource.Api ? null : IdOf(key with { Tags = Overflow }, isLimited);
        id = _nextId++;
        _ids[key] = id;
        sets.Add(key.Tags);
        rows.Write(new SeriesEntity { Id = id, MetricId = key.Metric, Source = key.Source, UserId = key.User, Tags = key.Tags, IsSummed = true });
        return id;
    }

    /// <summary>0 = none.</summary>
    private int IdentityOf(int series, string tags)
    {
        if (tags.Length == 0) return 0;
        if (rows.FindIdentity(tags) is not { } id)
        {
            id = _nextIdentity++;
            rows.WriteIdentity(id, tags);
        }
        if (!_identities.TryGetValue(series, out var known)) _identities[series] = known = new HashSet<string>(StringComparer.Ordinal);
        var count = known.Count;
        known.UnionWith(IdentityTags.NamesOf(tags));
        if (known.Count > count) rows.WriteIdentities(series, string.Join(',', known.Order(StringComparer.Ordinal)));
        return id;
    }

    private static (string Tags, string Identity) Split(int source, string tags) => source == (int)EventSource.Otlp ? IdentityTags.Split(tags) : (tags, "");

    /// <summary>Where points with one set of tags stand.</summary>
    private sealed record Place(int Series, int Identity, bool IsSummed);

    private readonly record struct SeriesKey(int Metric, int Source, int User, string Tags);
}
