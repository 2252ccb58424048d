using System.Runtime.InteropServices;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Which session's files hold which lines: of a line that one holds, only that; of one that several hold, all of them. About 20 bytes a line and
/// 8 a session; copied lines about 150 each. Writer only.
/// </summary>
internal sealed class HeldLines
{
    private readonly KeyIndex _first = new();
    private readonly Dictionary<ulong, SharedLine> _shared = [];
    private readonly Dictionary<int, List<SharedLine>> _sharedOf = [];

    /// <summary>By number of the conversation, which grow without gaps.</summary>
    private readonly List<(int Lines, int Copied)> _counts = [];

    internal sealed record SharedLine(long At, List<int> Sessions);

    public void Load(ulong line, int session) => TryAdd(line, session, out _);

    public void LoadShared(ulong line, int session, long at) => Share(line, session, at);

    /// <summary>True where no session held the line.</summary>
    /// <param name="first">The session that showed it first.</param>
    public bool TryAdd(ulong line, int session, out int first)
    {
        if (!_first.TryAdd(line, session, out first)) return false;
        CountOf(session).Lines++;
        return true;
    }

    public int? FirstOf(ulong line) => _first.TryGet(line, out var session) ? session : null;

    public bool IsShared(ulong line) => _shared.ContainsKey(line);

    /// <summary>Who holds the line, null where one session alone does, or none.</summary>
    public SharedLine? SharedLineOf(ulong line) => _shared.GetValueOrDefault(line);

    public bool IsHeld(ulong line, int session) => _shared.TryGetValue(line, out var shared) && shared.Sessions.Contains(session);

    /// <summary>Lines of the session that others hold too.</summary>
    public int Copied(int session) => CountOf(session).Copied;

    /// <summary>Lines that the session alone holds.</summary>
    public int Own(int session) => CountOf(session) is var count ? count.Lines - count.Copied : 0;

    /// <summary>When the line is of, null where the session does not share it.</summary>
    public long? SharedAt(ulong line, int session) => _shared.TryGetValue(line, out var shared) && shared.Sessions.Contains(session) ? shared.At : null;

    /// <summary>The session is one of several that hold the line.</summary>
    public SharedLine Share(ulong line, int session, long at)
    {
        if (!_shared.TryGetValue(line, out var shared)) _shared[line] = shared = new SharedLine(at, []);
        shared.Sessions.Add(session);
        if (!_sharedOf.TryGetValue(session, out var list)) _sharedOf[session] = list = [];
        list.Add(shared);
        ref var count = ref CountOf(session);
        count.Copied++;
        // That of the first was counted when it came.
        if (FirstOf(line) != session) count.Lines++;
        return shared;
    }

    /// <summary>The sessions that hold every line of this one, and more.</summary>
    public IReadOnlyCollection<int> HoldingAllOf(int session)
    {
        if (Own(session) > 0 || !_sharedOf.TryGetValue(session, out var lines)) return [];
        var held = CountOf(session).Lines;
        var others = lines[0].Sessions.Where(s => s != session && CountOf(s).Lines > held).ToHashSet();
        foreach (var line in lines)
        {
            if (others.Count == 0) break;
            others.IntersectWith(line.Sessions);
        }
        return others;
    }

    private ref (int Lines, int Copied) CountOf(int session)
    {
        if (session >= _counts.Count) CollectionsMarshal.SetCount(_counts, session + 1);
        return ref CollectionsMarshal.AsSpan(_counts)[session];
    }
}
