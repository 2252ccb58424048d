using System.Text.Json;

namespace Observatory.Tests.Support;

/// <summary>
/// Writes made-up transcripts as four generations of the client do, one seed = the same bytes: several lines a response, usage that grows
/// while it streams, sub-agents in three layouts, forks of forks, resumed sessions, folder changes, retries, final errors,
/// compactions, interruptions, lines out of time order, and all the user lines that are no prompts.
/// </summary>
internal sealed class CorpusWriter(int seed)
{
    /// <summary>That every line names.</summary>
    public const string Branch = "main";

    private static readonly string[] s_folders =
        ["/home/ada/src/checkout-api", "/home/ada/src/web-portal", "/home/ada/work/web-portal", "/srv/été 日本/app", "/home/ada/src/checkout-api/packages/ui"];

    private readonly Random _random = new(seed);
    private readonly List<CorpusSession> _sessions = [];

    /// <summary>What the writer made, by session: the truth that neither the program nor the naive recount has a part in.</summary>
    public IReadOnlyList<CorpusSession> Sessions => _sessions;

    /// <param name="root">Configuration folder; <c>projects</c> is made below it.</param>
    /// <param name="sessions">How many, forks not counted.</param>
    /// <param name="from">When the first begins.</param>
    /// <param name="days">Over how many days they begin.</param>
    public void Write(string root, int sessions, DateTimeOffset from, int days)
    {
        var first = _sessions.Count;
        for (var i = 0; i < sessions; i++)
        {
            var at = from.ToUnixTimeMilliseconds() + (long)(_random.NextDouble() * days * 86_400_000);
            var session = new CorpusSession(_random, (CorpusClient)_random.Next(5), Pick(s_folders), at);
            for (var turns = _random.Next(1, 6); turns > 0; turns--) session.Turn(Pick(s_folders));
            _sessions.Add(session);
            // Forks: of a fork too, and the original may go on afterwards.
            var origin = session;
            while (session.CanFork && _random.Next(3) == 0)
            {
                var fork = origin.Fork();
                for (var turns = _random.Next(0, 3); turns > 0; turns--) fork.Turn(Pick(s_folders));
                _sessions.Add(fork);
                if (_random.Next(2) == 0) origin.Turn(Pick(s_folders));
                if (_random.Next(2) == 0) origin = fork;
            }
        }
        foreach (var session in _sessions.Skip(first)) session.Save(root);
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}

/// <summary>Client generations, as far as their files differ.</summary>
internal enum CorpusClient
{
    /// <summary>1.0.128: side chains inside the session file.</summary>
    Inline,

    /// <summary>2.0.76: agent files beside the sessions; early lines hold a first guess of the output.</summary>
    Beside,

    /// <summary>2.1.197 on a terminal: <c>last-prompt</c> lines.</summary>
    Terminal,

    /// <summary>2.1.197 from the SDK: <c>queue-operation</c> lines.</summary>
    Sdk,

    /// <summary>2.1.330: <c>api-request</c> lines that responses name.</summary>
    Newest,
}

internal sealed class CorpusSession
{
    private static readonly string[] s_models = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5-20251001", "acme/unpriced-1"];
    private static readonly string[] s_tools = ["Bash", "Read", "Edit", "Grep", "mcp__db__query"];
    private static readonly string[] s_noise =
    [
        "<command-name>/clear</command-name>", "  <local-command-stdout>done</local-command-stdout>", "<bash-input>ls</bash-input>",
        "<task-notification>ready</task-notification>", "[Request interrupted by user]",
    ];

    private readonly Random _random;
    private readonly CorpusClient _client;
    private readonly List<Line> _lines = [];
    private readonly Dictionary<string, List<Line>> _agents = [];
    private readonly string _slug;
    private string _cwd;
    private string? _parent;
    private long _now;
    private bool _begun;

    private sealed record Line(Dictionary<string, object?> Json, bool IsChain);

    public CorpusSession(Random random, CorpusClient client, string folder, long at)
    {
        (_random, _client, _cwd, _now) = (random, client, folder, at);
        _slug = string.Concat(folder.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        Id = Uuid();
    }

    public string Id { get; }

    /// <summary>Older clients leave no mark by which a copied line could find its maker.</summary>
    public bool CanFork => _client is CorpusClient.Terminal or CorpusClient.Sdk or CorpusClient.Newest;

    public string? ParentId { get; private init; }
    public int Prompts { get; private set; }
    public int Responses { get; private set; }
    public long Tokens { get; private set; }
    public int ToolCalls { get; private set; }
    public int ToolErrors { get; private set; }
    public int ApiErrors { get; private set; }

    /// <summary>A new session whose file begins with a copy of all chain lines: same uuids, times and ids, another session id.</summary>
    public CorpusSession Fork()
    {
        var fork = new CorpusSession(_random, _client, _cwd, _now + _random.Next(60_000, 7_200_000)) { ParentId = Responses + Prompts > 0 ? Id : ParentId };
        foreach (var line in _lines.Where(l => l.IsChain)) fork._lines.Add(line with { Json = new(line.Json) { ["sessionId"] = fork.Id } });
        fork._parent = _parent;
        return fork;
    }

    public void Turn(string otherFolder)
    {
        if (!_begun && _client == CorpusClient.Sdk) Bare("queue-operation", ("operation", "enqueue"), ("timestamp", Time(_now)));
        _begun = true;
        if (_random.Next(6) == 0) _cwd = otherFolder;
        // Resumed later, in the same file.
        if (_random.Next(5) == 0) _now += _random.Next(3_600_000, 30 * 3_600_000);
        if (_random.Next(3) == 0) Noise();
        Prompts++;
        Chain("user", new() { ["message"] = Message("user", Prompt()) });
        if (_random.Next(8) == 0) Retry();
        if (_random.Next(12) == 0)
        {
            Final();
            LastPrompt();
            return;
        }
        for (var calls = _random.Next(0, 4); calls > 0; calls--) Respond(_lines, null, tools: _random.Next(1, 3));
        if (_random.Next(3) == 0) Agent();
        Respond(_lines, null, tools: 0);
        LastPrompt();
        if (_random.Next(10) == 0) Compaction();
        _now += _random.Next(1_000, 2_400_000);
    }

    public void Save(string root)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "projects", _slug)).FullName;
        File.WriteAllText(Path.Combine(folder, Id + ".jsonl"), Text(_lines));
        foreach (var (agent, lines) in _agents)
        {
            var place = _client == CorpusClient.Beside ? folder : Directory.CreateDirectory(Path.Combine(folder, Id, "subagents")).FullName;
            File.WriteAllText(Path.Combine(place, $"agent-{agent}.jsonl"), Text(lines));
        }
    }

    private void LastPrompt()
    {
        if (_client is CorpusClient.Terminal or CorpusClient.Newest) Bare("last-prompt", ("leafUuid", _parent), ("lastPrompt", "…"));
    }

    private object Prompt() => _random.Next(4) switch
    {
        0 => new object[] { new { type = "text", text = "Explain « this »\n```cs\nvar x = 1;\n```" } },
        1 => new object[] { new { type = "image", source = new { type = "base64", data = "AAAA" } } },
        2 => "<command-message>review-it</command-message>\n<command-name>/review-it</command-name>",
        _ => $"Please fix test {_random.Next(1_000)}",
    };

    private void Noise()
    {
        Chain("user", new() { ["message"] = Message("user", s_noise[_random.Next(s_noise.Length)]) });
        Chain("user", new() { ["message"] = Message("user", "made by the client"), ["isMeta"] = true });
        Bare("ai-title", ("aiTitle", $"Title {_random.Next(100)}"));
        Bare("file-history-snapshot", ("messageId", Uuid()));
    }

    private void Retry()
    {
        for (var n = _random.Next(1, 3); n > 0; n--)
        {
            ApiErrors++;
            Chain("system", new() { ["subtype"] = "api_error", ["error"] = new { status = 529, formatted = "529 overloaded" }, ["retryAttempt"] = n });
        }
    }

    private void Final()
    {
        ApiErrors++;
        Chain("assistant", new()
        {
            ["isApiErrorMessage"] = true, ["apiErrorStatus"] = 500, ["error"] = "server_error",
            ["message"] = new { id = Uuid(), role = "assistant", model = "<synthetic>", content = Blocks("API Error: 500"), usage = Usage(0, 0, 0, 0, 0) },
        });
        _now += 60_000;
    }

    private void Compaction()
    {
        Chain("system", new() { ["subtype"] = "compact_boundary", ["compactMetadata"] = new { trigger = "auto", preTokens = 160_000, postTokens = 3_000 } });
        Chain("user", new() { ["message"] = Message("user", "This session is being continued"), ["isCompactSummary"] = true });
    }

    private void Agent()
    {
        var agent = Convert.ToHexStringLower(Bytes(4));
        var lines = _client == CorpusClient.Inline ? _lines : _agents[agent] = [];
        var inline = _client == CorpusClient.Inline ? null : agent;
        Chain("user", new() { ["message"] = Message("user", "Look around") }, lines, inline, sidechain: true);
        Respond(lines, inline, tools: 1, sidechain: true);
        Respond(lines, inline, tools: 0, sidechain: true);
    }

    /// <summary>One response on one line a block, and the results of its tool calls.</summary>
    private void Respond(List<Line> to, string? agent, int tools, bool sidechain = false)
    {
        var blocks = new List<object>();
        if (_random.Next(2) == 0 || tools == 0) blocks.Add(new { type = "text", text = "Done: \"quoted\" \\ and \t more" });
        var calls = Enumerable.Range(0, tools).Select(_ => "toolu_" + Convert.ToHexStringLower(Bytes(8))).ToList();
        blocks.AddRange(calls.Select(id => new { type = "tool_use", id, name = s_tools[_random.Next(s_tools.Length)], input = new { command = "npm test" } }));
        var (id, request, model) = ("msg_" + Convert.ToHexStringLower(Bytes(8)), "req_" + Convert.ToHexStringLower(Bytes(8)),
            s_models[_random.Next(s_models.Length)]);
        var (input, output, write5m, write1h, read) = (_random.Next(1, 90), _random.Next(20, 3_000), _random.Next(3) * 700, _random.Next(2) * 900,
            _random.Next(90_000));
        var reference = _client == CorpusClient.Newest ? Uuid() : null;
        if (reference is not null) Bare("api-request", ("id", reference), ("timestamp", Time(_now)));
        var made = new List<Line>();
        for (var i = 0; i < blocks.Count; i++)
        {
            _now += _random.Next(200, 9_000);
            // The client's older generations write what they know while it streams: only the last line has the whole output.
            var known = _client is CorpusClient.Inline or CorpusClient.Beside && i < blocks.Count - 1 ? 8 : output;
            var json = new Dictionary<string, object?>
            {
                ["requestId"] = request, ["message"] = new { id, role = "assistant", model, content = new[] { blocks[i] },
                    usage = Usage(input, known, write5m, write1h, read) },
            };
            if (reference is not null) json["requestRef"] = reference;
            made.Add(Chain("assistant", json, null, agent, sidechain));
        }
        // Lines are flushed late at times: a file is not in time order.
        if (made.Count > 1 && _random.Next(4) == 0) made.Reverse();
        to.AddRange(made);
        Responses++;
        Tokens += input + output + write5m + write1h + read;
        foreach (var call in calls)
        {
            _now += _random.Next(50, 20_000);
            ToolCalls++;
            var failed = _random.Next(5) == 0;
            if (failed) ToolErrors++;
            var result = failed ? new { type = "tool_result", tool_use_id = call, content = "Exit code 1", is_error = true }
                : (object)new { type = "tool_result", tool_use_id = call, content = "ok" };
            Chain("user", new() { ["message"] = Message("user", new[] { result }),
                ["toolUseResult"] = new { usage = new { input_tokens = 99_999 }, stdout = "ok" } }, to, agent, sidechain);
        }
    }

    private static object Usage(long input, long output, long write5m, long write1h, long read) => new
    {
        input_tokens = input, output_tokens = output, cache_creation_input_tokens = write5m + write1h, cache_read_input_tokens = read,
        cache_creation = new { ephemeral_5m_input_tokens = write5m, ephemeral_1h_input_tokens = write1h },
    };

    private static object[] Blocks(string text) => [new { type = "text", text }];

    private static object Message(string role, object content) => new { role, content };

    private Line Chain(string type, Dictionary<string, object?> json, List<Line>? to = null, string? agent = null, bool sidechain = false)
    {
        _now += _random.Next(1, 400);
        var uuid = Uuid();
        var line = new Line(new(json)
        {
            ["parentUuid"] = _parent, ["isSidechain"] = sidechain, ["type"] = type, ["uuid"] = uuid, ["timestamp"] = Time(_now), ["cwd"] = _cwd,
                ["sessionId"] = Id,
            ["version"] = _client switch { CorpusClient.Inline => "1.0.128", CorpusClient.Beside => "2.0.76", CorpusClient.Newest => "2.1.330", _ =>
                "2.1.197" }, ["gitBranch"] = CorpusWriter.Branch,
        }, IsChain: agent is null);
        if (agent is not null) line.Json["agentId"] = agent;
        _parent = uuid;
        // Responses are added by their maker, which may turn their order round.
        if (type != "assistant" || json.ContainsKey("isApiErrorMessage")) (to ?? _lines).Add(line);
        return line;
    }

    private void Bare(string type, params (string Name, object? Value)[] fields)
    {
        var json = new Dictionary<string, object?> { ["type"] = type, ["sessionId"] = Id };
        foreach (var (name, value) in fields) json[name] = value;
        _lines.Add(new Line(json, IsChain: false));
    }

    private static string Text(IEnumerable<Line> lines) => string.Concat(lines.Select(l => JsonSerializer.Serialize(l.Json) + "\n"));

    private static string Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private string Uuid() => new Guid(Bytes(16)).ToString();

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
