using Observatory.Core.Storage.Writing.Keys;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Which session's files hold which lines: of a line that one holds, only that; of one that several hold, all of them. In memory about 2 bytes a line and 150 a
/// copied one. Writer only.
/// </summary>
internal sealed class HeldLines(ConversationCache conversations, KeyMap first)
{
    private readonly Dictionary<ulong, SharedLine> _shared = [];
    private readonly Dictionary<int, List<SharedLine>> _sharedOf = [];
    private readonly Dictionary<int, int> _copied = [];

    internal sealed record SharedLine(long At, List<int> Sessions);

    public void LoadShared(ulong line, int session, long at) => Add(line, session, at);

    /// <summary>True where no session held the line.</summary>
    /// <param name="shown">The session that showed it first.</param>
    public bool TryAdd(ulong line, int session, out int shown)
    {
        if (FirstOf(line) is { } known)
        {
            shown = known;
            return false;
        }
        first.Add(line, (uint)session);
        conversations.Touch(session).Lines++;
        shown = session;
        return true;
    }

    public int? FirstOf(ulong line) => first.TryGet(line, out var session) ? (int)session : null;

    public bool IsShared(ulong line) => _shared.ContainsKey(line);

    /// <summary>Who holds the line, null where one session alone does, or none.</summary>
    public SharedLine? SharedLineOf(ulong line) => _shared.GetValueOrDefault(line);

    public bool IsHeld(ulong line, int session) => _shared.TryGetValue(line, out var shared) && shared.Sessions.Contains(session);

    /// <summary>Lines of the session that others hold too.</summary>
    public int Copied(int session) => _copied.GetValueOrDefault(session);

    /// <summary>Lines that the session alone holds.</summary>
    public int Own(int session) => Lines(session) - Copied(session);

    private int Lines(int session) => conversations.Row(session).Lines;

    /// <summary>When the line is of, null where the session does not share it.</summary>
    public long? SharedAt(ulong line, int session) => _shared.TryGetValue(line, out var shared) && shared.Sessions.Contains(session) ? shared.At : null;

    /// <summary>The session is one of several that hold the line.</summary>
    public SharedLine Share(ulong line, int session, long at)
    {
        // That of the first was counted when it came.
        if (FirstOf(line) != session) conversations.Touch(session).Lines++;
        return Add(line, session, at);
    }

    private SharedLine Add(ulong line, int session, long at)
    {
        if (!_shared.TryGetValue(line, out var shared)) _shared[line] = shared = new SharedLine(at, []);
        shared.Sessions.Add(session);
        if (!_sharedOf.TryGetValue(session, out var list)) _sharedOf[session] = list = [];
        list.Add(shared);
        _copied[session] = Copied(session) + 1;
        return shared;
    }

    /// <summary>The sessions that hold every line of this one, and more.</summary>
    public IReadOnlyCollection<int> HoldingAllOf(int session)
    {
        if (Own(session) > 0 || !_sharedOf.TryGetValue(session, out var lines)) return [];
        var held = Lines(session);
        var others = lines[0].Sessions.Where(s => s != session && Lines(s) > held).ToHashSet();
        foreach (var line in lines)
        {
            if (others.Count == 0) break;
            others.IntersectWith(line.Sessions);
        }
        return others;
    }
}
