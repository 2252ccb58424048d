using System.Globalization;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Time;

namespace Observatory.Core.Demo;

/// <summary>
/// Plays one conversation: prompts, answers with tools until the work is done, pauses. The context grows with every step, is read back
/// from the cache, written again after a long pause and compacted when it is full: that gives token counts the shape of real ones.
/// </summary>
internal sealed class DemoSession
{
    private const int FullContext = 165_000;
    private const int SystemPrompt = 17_500;
    private const long CacheLifetime = 5 * BucketClock.Minute;
    private const long LongCacheLifetime = BucketClock.Hour;

    private readonly EventBatch _batch;
    private readonly DemoRandom _random;
    private readonly string _id;
    private readonly DemoProject _project;
    private readonly string _branch;
    private readonly string _version;
    private readonly string _model;
    private readonly string _small;
    private readonly bool _isOdd;
    private readonly bool _hasLongCache;
    private readonly long _end;
    private long _now;
    private int _number;
    private int _agents;
    private string _lastModel = "";

    public DemoSession(
        EventBatch batch, DemoRandom random, string id, DemoProject project, DemoUser user, string[] models, DateTimeOffset start, DateTimeOffset end,
            bool isOdd)
    {
        (_batch, _random, _id, _project, _isOdd) = (batch, random, id, project, isOdd);
        (_now, _end) = (start.ToUnixTimeMilliseconds(), end.ToUnixTimeMilliseconds());
        _branch = random.Chance(0.4) ? project.Branches[0] : random.Pick(project.Branches);
        _version = $"2.1.{330 - (int)((end - start).TotalDays * 1.2)}";
        _model = isOdd ? models[0] : models[random.Weighted(user.Models)];
        _small = models[2];
        _hasLongCache = random.Chance(0.35);
    }

    private bool IsOver => _now >= _end;

    public void Play()
    {
        var subject = _random.Pick(_project.Subjects);
        var context = new Context();
        var turns = _isOdd ? _random.Next(18, 30) : _random.Count(4.5, 25);
        for (var turn = 0; turn < turns && !IsOver; turn++)
        {
            Prompt(subject);
            if (turn == 0) Name(subject);
            Work(context, null, _isOdd ? 14 : 5.5, canDelegate: true);
            if (context.Size > FullContext) Compact(context);
            Wait(_isOdd ? 20 : _random.Chance(0.15) ? _random.Around(1_300, 0.8) : _random.Around(100, 0.9));
        }
    }

    private void Name(string subject)
    {
        var facts = _batch.Session(_id);
        if (_random.Chance(0.85)) facts.AiTitle = char.ToUpperInvariant(subject[0]) + subject[1..]
            + _random.Pick([": find the cause", "", " in " + Path.GetFileName(_project.Path), ", second try", ": review"]);
        if (_isOdd) facts.CustomTitle = "Nightly loop: " + subject;
        if (_random.Chance(0.12)) facts.PullRequest = $"https://git.example.com/{Path.GetFileName(_project.Path)}/pull/{_random.Next(100, 900)}";
    }

    private void Prompt(string subject)
    {
        var text = string.Format(CultureInfo.InvariantCulture, _random.Pick(DemoCast.Prompts), _random.Chance(0.6) ? subject
            : _random.Pick(_project.Subjects), FilePath());
        _batch.Events.Add(new PromptEvent
        {
            Key = Key(KeySpace.Line), At = _now, Conversation = _id, Project = _project.Path, Branch = _branch, Version = _version, Text = text,
                Length = text.Length,
        });
    }

    /// <summary>Responses with tool calls, until one has none.</summary>
    private void Work(Context context, string? agent, double meanSteps, bool canDelegate)
    {
        var steps = _random.Count(meanSteps, 40);
        for (var step = 1; step <= steps; step++)
        {
            if (!Call(context, agent, step == steps ? "end_turn" : "tool_use", out var response)) return;
            if (step == steps) return;
            for (var calls = _random.Count(1.25, 4); calls > 0 && !IsOver; calls--)
            {
                if (canDelegate && _random.Chance(_isOdd ? 0.06 : 0.015)) Delegate(context, response);
                else UseTool(context, agent, response);
            }
            if (agent is null && _random.Chance(0.006))
            {
                Mark(MarkKind.Interruption, 0, 0);
                return;
            }
        }
    }

    /// <summary>One API call, retries included. False where the client gave up or the time is over.</summary>
    private bool Call(Context context, string? agent, string stop, out EventKey key)
    {
        key = default;
        var failure = _isOdd ? 0.06 : 0.008;
        for (var attempt = 0; _random.Chance(failure); attempt++)
        {
            Wait(_random.Around(2 + 4 * attempt, 0.4));
            if (IsOver) return false;
            var isFinal = attempt == 3;
            Failed(agent, isFinal);
            if (isFinal) return false;
            failure = 0.35;
        }
        var output = (long)Math.Clamp(_random.Around(stop == "end_turn" ? 420 : 190, 0.9), 8, 16_000);
        Wait(1.2 + output / 75.0 + _random.Around(0.8, 0.6));
        if (IsOver) return false;
        var model = _lastModel = agent is null ? _model : _random.Chance(0.5) ? _small : _model;
        var usage = context.Take(_now, output, _hasLongCache, _random);
        key = Key(KeySpace.Message);
        _batch.Events.Add(new ResponseEvent
        {
            Key = key, At = _now, Conversation = _id, Project = _project.Path, Branch = _branch, Version = _version, Agent = agent, IsSidechain = agent
                is not null,
            Request = EventKey.Fingerprint(BitConverter.GetBytes(key.Low)), Model = model, Usage = usage, CacheWriteField = usage.CacheWrite5m
                + usage.CacheWrite1h, Tier = "standard", StopReason = stop,
        });
        return true;
    }

    private void UseTool(Context context, string? agent, EventKey response)
    {
        var tool = DemoCast.Tools[_random.Weighted([.. DemoCast.Tools.Select(t => t.Weight)])];
        var key = Key(KeySpace.ToolUse);
        _batch.Events.Add(Called(key, agent, response, tool.Name, Target(tool.Name)));
        Wait(_random.Around(tool.Seconds, 0.9));
        if (IsOver) return;
        var isError = _random.Chance(_isOdd ? tool.Failure * 3 : tool.Failure);
        var size = (int)Math.Clamp(_random.Around(isError ? 300 : tool.Size, 0.8), 20, 60_000);
        context.Grow(size / 3.6);
        Answered(key, agent, isError, size, null);
    }

    /// <summary>A sub-agent works on a context of its own; only its report comes back.</summary>
    private void Delegate(Context context, EventKey response)
    {
        var agent = $"{_id}-a{++_agents}";
        var type = _random.Pick(DemoCast.AgentTypes);
        var task = "Look into " + _random.Pick(_project.Subjects);
        var use = NextId();
        var key = EventKey.Of(KeySpace.ToolUse, use);
        _batch.Events.Add(Called(key, null, response, DemoCast.AgentTool, task));
        _batch.Session(_id).Agents.Add(new AgentFacts(agent, type, task, use));
        Wait(0.5);
        Work(new Context(), agent, 7, canDelegate: false);
        if (IsOver) return;
        var size = (int)_random.Around(2_600, 0.4);
        context.Grow(size / 3.6);
        Answered(key, null, _random.Chance(0.03), size, agent);
    }

    private void Compact(Context context)
    {
        Wait(_random.Around(25, 0.3));
        if (IsOver) return;
        var before = context.Size;
        context.Compact(_random.Next(6_000, 12_000));
        Mark(MarkKind.Compaction, before, context.Size);
    }

    private ToolCallEvent Called(EventKey key, string? agent, EventKey response, string tool, string target) => new()
    {
        Key = key, At = _now, Conversation = _id, Project = _project.Path, Branch = _branch, Version = _version, Agent = agent, IsSidechain = agent is not null,
        Tool = tool, Model = _lastModel, Response = response, Target = target,
    };

    private void Answered(EventKey key, string? agent, bool isError, int size, string? started) => _batch.Events.Add(new ToolResultEvent
    {
        Key = key, At = _now, Conversation = _id, Project = _project.Path, Branch = _branch, Version = _version, Agent = agent, IsSidechain = agent is not null,
        IsError = isError, Size = size, Output = isError ? _random.Pick(DemoCast.Failures) : null, StartedAgent = started,
    });

    private void Failed(string? agent, bool isFinal)
    {
        (int Status, string Text) error = _random.Pick<(int,
            string)>([(529, "Overloaded"), (529, "Overloaded"), (429, "Rate limit reached"), (500, "Internal server error"), (0, "Connection lost")]);
        _batch.Events.Add(new ApiErrorEvent
        {
            Key = Key(KeySpace.Line), At = _now, Conversation = _id, Project = _project.Path, Branch = _branch, Version = _version, Agent = agent,
                IsSidechain = agent is not null,
            Status = error.Status, IsFinal = isFinal, Message = error.Text,
        });
    }

    private void Mark(MarkKind kind, long before, long after) => _batch.Events.Add(new MarkEvent
    {
        Key = Key(KeySpace.Line), At = _now, Conversation = _id, Project = _project.Path, Branch = _branch, Version = _version, Kind = kind, Before = before,
            After = after,
    });

    private string Target(string tool) => tool switch
    {
        "Bash" => _random.Pick(DemoCast.Commands),
        "Grep" => _random.Pick(["TODO", "async ", "retry", "class .*Store", "Deprecated"]),
        "Glob" => "**/*." + _project.Language,
        "TodoWrite" => "3 items",
        "WebFetch" => "https://docs.example.com/" + _random.Pick(["guide", "api", "changelog"]),
        "mcp__tracker__get_issue" => "SHOP-" + _random.Next(100, 999).ToString(CultureInfo.InvariantCulture),
        _ => FilePath(),
    };

    private string FilePath() => $"{_project.Path}/{_random.Pick(_project.Files)}.{_project.Language}";

    private void Wait(double seconds) => _now += Math.Max(1, (long)(seconds * 1_000));

    private string NextId() => $"{_id}/{++_number}";

    private EventKey Key(KeySpace space) => EventKey.Of(space, NextId());

    /// <summary>What the model is sent with each call, and how much of it is in the cache.</summary>
    private sealed class Context
    {
        private double _cached;
        private double _new = SystemPrompt;
        private long _lastCall = long.MinValue;

        public long Size => (long)(_cached + _new);

        public void Grow(double tokens) => _new += tokens;

        public void Compact(int summary) => (_cached, _new) = (0, SystemPrompt + summary);

        public TokenUsage Take(long now, long output, bool hasLongCache, DemoRandom random)
        {
            // The start of the prompt is shared by all sessions and nearly always warm.
            if (_lastCall == long.MinValue && random.Chance(0.6)) (_cached, _new) = (_cached + 11_000, _new - 11_000);
            else if (now - _lastCall > (hasLongCache ? LongCacheLifetime : CacheLifetime) && _lastCall != long.MinValue) (_cached, _new) = (0, _cached + _new);
            var write = (long)_new;
            var usage = new TokenUsage(random.Next(2, 14), output, hasLongCache ? 0 : write, hasLongCache ? write : 0, (long)_cached);
            _cached += write;
            _new = output + random.Next(20, 120);
            _lastCall = now;
            return usage;
        }
    }
}
