using System.Globalization;

namespace Observatory.Tests.Support;

/// <summary>
/// Sessions that branch from each other, made as clients make them: a new file begins with copies of what its parent held at that moment. Who
/// made what is known from the making. The ids say nothing of the order.
/// </summary>
internal sealed class CopyFamily
{
    private readonly Dictionary<string, List<SessionLine>> _files = [];
    private readonly Dictionary<string, List<(object Json, string Maker)>> _chains = [];
    private readonly string _style;
    private int _turns;

    /// <param name="random">Decides sizes, ids, and who branches from whom.</param>
    /// <param name="style">How copies are marked: mark (<c>forkedFrom</c>), kept (the maker's session id), none; request and queue: not at all, but makers
    /// are.</param>
    /// <param name="goesOn">Parents go on after others branched from them, and branches begin anywhere.</param>
    public CopyFamily(Random random, string style, bool goesOn)
    {
        _style = style;
        var ids = Enumerable.Range(0, 4).Select(i => $"0000000{i}-aaaa-4bbb-8ccc-00000000000{i}").ToArray();
        random.Shuffle(ids);
        for (var i = 0; i < ids.Length; i++)
        {
            var parent = i == 0 ? null : goesOn ? ids[random.Next(i)] : ids[i - 1];
            Begin(ids[i], parent, goesOn ? random.Next(1, 3) : int.MaxValue);
            for (var turns = random.Next(1, 4); turns > 0; turns--) Turn(ids[i]);
            if (goesOn && parent is not null && random.Next(2) == 0) Turn(parent);
        }
    }

    public static DateTimeOffset Start { get; } = new(2026, 11, 3, 9, 0, 0, TimeSpan.Zero);

    public IEnumerable<SessionLine[]> Files => _files.Values.Select(f => f.ToArray());

    public Dictionary<string, long> TokensOf { get; } = [];

    /// <summary>Who made the newest line that the session copied.</summary>
    public Dictionary<string, string> ParentOf { get; } = [];

    private void Begin(string session, string? parent, int turns)
    {
        _files[session] = [];
        _chains[session] = [];
        if (parent is not null)
        {
            foreach (var (json, maker) in _chains[parent].Take((int)Math.Min(2L * turns, _chains[parent].Count)))
            {
                var origin = _style switch { "mark" => parent, "kept" => maker, _ => null };
                _files[session].Add(new SessionLine(session, LineGen.Say(json, origin, isKept: _style == "kept")));
                _chains[session].Add((json, maker));
                ParentOf[session] = maker;
            }
        }
        if (_style == "queue") _files[session].Add(new SessionLine(session, new { type = "queue-operation", operation = "enqueue", timestamp = Time() }));
    }

    private void Turn(string session)
    {
        var (turn, input) = (++_turns, 1L << _turns);
        Add(new { type = "user", uuid = $"p{turn}", timestamp = Time(), cwd = "/a", message = new { content = $"prompt {turn}" } });
        if (_style == "request") _files[session].Add(new SessionLine(session, new { type = "api-request", id = $"r{turn}", timestamp = Time() }));
        Add(new
        {
            type = "assistant", uuid = $"a{turn}", timestamp = Time(), cwd = "/a", requestRef = _style == "request" ? $"r{turn}" : null,
            message = new { id = $"m{turn}", model = "claude-opus-5-5", usage = new { input_tokens = input }, content = Array.Empty<object>() },
        });
        TokensOf[session] = TokensOf.GetValueOrDefault(session) + input;

        void Add(object json)
        {
            _chains[session].Add((json, session));
            _files[session].Add(new SessionLine(session, json));
        }
    }

    private int _seconds;

    private string Time() => Start.AddSeconds(_seconds++).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
