namespace Observatory.Tests.Support;

/// <summary>Which session made a line that several sessions' files hold: the rule word by word, as <see cref="Core.Storage.Writing.OwnerRule"/> states it.</summary>
internal sealed class NaiveOwners
{
    private readonly HashSet<(string Session, string Request)> _requests = [];
    private readonly Dictionary<string, long> _firstQueueOperation = [];
    private readonly HashSet<(string Session, string Line)> _leaves = [];
    private readonly Dictionary<string, (HashSet<string> Sessions, long At)> _lines = [];
    private readonly Dictionary<string, int> _copied = [];
    private readonly Dictionary<string, long> _latestCopiedLeaf = [];

    public NaiveOwners(IEnumerable<NaiveLine> lines)
    {
        foreach (var line in lines)
        {
            switch (line.Type)
            {
                case "api-request" when line.Text("id") is { } id:
                    _requests.Add((line.Session, id));
                    break;
                case "queue-operation" when line.At is { } at:
                    _firstQueueOperation[line.Session] = Math.Min(at, _firstQueueOperation.GetValueOrDefault(line.Session, long.MaxValue));
                    break;
                case "last-prompt" when line.Text("leafUuid") is { } leaf:
                    _leaves.Add((line.Session, leaf));
                    break;
            }
            if (line.Uuid is not { } uuid || line.At is not { } time) continue;
            if (!_lines.TryGetValue(uuid, out var known)) _lines[uuid] = known = ([], time);
            known.Sessions.Add(line.Session);
        }
        foreach (var (uuid, (sessions, at)) in _lines.Where(l => l.Value.Sessions.Count > 1))
        {
            foreach (var session in sessions)
            {
                _copied[session] = _copied.GetValueOrDefault(session) + 1;
                if (_leaves.Contains((session, uuid))) _latestCopiedLeaf[session] = Math.Max(at, _latestCopiedLeaf.GetValueOrDefault(session));
            }
        }
    }

    public string OwnerOf(NaiveItem item)
    {
        List<string> Those(Func<string, bool> which) => [.. item.Sessions.Where(which)];

        var chosen = item.RequestRef is { } request ? Those(s => _requests.Contains((s, request))) : [];
        if (chosen.Count == 0) chosen = Those(s => _firstQueueOperation.TryGetValue(s, out var first) && first <= item.At);
        if (chosen.Count == 0) chosen = Those(s => _latestCopiedLeaf.TryGetValue(s, out var leaf) && leaf >= item.At);
        if (chosen.Count == 0) chosen = [.. item.Sessions];
        return chosen.OrderBy(s => _copied.GetValueOrDefault(s)).ThenBy(s => s, StringComparer.Ordinal).First();
    }
}
