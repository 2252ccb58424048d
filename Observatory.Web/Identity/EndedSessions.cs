using System.Collections.Concurrent;
using System.Globalization;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

/// <summary>Sessions that were signed out: their cookie, though still well-formed, is worth nothing, over restarts too.</summary>
internal sealed class EndedSessions
{
    private readonly ConcurrentDictionary<string, long> _endedUntil = new();
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly string _path;

    public EndedSessions(DataDirectory data, TimeProvider clock)
    {
        _clock = clock;
        _path = data.File("ended-sessions");
        if (!File.Exists(_path)) return;
        foreach (var parts in File.ReadLines(_path).Select(line => line.Split(' ')))
        {
            if (parts.Length == 2 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var until)) _endedUntil[parts[0]] = until;
        }
    }

    public bool Contains(string session) => _endedUntil.ContainsKey(session);

    public void Add(string session)
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            // No cookie lives longer than this, so the list stays short.
            _endedUntil[session] = (now + Sessions.OnThisMachine).ToUnixTimeMilliseconds();
            foreach (var (old, until) in _endedUntil)
            {
                if (until <= now.ToUnixTimeMilliseconds()) _endedUntil.TryRemove(old, out _);
            }
            DataDirectory.WriteClosed(_path, string.Concat(_endedUntil.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Key} {e.Value}\n"))));
        }
    }
}
