using System.Collections.Concurrent;
using System.Text.Json;
using Observatory.Core.Time;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

/// <summary>
/// Who is signed in. A cookie counts only while its session stands here, over restarts too: what was signed out is gone, however
/// well-formed the cookie still is. Thread-safe; changes are on disk when the methods return, but for <see cref="Seen"/>.
/// </summary>
internal sealed class SessionList
{
    /// <summary>Of one owner; with one more the one that was seen longest ago ends.</summary>
    public const int MostOfOneOwner = 100;

    private readonly ConcurrentDictionary<string, Session> _sessions = new();
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly string _path;
    private bool _seenSince;

    public SessionList(DataDirectory data, TimeProvider clock, ILogger<SessionList> logger)
    {
        _clock = clock;
        _path = data.File("sessions.json");
        if (!File.Exists(_path)) return;
        try
        {
            foreach (var session in JsonSerializer.Deserialize<List<Session>>(File.ReadAllText(_path)) ?? []) _sessions[session.Id] = session;
        }
        catch (Exception e) when (e is JsonException or ArgumentNullException or NullReferenceException)
        {
            logger.LogWarning("The list of sessions {File} is damaged. Everybody has to sign in again", _path);
        }
    }

    /// <summary>Tells ids of sessions that ended before their time.</summary>
    public event Action<IReadOnlyCollection<string>>? Ended;

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Null where it ended, is over, or never was.</summary>
    public Session? Find(string id) => _sessions.TryGetValue(id, out var session) && session.ExpiresAt > Now ? session : null;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Session> Of(string owner)
    {
        var now = Now;
        return [.. _sessions.Values.Where(s => s.Owner == owner && s.ExpiresAt > now).OrderByDescending(s => s.CreatedAt)
            .ThenBy(s => s.Id, StringComparer.Ordinal)];
    }

    /// <exception cref="IOException">It could not be written, and does not count.</exception>
    public void Add(Session session)
    {
        lock (_gate)
        {
            _sessions[session.Id] = session;
            try
            {
                Write();
            }
            catch
            {
                _sessions.TryRemove(session.Id, out _);
                throw;
            }
        }
        End(Of(session.Owner).Where(s => s.Id != session.Id).OrderByDescending(s => s.LastSeenAt).Skip(MostOfOneOwner - 1).Select(s => s.Id));
    }

    /// <summary>To the minute, and on disk with the next change or <see cref="Flush"/>: a page that is open is seen all the time.</summary>
    public void Seen(Session session)
    {
        var now = Now;
        if (now - session.LastSeenAt < BucketClock.Minute) return;
        if (_sessions.TryUpdate(session.Id, session with { LastSeenAt = now }, session)) _seenSince = true;
    }

    public void Flush()
    {
        if (!_seenSince) return;
        lock (_gate)
        {
            _seenSince = false;
            Write();
        }
    }

    /// <returns>False = there was none of this id.</returns>
    public bool End(string id) => End([id]) > 0;

    public int EndAll(Func<Session, bool> which) => End(_sessions.Values.Where(which).Select(s => s.Id));

    private int End(IEnumerable<string> ids)
    {
        List<string> gone;
        lock (_gate) gone = [.. ids.Where(id => _sessions.TryRemove(id, out _))];
        if (gone.Count == 0) return 0;
        // Before the disk is asked, which may be full: until a restart this memory is what counts.
        Ended?.Invoke(gone);
        lock (_gate) Write();
        return gone.Count;
    }

    private void Write()
    {
        var now = Now;
        foreach (var session in _sessions.Values.Where(s => s.ExpiresAt <= now)) _sessions.TryRemove(session.Id, out _);
        DataDirectory.WriteClosed(_path, JsonSerializer.Serialize(_sessions.Values.OrderBy(s => s.CreatedAt).ThenBy(s => s.Id, StringComparer.Ordinal)));
    }
}
