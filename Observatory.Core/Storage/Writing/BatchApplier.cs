using System.Buffers.Binary;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Turns the events of a batch into rows: new ones are added, known ones merged. Merging gives the same row in whatever order the
/// lines come: the maximum of each usage field, the earliest time, names of the earliest or the latest line, as each method says.
/// Writer only.
/// </summary>
internal sealed class BatchApplier(WriterState state)
{
    private const int LongestFirstPrompt = 80;

    /// <summary>Events between fetching what is known of a name and looking at it.</summary>
    private const int Ahead = 12;

    private static readonly EventSource[] s_meeting = [EventSource.Transcript, EventSource.Otlp, EventSource.Api, EventSource.Hook];

    /// <summary>Where the last call of the batch went: its result mostly comes next.</summary>
    private (EventKey Key, ToolCallEntity Row)? _tool;

    /// <summary>Number of events and points that changed nothing: they were known. Noted in the batch too.</summary>
    public int Apply(EventBatch batch)
    {
        batch.Refused.Clear();
        state.Sources |= 1 << (int)batch.Source;
        _tool = null;
        foreach (var facts in batch.Sessions.Values) Apply(facts, batch);
        var known = 0;
        AnalyticsEvent? last = null;
        var lastIsKnown = false;
        for (var i = 0; i < batch.Events.Count; i++)
        {
            var item = batch.Events[i];
            if (i + Ahead < batch.Events.Count && batch.Events[i + Ahead].EventId is var later && later != default) state.Seen.Prefetch(later);
            // Call and result of one tool may come as one event.
            var named = item.EventId != default;
            var second = named && item is ToolResultEvent && last is ToolCallEvent && last.EventId == item.EventId;
            if (second && lastIsKnown) continue;
            (last, lastIsKnown) = (item, named && !second && !state.Seen.Add(item.EventId));
            if (lastIsKnown)
            {
                known++;
                continue;
            }
            var conversation = ConversationOf(item.Conversation, item.User ?? batch.User, batch, item.At);
            Give(conversation, SourceRank.Of(item, batch.Source), 1 << (int)batch.Source);
            var isNew = item switch
            {
                PromptEvent x => Apply(x, conversation, batch),
                ResponseEvent x => Apply(x, conversation, batch),
                ToolCallEvent x => Apply(x, conversation, batch),
                ToolResultEvent x => Apply(x, conversation, batch),
                ApiErrorEvent x => Apply(x, conversation, batch),
                MarkEvent x => Apply(x, conversation, batch),
                OtherEvent x => Apply(x, conversation, batch),
                _ => throw new InvalidOperationException($"{item.GetType().Name} has no place in the store."),
            };
            // An event whose name is new is new, even where it tells of what was known.
            if (!isNew && !named && !second) known++;
        }
        if (batch.Points.Count > 0) known += state.Series.Write(batch, state.Names.Id(NameKind.User, batch.User));
        batch.Duplicates = known;
        return known;
    }

    /// <summary>The session's conversation. Its user is the best word on it: of the better source, then the earlier, then the smaller text.</summary>
    private int ConversationOf(string session, string? user, EventBatch batch, long at)
    {
        var id = state.Conversations.IdOf(session);
        if (id == ConversationCache.None || string.IsNullOrEmpty(user)) return id;
        var row = state.Conversations.Row(id);
        var rank = SourceRank.OfUser(batch.Source, batch.UserRank);
        var name = row.UserId != 0 && state.Names.Text(row.UserId) == user ? row.UserId : state.Names.Id(NameKind.User, user);
        if (name == row.UserId)
        {
            if (rank > row.UserRank || rank == row.UserRank && at < row.UserAt) Set();
            return id;
        }
        if (row.UserId != 0)
        {
            if (rank < row.UserRank) return id;
            if (rank == row.UserRank && (at > row.UserAt || at == row.UserAt && string.CompareOrdinal(user, state.Names.Text(row.UserId)) > 0)) return id;
            state.UserChanged.Add(id);
        }
        Set();
        return id;

        void Set()
        {
            row = state.Conversations.Touch(id);
            (row.UserId, row.UserRank, row.UserAt) = (name, rank, at);
        }
    }

    private void Give(int conversation, Given given, int source = 0)
    {
        var row = state.Conversations.Row(conversation);
        if ((row.Sources & source) != source) state.Conversations.Touch(conversation).Sources |= source;
        if ((row.Given & (int)given) == (int)given) return;
        state.Conversations.Touch(conversation).Given |= (int)given;
        state.GivenChanged.Add(conversation);
    }

    private void Apply(SessionFacts facts, EventBatch batch)
    {
        var id = ConversationOf(facts.Conversation, batch.User, batch, long.MaxValue);
        if (SourceRank.IsLines(batch.Source)) Give(id, Given.Lines);
        if (facts.FirstQueueOperation is { } queued && !(state.Conversations.Row(id).FirstQueueOperation <= queued))
        {
            state.Conversations.Touch(id).FirstQueueOperation = queued;
            state.Owners.FactsChanged(id);
        }
        Remember(id, FingerprintKind.Line, facts.Lines, l => state.Owners.AddLine(id, l.Uuid, l.At), l => l.Uuid);
        Remember(id, FingerprintKind.ApiRequest, facts.ApiRequests, r => state.Owners.AddRequest(id, r), r => r);
        Remember(id, FingerprintKind.LastPromptLeaf, facts.LastPromptLeaves, l => state.Owners.AddLeaf(id, l), l => l);
        if (state.PendingSummaries.Count > 0)
        {
            foreach (var line in facts.Lines) TakePendingSummary(line.Uuid, id);
        }
        if (facts.CustomTitle is { } custom) state.Conversations.Touch(id).CustomTitle = custom;
        if (facts.AiTitle is { } title) state.Conversations.Touch(id).AiTitle = title;
        if (facts.PullRequest is { } link) state.Conversations.Touch(id).PullRequest = link;
        if (facts.ClientCost is { } cost) state.Conversations.Touch(id).ClientCost = cost;
        foreach (var (leaf, text) in facts.Summaries)
        {
            if (state.Owners.SessionOfLine(leaf) is { } session) state.Conversations.Touch(session).Summary = text;
            else
            {
                state.PendingSummaries[leaf] = text;
                state.Tables.WritePending(leaf, text);
            }
        }
        foreach (var agent in facts.Agents)
        {
            var toolUse = agent.ToolUseId is { } use ? (long)EventKey.Of(KeySpace.ToolUse, use).Low : 0;
            state.Tables.Write(new AgentEntity
            {
                ConversationId = id, AgentId = state.Names.Id(NameKind.Agent, agent.Id), Type = agent.Type, Description = agent.Description, ToolUse = toolUse,
            });
        }
    }

    private void TakePendingSummary(ulong line, int conversation)
    {
        if (!state.PendingSummaries.Remove(line, out var text)) return;
        state.Conversations.Touch(conversation).Summary = text;
        state.Tables.DeletePending(line);
    }

    private void Remember<T>(int conversation, FingerprintKind kind, List<T> values, Func<T, bool> isNew, Func<T, ulong> fingerprint)
    {
        if (values.Count == 0) return;
        var data = new byte[values.Count * sizeof(ulong)];
        var length = 0;
        foreach (var value in values)
        {
            if (!isNew(value)) continue;
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(length), fingerprint(value));
            length += sizeof(ulong);
        }
        if (length > 0) state.Tables.WriteFingerprints(state.NextFingerprintId++, conversation, kind, data.AsSpan(0, length));
    }

    private bool Apply(PromptEvent x, int conversation, EventBatch batch)
    {
        var key = KeyOf(x, batch);
        var row = IsNamed(x) ? null : state.Prompts.Find(key);
        if (row is null)
        {
            row = state.Prompts.Add(key, isFound: !IsNamed(x));
            Fill(row, x, conversation, batch);
            (row.Length, row.HasCode) = (x.Length, x.HasCode);
            if (x.Text is { Length: > 0 } text) row.TextId = state.AddText(text);
            Meet(state.Prompts, row, x.Key, batch.Source, IsNamed(x));
            return true;
        }
        state.Owners.Seen(ItemKind.Prompt, row, conversation);
        return AddSource(row, batch);
    }

    private bool Apply(ResponseEvent x, int conversation, EventBatch batch)
    {
        var (row, isNew) = FindOrAdd(x);
        if (isNew)
        {
            state.HasForeign |= x.Kind != CallKind.Lines;
            Fill(row, x, conversation, batch);
            (row.Kind, row.LastAt, row.OwnModelId) = ((int)x.Kind, x.At, state.Names.Id(NameKind.Model, x.Model));
            (row.IsSidechain, row.IsAuxiliary) = (x.IsSidechain, x.IsAuxiliary);
            (row.ClientCost, row.DurationMs, row.FirstTokenMs) = (x.ClientCost, x.DurationMs, x.FirstTokenMs);
            SetRequest(row, x.Request);
            SetLatest(row, x);
            Raise(row, x);
            return true;
        }
        var before = row.Copy();
        // Only the main chain's request tells responses apart: one of a side chain must not stand in its place.
        if (!x.IsSidechain && (row.IsSidechain || row.Request == 0)) SetRequest(row, x.Request);
        if (row.IsSidechain && !x.IsSidechain) (row.IsSidechain, row.AgentId) = (false, 0);
        if (row.RequestRef == 0) row.RequestRef = (long)x.RequestRef;
        if (x.At < row.At) SetEarliest(row, x);
        if (x.At >= row.LastAt)
        {
            row.LastAt = x.At;
            SetLatest(row, x);
        }
        Raise(row, x);
        // One call, told several times by one source: the larger figures, as with tokens.
        row.ClientCost = Max(row.ClientCost, x.ClientCost);
        row.DurationMs = Max(row.DurationMs, x.DurationMs);
        row.FirstTokenMs = Max(row.FirstTokenMs, x.FirstTokenMs);
        state.Owners.Seen(ItemKind.Response, row, conversation);
        return AddSource(row, batch) || !Same(before, row);
    }

    private static long? Max(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);

    private void SetRequest(ResponseEntity row, ulong request)
    {
        row.Request = (long)request;
        state.Calls.Add(row);
    }

    /// <summary>
    /// Two lines are one response where the message id is equal and the request ids are, or one has none, or one is side-chain. So a
    /// message id leads to one row, and only a second request id on the main chain leads to another.
    /// </summary>
    private (ResponseEntity Row, bool IsNew) FindOrAdd(ResponseEvent x)
    {
        if (IsNamed(x)) return (state.Responses.Add(x.Key, isFound: false), true);
        // Each kind of report has rows of its own: which of them counts is decided when all are known.
        var key = x.Kind == CallKind.Lines ? x.Key : x.Key.With((ulong)x.Kind << 8);
        if (state.Responses.Find(key) is not { } row) return (state.Responses.Add(key), true);
        if (x.Kind != CallKind.Lines) return (row, false);
        if (x.Request == 0 || row.Request == 0 || (ulong)row.Request == x.Request || x.IsSidechain || row.IsSidechain) return (row, false);
        var own = x.Key.With(x.Request);
        return state.Responses.Find(own) is { } other ? (other, false) : (state.Responses.Add(own), true);
    }

    private void SetLatest(ResponseEntity row, ResponseEvent x)
    {
        if (x.Model is not null) row.OwnModelId = state.Names.Id(NameKind.Model, x.Model);
        if (x.Version is not null) row.VersionId = state.Names.Id(NameKind.Version, x.Version);
        row.OwnSpeedId = state.Names.Id(NameKind.Setting, x.Speed);
        row.TierId = state.Names.Id(NameKind.Setting, x.Tier);
        row.RegionId = state.Names.Id(NameKind.Setting, x.Region);
    }

    private static void Raise(ResponseEntity row, ResponseEvent x)
    {
        var usage = x.Usage;
        row.OwnInput = Math.Max(row.OwnInput, usage.Input);
        row.OwnOutput = Math.Max(row.OwnOutput, usage.Output);
        row.CacheWriteField = Math.Max(row.CacheWriteField, x.CacheWriteField);
        row.CacheWriteSplit5m = Math.Max(row.CacheWriteSplit5m, usage.CacheWrite5m);
        row.OwnCacheWrite1h = Math.Max(row.OwnCacheWrite1h, usage.CacheWrite1h);
        row.OwnCacheRead = Math.Max(row.OwnCacheRead, usage.CacheRead);
    }

    private bool Apply(ToolCallEvent x, int conversation, EventBatch batch)
    {
        var (row, isNew) = FindOrAdd(x, conversation, batch);
        var changed = !row.IsCalled;
        if (!row.IsCalled || x.At < row.At) SetEarliest(row, x);
        row.IsCalled = true;
        row.ToolId = state.Names.Id(NameKind.Tool, x.Tool);
        if (x.Model is not null) row.ModelId = state.Names.Id(NameKind.Model, x.Model);
        if (row.RequestRef == 0) row.RequestRef = (long)x.RequestRef;
        if (row.TargetId is null && x.Target is { Length: > 0 } target) row.TargetId = state.AddText(target);
        // After its time and request are known: they decide whose it is.
        if (!isNew) state.Owners.Seen(ItemKind.ToolCall, row, conversation);
        return AddSource(row, batch) | changed | isNew;
    }

    private bool Apply(ToolResultEvent x, int conversation, EventBatch batch)
    {
        // Where the result came first the row waits for its call, and counts nowhere until then.
        var (row, _) = FindOrAdd(x, conversation, batch);
        var before = (row.ResultAt, row.LastResultAt, row.IsError, row.Searches);
        if (!row.IsCalled && x.At < row.At) SetEarliest(row, x);
        state.Owners.Seen(ItemKind.ToolCall, row, conversation);
        row.ResultAt = row.ResultAt is { } first ? Math.Min(first, x.At) : x.At;
        row.LastResultAt = Math.Max(row.LastResultAt ?? long.MinValue, x.At);
        row.IsError |= x.IsError;
        row.ResultSize = Math.Max(row.ResultSize, x.Size);
        row.Searches = Math.Max(row.Searches, x.Searches);
        row.MeasuredMs = Max(row.MeasuredMs, x.DurationMs);
        if (x.StartedAgent is not null) row.StartedAgentId = state.Names.Id(NameKind.Agent, x.StartedAgent);
        if (row.OutputId is null && x.Output is { Length: > 0 } output) row.OutputId = state.AddText(output);
        return AddSource(row, batch) | (row.ResultAt, row.LastResultAt, row.IsError, row.Searches) != before;
    }

    private (ToolCallEntity Row, bool IsNew) FindOrAdd(AnalyticsEvent x, int conversation, EventBatch batch)
    {
        if (_tool is { } last && last.Key == x.Key) return (last.Row, false);
        var key = KeyOf(x, batch);
        // A name that was not seen before has no row, unless the call was told with it just now.
        var row = IsNamed(x) ? null : state.ToolCalls.Find(key);
        var isNew = row is null;
        if (row is null)
        {
            row = state.ToolCalls.Add(key, isFound: !IsNamed(x));
            Fill(row, x, conversation, batch);
            Meet(state.ToolCalls, row, x.Key, batch.Source, IsNamed(x));
        }
        _tool = (x.Key, row);
        return (row, isNew);
    }

    private bool Apply(ApiErrorEvent x, int conversation, EventBatch batch)
    {
        var key = KeyOf(x, batch);
        var row = state.ApiErrors.Find(key);
        if (row is null)
        {
            row = state.ApiErrors.Add(key);
            Fill(row, x, conversation, batch);
            (row.Status, row.IsFinal, row.Attempts) = (x.Status, x.IsFinal, x.Attempts);
            if (x.Message is { Length: > 0 } message) row.TextId = state.AddText(message);
            Meet(state.ApiErrors, row, x.Key, batch.Source, IsNamed(x));
            return true;
        }
        var changed = x.Attempts > row.Attempts;
        row.Attempts = Math.Max(row.Attempts, x.Attempts);
        state.Owners.Seen(ItemKind.ApiError, row, conversation);
        return AddSource(row, batch) | changed;
    }

    private bool Apply(MarkEvent x, int conversation, EventBatch batch)
    {
        var row = state.Marks.Find(x.Key);
        if (row is null)
        {
            row = state.Marks.Add(x.Key);
            Fill(row, x, conversation, batch);
            (row.Kind, row.Before, row.After) = ((int)x.Kind, x.Before, x.After);
            return true;
        }
        state.Owners.Seen(ItemKind.Mark, row, conversation);
        return AddSource(row, batch);
    }

    private bool Apply(OtherEvent x, int conversation, EventBatch batch)
    {
        var isNamed = IsNamed(x);
        if (!isNamed && state.Events.Find(x.Key) is not null) return false;
        var row = state.Events.Add(x.Key, isFound: !isNamed);
        Fill(row, x, conversation, batch);
        (row.TypeId, row.Data) = (state.Names.Id(NameKind.EventType, x.Type), x.Data);
        return true;
    }

    /// <summary>The thing has no identity but its sender's name for the event: that it is new is known already.</summary>
    private static bool IsNamed(AnalyticsEvent x) => x.EventId != default && x.Key == x.EventId;

    /// <summary>Lines are known by the thing's own key. What another source says of the same thing is kept beside it, under a key of that source.</summary>
    private static EventKey KeyOf(AnalyticsEvent x, EventBatch batch) => SourceRank.IsLines(batch.Source) ? x.Key : x.Key.With((ulong)batch.Source);

    /// <summary>A new row meets those of other sources that tell of the same thing: each is then known through all of them.</summary>
    /// <param name="isNamed">The thing has no identity but its sender's name for the event, which no other source knows.</param>
    private void Meet<T>(ItemStore<T> rows, T row, EventKey key, EventSource source, bool isNamed) where T : ItemEntity, new()
    {
        if (SourceRank.IsLines(source) && !state.HasForeign) return;
        state.HasForeign = true;
        if (isNamed) return;
        // Where no other source ever spoke there is nobody to meet.
        if ((state.Sources & ~(1 << (int)source)) == 0) return;
        var all = row.Sources;
        var others = new List<T>();
        foreach (var other in s_meeting)
        {
            // What is of the demo has the keys of lines.
            if (!SourceRank.IsLines(other) && (state.Sources & (1 << (int)other)) == 0) continue;
            if (rows.Find(SourceRank.IsLines(other) ? key : key.With((ulong)other)) is not { } found || found == row) continue;
            all |= found.Sources;
            others.Add(found);
        }
        row.Sources = all;
        foreach (var other in others) other.Sources = all;
    }

    private void Fill(ItemEntity row, AnalyticsEvent x, int conversation, EventBatch batch)
    {
        row.ConversationId = conversation;
        row.UserId = conversation == ConversationCache.None ? state.Names.Id(NameKind.User, x.User ?? batch.User) : state.Conversations.Row(conversation).UserId;
        row.AgentId = x.IsSidechain ? state.Names.Id(NameKind.Agent, x.Agent) : 0;
        row.RequestRef = (long)x.RequestRef;
        row.VersionId = state.Names.Id(NameKind.Version, x.Version);
        (row.Origin, row.Sources) = ((int)batch.Source, 1 << (int)batch.Source);
        SetEarliest(row, x);
    }

    private void SetEarliest(ItemEntity row, AnalyticsEvent x)
    {
        row.At = x.At;
        row.ProjectId = state.Names.Id(NameKind.Project, x.Project);
        row.BranchId = state.Names.Id(NameKind.Branch, x.Branch);
    }

    private static bool AddSource(ItemEntity row, EventBatch batch)
    {
        var bit = 1 << (int)batch.Source;
        if ((row.Sources & bit) != 0) return false;
        row.Sources |= bit;
        return true;
    }

    private static bool Same(ResponseEntity a, ResponseEntity b) =>
        a.OwnInput == b.OwnInput && a.OwnOutput == b.OwnOutput && a.CacheWriteField == b.CacheWriteField && a.CacheWriteSplit5m == b.CacheWriteSplit5m &&
        a.OwnCacheWrite1h == b.OwnCacheWrite1h && a.OwnCacheRead == b.OwnCacheRead && a.At == b.At && a.LastAt == b.LastAt && a.OwnModelId == b.OwnModelId &&
        a.IsSidechain == b.IsSidechain && a.Request == b.Request && a.RequestRef == b.RequestRef;

    /// <summary>First characters of a prompt, on one line, never ending inside a surrogate pair.</summary>
    public static string? Shorten(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= LongestFirstPrompt) return line;
        var end = char.IsHighSurrogate(line[LongestFirstPrompt - 1]) ? LongestFirstPrompt - 1 : LongestFirstPrompt;
        return line[..end];
    }
}
