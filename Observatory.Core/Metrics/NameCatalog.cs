using System.Collections.Concurrent;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Aliases;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Rework;

namespace Observatory.Core.Metrics;

/// <summary>
/// Names by number, in memory. Names are only ever added, so a snapshot adds what came since; only where stored ones were changed all are read again.
/// Thread-safe.
/// </summary>
public sealed class NameCatalog(PageQueries queries, IAliases aliases, NameChanges changes) : IDisposable
{
    private readonly ConcurrentDictionary<int, NameEntity> _byId = [];
    private readonly ConcurrentDictionary<(NameKind, string), int> _ids = [];
    private readonly SemaphoreSlim _gate = new(1);
    private volatile Dictionary<string, string> _tails = [];
    private int _newest;
    private int _changes;

    public async Task RefreshAsync(ObservatoryContext db, CancellationToken cancel)
    {
        await aliases.LoadAsync(cancel).ConfigureAwait(false);
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var projects = false;
            if (changes.Version is var version && version != _changes)
            {
                (_changes, _newest) = (version, 0);
                _byId.Clear();
                _ids.Clear();
            }
            await foreach (var name in queries.NamesAfter(db, _newest).WithCancellation(cancel).ConfigureAwait(false))
            {
                _byId[name.Id] = name;
                _ids[(name.Kind, name.Text)] = name.Id;
                _newest = name.Id;
                projects |= name.Kind == NameKind.Project;
            }
            if (projects) _tails = ProjectNames.ShortestTails(Of(NameKind.Project).Select(n => n.Text));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Null for 0.</summary>
    public string? Text(int id) => _byId.TryGetValue(id, out var name) ? name.Text : null;

    /// <summary>Grows when users are merged: what an answer called them may be another name now.</summary>
    public long PeopleVersion => aliases.Version;

    /// <summary>Who is who, as of now: one answer takes it once.</summary>
    public IReadOnlyDictionary<int, int> People => aliases.Map;

    /// <summary>The user that a row's user is shown as.</summary>
    public int Person(int user) => aliases.Map.GetValueOrDefault(user, user);

    /// <summary>Name of the user that a row's user is shown as; null for 0.</summary>
    public string? PersonText(int user) => Text(Person(user));

    public int Ordinal(int id) => _byId.TryGetValue(id, out var name) ? name.Ordinal : int.MaxValue;

    /// <summary>Null where the text was never seen.</summary>
    public int? Id(NameKind kind, string text)
    {
        if (text.Length == 0) return 0;
        if (kind == NameKind.Project) text = ProjectPath.Normalise(text) ?? text;
        return _ids.TryGetValue((kind, text), out var id) ? id : null;
    }

    public IEnumerable<NameEntity> Of(NameKind kind) => _byId.Values.Where(n => n.Kind == kind);

    /// <summary>Shortest tail of a project path that no other known project has.</summary>
    public string? Tail(string? path) => path is null ? null : _tails.GetValueOrDefault(path, path);

    public void Dispose() => _gate.Dispose();
}
