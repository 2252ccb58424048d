using System.Globalization;
using System.Text;
using Observatory.Core.Events;
using Observatory.Core.Time;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Turns the fields of a line into events and facts. One a file; not thread-safe.</summary>
internal sealed partial class LineInterpreter(TranscriptFile file)
{
    private const int LongestPath = 4_096;
    private const int LongestTarget = 1_000;
    private const int LongestOutput = 6_000;

    private readonly TextPool _pool = new();
    private string? _lastVersion;
    private long _latest;
    private long _lines;

    private readonly byte[] _session = Encoding.UTF8.GetBytes(file.Session ?? "");

    /// <returns>Why the line must be set aside, or null.</returns>
    public string? Interpret(ReadOnlySpan<byte> line, LineFields f, EventBatch batch)
    {
        var first = batch.Events.Count;
        var fault = Read(line, f, batch);
        // A copy says where it comes from: by a mark of its own, or because it kept the id of the session that made it.
        var madeBy = MakerOf(line, f);
        if ((_pool.Get(f.ForkedFrom, line) ?? madeBy) is not { Length: > 0 } origin) return fault;
        for (; first < batch.Events.Count; first++)
        {
            if (batch.Events[first].Conversation != origin) (batch.Events[first].CopiedFrom, batch.Events[first].IsMadeThere) = (origin, origin == madeBy);
        }
        return fault;
    }

    /// <summary>The session that the line names, where that is another than the file's; else null.</summary>
    private string? MakerOf(ReadOnlySpan<byte> line, LineFields f)
    {
        if (file.Session is null || !f.SessionId.Exists || f.SessionId.Length == 0 || f.SessionId.Raw(line).SequenceEqual(_session)) return null;
        return _pool.Get(f.SessionId, line);
    }

    private string? Read(ReadOnlySpan<byte> line, LineFields f, EventBatch batch)
    {
        _lines++;
        if (!f.Type.Exists) return "The line has no type.";
        _lastVersion = _pool.Get(f.Version, line) ?? _lastVersion;
        // Some types name no session (summaries); a main transcript of whatever name is one session.
        var session = file.Session ?? _pool.Get(f.SessionId, line) ?? (file.Agent is null ? Path.GetFileNameWithoutExtension(file.Path) : null);
        if (string.IsNullOrEmpty(session)) return "The line belongs to no session.";
        long at = 0;
        if (f.Timestamp.Exists && !TryTime(f.Timestamp.Raw(line), out at))
        {
            var kind = f.Type.Raw(line);
            if (kind.SequenceEqual("assistant"u8) || kind.SequenceEqual("user"u8) || kind.SequenceEqual("system"u8)) return "The timestamp cannot be read.";
            // Of the other types each field says something by itself.
            f.Timestamp = Slice.None;
        }
        _latest = Math.Max(_latest, at);
        if (file.Agent is not null) f.IsSidechain = true;
        var facts = batch.Session(session);
        if (f.Uuid.Exists && f.Timestamp.Exists) facts.Lines.Add(new LineMark(EventKey.Fingerprint(f.Uuid.Raw(line)), at));

        // What is told of a session is told of the one that the line names, also where another's file holds a copy of it.
        if (MakerOf(line, f) is { } maker) facts = batch.Session(maker);
        if (f.Timestamp.Exists && !(facts.Start?.At < at)) SeeStart(line, f, facts, at);
        var type = f.Type.Raw(line);
        if (type.SequenceEqual("assistant"u8)) return Assistant(line, f, batch, session, at);
        if (type.SequenceEqual("user"u8)) return User(line, f, batch, session, at);
        if (type.SequenceEqual("system"u8)) return System(line, f, batch, session, at);
        if (f.ProgressType.Exists && type.SequenceEqual("progress"u8)) return Progress(line, f, batch, session, at);
        if (type.SequenceEqual("attachment"u8))
        {
            // Other modes are shell input and notifications.
            var isTyped = f.IsQueuedCommand && f.Uuid.Exists && f.Timestamp.Exists
                && (!f.CommandMode.Exists || f.CommandMode.Raw(line).SequenceEqual("prompt"u8));
            if (isTyped) Prompt(line, f, batch, session, at);
        }
        else if (type.SequenceEqual("queue-operation"u8))
        {
            if (f.Timestamp.Exists) facts.FirstQueueOperation = Math.Min(facts.FirstQueueOperation ?? long.MaxValue, at);
        }
        else if (type.SequenceEqual("api-request"u8))
        {
            if (f.Id.Exists) facts.ApiRequests.Add(EventKey.Fingerprint(f.Id.Raw(line)));
        }
        else if (type.SequenceEqual("last-prompt"u8))
        {
            if (f.LeafUuid.Exists) facts.LastPromptLeaves.Add(EventKey.Fingerprint(f.LeafUuid.Raw(line)));
        }
        else if (type.SequenceEqual("custom-title"u8))
        {
            if (f.CustomTitle.Decode(line, 500) is { } custom) (facts.CustomTitle, facts.CustomTitlePlace) = (custom, Place());
        }
        else if (type.SequenceEqual("ai-title"u8))
        {
            if (Said(f.AiTitle.Decode(line, 500)) is { } title) (facts.AiTitle, facts.AiTitlePlace) = (title, Place());
        }
        else if (type.SequenceEqual("summary"u8))
        {
            if (!f.LeafUuid.Exists || Said(f.Summary.Decode(line, 500)) is not { } text) return null;
            facts.Summaries.Add(new SessionSummary(EventKey.Fingerprint(f.LeafUuid.Raw(line)), text, Place()));
        }
        else if (type.SequenceEqual("pr-link"u8))
        {
            if (f.PrUrl.Decode(line, 500) is { } link) (facts.PullRequest, facts.PullRequestPlace) = (link, Place());
        }
        else if (type.SequenceEqual("worktree-state"u8))
        {
            if (f.WorktreePath.Decode(line, LongestPath) is { Length: > 0 } tree && f.WorktreeOrigin.Decode(line, LongestPath) is { Length: > 0 } origin)
            {
                batch.Worktrees.Add(new WorktreeFact(tree, origin));
            }
        }
        else if (type.SequenceEqual("cost-state"u8))
        {
            if (f.TotalCost is { } cost) (facts.ClientCost, facts.ClientCostPlace) = ((long)Math.Round(cost * 1_000_000_000m), Place());
        }
        else if (!KnownTypes.IsKnown(type)) Drift(batch, Encoding.UTF8.GetString(type[..Math.Min(type.Length, 64)]));
        return null;
    }

    private Place Place() => new(_latest == 0 && Before is not null ? Events.Place.Unknown : _latest, _lines);

    /// <summary>A line that was copied from another session says where that one was, and nothing of where this one started.</summary>
    private void SeeStart(ReadOnlySpan<byte> line, LineFields f, SessionFacts facts, long at)
    {
        if (_pool.Get(f.Cwd, line, LongestPath) is not { Length: > 0 } folder) return;
        if (_pool.Get(f.ForkedFrom, line) is { Length: > 0 } origin && origin != facts.Conversation) return;
        if (facts.Start is not { } start || at < start.At || string.CompareOrdinal(folder, start.Folder) < 0) facts.Start = (at, folder);
    }

    private string? Assistant(ReadOnlySpan<byte> line, LineFields f, EventBatch batch, string session, long at)
    {
        if (!f.HasMessage) return "An assistant line has no message.";
        if (!f.Timestamp.Exists) return "An assistant line has no timestamp.";
        var model = _pool.Get(f.Model, line);
        if (f.IsApiErrorMessage || model == "<synthetic>")
        {
            if (f.ApiErrorStatus > 0 && f.Uuid.Exists) batch.Events.Add(Error(line, f, session, at, f.ApiErrorStatus, isFinal: true, FirstText(line, f, 500)));
            return null;
        }
        // Some gateways write an empty id: it is none.
        var hasId = f.MessageId.Exists && f.MessageId.Length > 0;
        if (!hasId && !f.Uuid.Exists) return "An assistant line has neither a message id nor a uuid.";
        var key = hasId ? EventKey.Of(KeySpace.Message, f.MessageId.Raw(line)) : EventKey.Of(KeySpace.Line, f.Uuid.Raw(line));
        var request = f.RequestId.Exists && f.RequestId.Length > 0 ? EventKey.Fingerprint(f.RequestId.Raw(line)) : 0;
        Responses(line, f, batch, session, at, key, request);
        foreach (var block in f.Blocks)
        {
            if (block.Kind != BlockKind.ToolUse || !block.Id.Exists) continue;
            batch.Events.Add(new ToolCallEvent
            {
                Key = EventKey.Of(KeySpace.ToolUse, block.Id.Raw(line)), At = at, Conversation = session,
                Project = _pool.Get(f.Cwd, line, LongestPath), Branch = _pool.Get(f.Branch, line),
                Version = _lastVersion, Agent = AgentOf(line, f), IsSidechain = f.IsSidechain, RequestRef = Ref(line, f), Tool = _pool.Get(block.Name, line)
                    ?? "unknown", Model = model,
                Response = key, IsNumbered = LineIds.IsNumber(block.Id.Raw(line)), Target = block.Text.Decode(line, LongestTarget),
            });
        }
        return null;
    }

    private string? User(ReadOnlySpan<byte> line, LineFields f, EventBatch batch, string session, long at)
    {
        NoteMark(line, f, batch);
        if (!f.HasMessage || !f.Uuid.Exists) return null;
        if (!f.Timestamp.Exists) return "A user line has no timestamp.";
        var results = 0;
        foreach (var block in f.Blocks)
        {
            if (block.Kind != BlockKind.ToolResult || !block.Id.Exists) continue;
            results++;
            batch.Events.Add(new ToolResultEvent
            {
                Key = EventKey.Of(KeySpace.ToolUse, block.Id.Raw(line)), At = at, Conversation = session,
                Project = _pool.Get(f.Cwd, line, LongestPath), Branch = _pool.Get(f.Branch, line),
                Version = _lastVersion, Agent = AgentOf(line, f), IsSidechain = f.IsSidechain, RequestRef = Ref(line, f), IsError = block.IsError,
                    Size = block.Size,
                NumberedLine = LineIds.IsNumber(block.Id.Raw(line)) ? EventKey.Fingerprint(f.Uuid.Raw(line)) : 0,
                Output = block.IsError ? block.Text.Decode(line, LongestOutput, fromEnd: true) : null,
                Searches = f.SearchCount ?? (f.IsSearch && !block.IsError ? 1 : 0), StartedAgent = _pool.Get(f.SearchAgentId, line),
            });
        }
        if (results == 0) Prompt(line, f, batch, session, at);
        return null;
    }

    private string? System(ReadOnlySpan<byte> line, LineFields f, EventBatch batch, string session, long at)
    {
        var subtype = f.Subtype.Raw(line);
        if (!f.Uuid.Exists || !f.Timestamp.Exists) return null;
        if (subtype.SequenceEqual("api_error"u8)) batch.Events.Add(Error(line, f, session, at, f.ErrorStatus, isFinal: false, f.ErrorText.Decode(line, 500)));
        else if (subtype.SequenceEqual("compact_boundary"u8)) Mark(line, f, batch, session, at, MarkKind.Compaction);
        else if (subtype.SequenceEqual("model_fallback"u8)) Mark(line, f, batch, session, at, MarkKind.ModelFallback);
        else if (!KnownTypes.IsKnownSystem(subtype)) Drift(batch, "system/" + Encoding.UTF8.GetString(subtype[..Math.Min(subtype.Length, 64)]));
        return null;
    }

    private ApiErrorEvent Error(ReadOnlySpan<byte> line, LineFields f, string session, long at, int status, bool isFinal, string? message) => new()
    {
        Key = EventKey.Of(KeySpace.Line, f.Uuid.Raw(line)), At = at, Conversation = session,
        Project = _pool.Get(f.Cwd, line, LongestPath), Branch = _pool.Get(f.Branch, line),
        Version = _lastVersion, Agent = AgentOf(line, f), IsSidechain = f.IsSidechain, RequestRef = Ref(line, f), Status = status, IsFinal = isFinal,
            Message = message,
        Request = isFinal && f.RequestId.Exists && f.RequestId.Length > 0 ? FailedCallKey.Of(f.RequestId.Raw(line)) : default,
    };

    private void Mark(ReadOnlySpan<byte> line, LineFields f, EventBatch batch, string session, long at, MarkKind kind) => batch.Events.Add(new MarkEvent
    {
        Key = EventKey.Of(KeySpace.Line, f.Uuid.Raw(line)), At = at, Conversation = session,
        Project = _pool.Get(f.Cwd, line, LongestPath), Branch = _pool.Get(f.Branch, line),
        Version = _lastVersion, Agent = AgentOf(line, f), IsSidechain = f.IsSidechain, Kind = kind, Before = f.CompactBefore, After = f.CompactAfter,
    });

    private string? AgentOf(ReadOnlySpan<byte> line, LineFields f) => _pool.Get(f.AgentId, line) ?? file.Agent;

    private static ulong Ref(ReadOnlySpan<byte> line, LineFields f) => f.RequestRef.Exists && f.RequestRef.Length > 0
        ? EventKey.Fingerprint(f.RequestRef.Raw(line)) : 0;

    private static Slice TextSlice(LineFields f)
    {
        if (f.MessageText.Exists) return f.MessageText;
        foreach (var block in f.Blocks)
        {
            if (block.Kind == BlockKind.Text) return block.Text;
        }
        return Slice.None;
    }

    /// <summary>Empty is never a value.</summary>
    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string? FirstText(ReadOnlySpan<byte> line, LineFields f, int longest) => TextSlice(f).Decode(line, longest);

    private void Drift(EventBatch batch, string kind)
    {
        var key = (kind, _lastVersion ?? "unknown");
        batch.Drift[key] = batch.Drift.GetValueOrDefault(key) + 1;
    }

    /// <summary>ISO 8601, a <see cref="ClaimedTime"/>.</summary>
    private static bool TryTime(ReadOnlySpan<byte> raw, out long at)
    {
        if (!TryClientTime(raw, out at))
        {
            if (raw.Length > 64) return false;
            // Without a zone there is no instant: AssumeUniversal is what the client means, it writes UTC throughout.
            if (!DateTimeOffset.TryParse(Encoding.UTF8.GetString(raw), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
                out var time)) return false;
            at = time.ToUnixTimeMilliseconds();
        }
        return ClaimedTime.IsTaken(at);
    }

    /// <summary>The one form that all clients write, <c>2026-11-12T09:05:28.918Z</c>, without making a string of it.</summary>
    private static bool TryClientTime(ReadOnlySpan<byte> raw, out long at)
    {
        at = 0;
        if (raw.Length != 24 || raw[4] != '-' || raw[7] != '-' || raw[10] != 'T' || raw[13] != ':' || raw[16] != ':' || raw[19] != '.'
            || raw[23] != 'Z') return false;
        if (!Number(raw[..4], out var year) || !Number(raw[5..7], out var month) || !Number(raw[8..10], out var day) || !Number(raw[11..13], out var hour)
            || !Number(raw[14..16], out var minute) || !Number(raw[17..19], out var second) || !Number(raw[20..23], out var ms)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        at = new DateTimeOffset(year, month, day, hour, minute, second, ms, TimeSpan.Zero).ToUnixTimeMilliseconds();
        return true;

        static bool Number(ReadOnlySpan<byte> digits, out int value)
        {
            value = 0;
            foreach (var digit in digits)
            {
                if (digit is < (byte)'0' or > (byte)'9') return false;
                value = value * 10 + digit - '0';
            }
            return true;
        }
    }
}
