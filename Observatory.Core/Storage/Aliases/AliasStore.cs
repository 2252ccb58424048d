using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Storage.Aliases;

/// <summary>Aliases in the database and, as one process owns it, in memory: readers take the map and ask no more.</summary>
internal sealed class AliasStore(IDbContextFactory<ObservatoryContext> contexts, EventWriter writer, ICommitObserver observer, TimeProvider clock)
    : IAliases, IDisposable
{
    /// <summary>Pages of conversations that a change is told to by name; beyond that everyone looks.</summary>
    private const int MostTold = 500;

    private readonly SemaphoreSlim _gate = new(1);
    private volatile IReadOnlyDictionary<int, int> _map = FrozenDictionary<int, int>.Empty;
    private volatile bool _loaded;
    private long _version;

    public long Version => Volatile.Read(ref _version);

    public IReadOnlyDictionary<int, int> Map => _map;

    public async Task LoadAsync(CancellationToken cancel = default)
    {
        if (_loaded) return;
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_loaded) return;
            await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            _map = await ReadAsync(db, cancel).ConfigureAwait(false);
            _loaded = true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<IReadOnlyList<Alias>> ListAsync(CancellationToken cancel = default)
    {
        await LoadAsync(cancel).ConfigureAwait(false);
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        var rows = await db.Aliases.AsNoTracking().ToListAsync(cancel).ConfigureAwait(false);
        var map = _map;
        var ids = rows.SelectMany(r => new[] { r.UserId, map.GetValueOrDefault(r.UserId, r.CanonicalId) }).Distinct().ToArray();
        var names = await db.Names.AsNoTracking().Where(n => EF.Parameter(ids).Contains(n.Id)).ToDictionaryAsync(n => n.Id, n => n.Text, cancel)
            .ConfigureAwait(false);
        var counts = await db.Conversations.Where(c => EF.Parameter(ids).Contains(c.UserId)).GroupBy(c => c.UserId)
            .Select(g => new { g.Key, Count = g.LongCount() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancel).ConfigureAwait(false);
        return [.. rows.Where(r => names.ContainsKey(r.UserId))
            .Select(r => new Alias(names[r.UserId], names.GetValueOrDefault(map.GetValueOrDefault(r.UserId, r.CanonicalId), "unknown"),
                DateTimeOffset.FromUnixTimeMilliseconds(r.CreatedAt), counts.GetValueOrDefault(r.UserId)))
            .OrderBy(a => a.ShownAs, StringComparer.OrdinalIgnoreCase).ThenBy(a => a.Name, StringComparer.OrdinalIgnoreCase)];
    }

    public async Task<string?> MergeAsync(string name, string into, CancellationToken cancel = default)
    {
        await LoadAsync(cancel).ConfigureAwait(false);
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            if (await IdAsync(db, name, cancel).ConfigureAwait(false) is not { } from) return $"Nobody is called “{name}”.";
            if (await IdAsync(db, into, cancel).ConfigureAwait(false) is not { } to) return $"Nobody is called “{into}”.";
            if (from == to) return "That is one name already.";
            if (_map.GetValueOrDefault(to, to) == from) return $"“{into}” is shown as “{name}”: take that back first.";
            var row = await db.Aliases.AsTracking().FirstOrDefaultAsync(a => a.UserId == from, cancel).ConfigureAwait(false);
            if (row is null) db.Aliases.Add(row = new AliasEntity { UserId = from });
            (row.CanonicalId, row.CreatedAt) = (to, clock.GetUtcNow().ToUnixTimeMilliseconds());
            await db.SaveChangesAsync(cancel).ConfigureAwait(false);
            await ChangedAsync(db, cancel).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<bool> UndoAsync(string name, CancellationToken cancel = default)
    {
        await LoadAsync(cancel).ConfigureAwait(false);
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
            if (await IdAsync(db, name, cancel).ConfigureAwait(false) is not { } id) return false;
            if (await db.Aliases.Where(a => a.UserId == id).ExecuteDeleteAsync(cancel).ConfigureAwait(false) == 0) return false;
            await ChangedAsync(db, cancel).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private static async Task<int?> IdAsync(ObservatoryContext db, string name, CancellationToken cancel) =>
        await db.Names.Where(n => n.Kind == NameKind.User && n.Text == name).Select(n => (int?)n.Id).FirstOrDefaultAsync(cancel).ConfigureAwait(false);

    /// <summary>First the map, then the word of it: whoever hears it finds the new names in every answer.</summary>
    private async Task ChangedAsync(ObservatoryContext db, CancellationToken cancel)
    {
        var before = _map;
        _map = await ReadAsync(db, cancel).ConfigureAwait(false);
        Interlocked.Increment(ref _version);
        var touched = before.Keys.Concat(_map.Keys).Where(id => before.GetValueOrDefault(id, id) != _map.GetValueOrDefault(id, id)).ToArray();
        var sessions = await db.Conversations.Where(c => EF.Parameter(touched).Contains(c.UserId)).OrderByDescending(c => c.LastActivity)
            .Select(c => c.SessionId).Take(MostTold).ToListAsync(cancel).ConfigureAwait(false);
        observer.Renamed(writer.Version, sessions);
    }

    /// <summary>Every replaced name with the last of its chain.</summary>
    private static async Task<IReadOnlyDictionary<int, int>> ReadAsync(ObservatoryContext db, CancellationToken cancel)
    {
        var next = await db.Aliases.AsNoTracking().ToDictionaryAsync(a => a.UserId, a => a.CanonicalId, cancel).ConfigureAwait(false);
        return next.Keys.ToFrozenDictionary(id => id, id =>
        {
            var at = id;
            // A merge never closes a circle; a database from elsewhere must not hang the program all the same.
            for (var steps = 0; steps < next.Count && next.TryGetValue(at, out var further); steps++) at = further;
            return at;
        });
    }

    public void Dispose() => _gate.Dispose();
}
