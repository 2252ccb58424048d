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

    /// <summary>Number of events that changed nothing: they were known.</summary>
    public int Apply(EventBatch batch)
    {
        var user = state.Names.Id(NameKind.User, batch.User);
        var bit = 1 << (int)batch.Source;
        foreach (var facts in batch.Sessions.Values) Apply(facts, user);
        var known = 0;
        foreach (var item in batch.Events)
        {
            var conversation = ConversationOf(item.Conversation, user);
            var isNew = item switch
            {
                PromptEvent x => Apply(x, conversation, bit),
                ResponseEvent x => Apply(x, conversation, bit),
                ToolCallEvent x => Apply(x, conversation, bit),
                ToolResultEvent x => Apply(x, conversation, bit),
                ApiErrorEvent x => Apply(x, conversation, bit),
                MarkEvent x => Apply(x, conversation, bit),
                OtherEvent x => Apply(x, conversation, bit),
                _ => throw new InvalidOperationException($"{item.GetType().Name} has no place in the store."),
            };
            if (!isNew) known++;
        }
        return known;
    }

    private int ConversationOf(string session, int user) =>
        state.Conversations.IdOf(session, s => new ConversationEntity { SessionId = s, UserId = user, Title = s });

    private void Apply(SessionFacts facts, int user)
    {
        var id = ConversationOf(facts.Conversation, user);
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

    private bool Apply(PromptEvent x, int conversation, int bit)
    {
        var row = state.Prompts.Find(x.Key);
        if (row is null)
        {
            row = state.Prompts.Add(x.Key);
            Fill(row, x, conversation);
            (row.Length, row.HasCode) = (x.Length, x.HasCode);
            if (x.Text is { Length: > 0 } text) row.TextId = state.AddText(text);
            row.Sources = bit;
            return true;
        }
        state.Owners.Seen(ItemKind.Prompt, row, conversation);
        return AddSource(row, bit);
    }

    private bool Apply(ResponseEvent x, int conversation, int bit)
    {
        var (row, isNew) = FindOrAdd(x);
        if (isNew)
        {
            Fill(row, x, conversation);
            (row.LastAt, row.ModelId) = (x.At, state.Names.Id(NameKind.Model, x.Model));
            (row.IsSidechain, row.IsAuxiliary, row.Request) = (x.IsSidechain, x.IsAuxiliary, (long)x.Request);
            SetLatest(row, x);
            Raise(row, x);
            row.Sources = bit;
            return true;
        }
        var before = row.Copy();
        // Only the main chain's request tells responses apart: one of a side chain must not stand in its place.
        if (!x.IsSidechain && (row.IsSidechain || row.Request == 0)) row.Request = (long)x.Request;
        if (row.IsSidechain && !x.IsSidechain) (row.IsSidechain, row.AgentId) = (false, 0);
        if (row.RequestRef == 0) row.RequestRef = (long)x.RequestRef;
        if (x.At < row.At) SetEarliest(row, x);
        if (x.At >= row.LastAt)
        {
            row.LastAt = x.At;
            SetLatest(row, x);
        }
        Raise(row, x);
        state.Owners.Seen(ItemKind.Response, row, conversation);
        return AddSource(row, bit) || !Same(before, row);
    }

    /// <summary>
    /// Two lines are one response where the message id is equal and the request ids are, or one has none, or one is side-chain. So a
    /// message id leads to one row, and only a second request id on the main chain leads to another.
    /// </summary>
    private (ResponseEntity Row, bool IsNew) FindOrAdd(ResponseEvent x)
    {
        if (state.Responses.Find(x.Key) is not { } row) return (state.Responses.Add(x.Key), true);
        if (x.Request == 0 || row.Request == 0 || (ulong)row.Request == x.Request || x.IsSidechain || row.IsSidechain) return (row, false);
        var own = x.Key.With(x.Request);
        return state.Responses.Find(own) is { } other ? (other, false) : (state.Responses.Add(own), true);
    }

    private void SetLatest(ResponseEntity row, ResponseEvent x)
    {
        if (x.Model is not null) row.ModelId = state.Names.Id(NameKind.Model, x.Model);
        if (x.Version is not null) row.VersionId = state.Names.Id(NameKind.Version, x.Version);
        row.SpeedId = state.Names.Id(NameKind.Setting, x.Speed);
        row.TierId = state.Names.Id(NameKind.Setting, x.Tier);
        row.RegionId = state.Names.Id(NameKind.Setting, x.Region);
    }

    private static void Raise(ResponseEntity row, ResponseEvent x)
    {
        var usage = x.Usage;
        row.Input = Math.Max(row.Input, usage.Input);
        row.Output = Math.Max(row.Output, usage.Output);
        row.CacheWriteField = Math.Max(row.CacheWriteField, x.CacheWriteField);
        row.CacheWriteSplit5m = Math.Max(row.CacheWriteSplit5m, usage.CacheWrite5m);
        row.CacheWrite1h = Math.Max(row.CacheWrite1h, usage.CacheWrite1h);
        row.CacheWrite5m = Math.Max(row.CacheWriteField, row.CacheWriteSplit5m + row.CacheWrite1h) - row.CacheWrite1h;
        row.CacheRead = Math.Max(row.CacheRead, usage.CacheRead);
    }

    private bool Apply(ToolCallEvent x, int conversation, int bit)
    {
        var row = state.ToolCalls.Find(x.Key);
        var isNew = row is null;
        if (row is null)
        {
            row = state.ToolCalls.Add(x.Key);
            Fill(row, x, conversation);
        }
        var changed = !row.IsCalled;
        if (!row.IsCalled || x.At < row.At) SetEarliest(row, x);
        row.IsCalled = true;
        row.ToolId = state.Names.Id(NameKind.Tool, x.Tool);
        if (x.Model is not null) row.ModelId = state.Names.Id(NameKind.Model, x.Model);
        if (row.RequestRef == 0) row.RequestRef = (long)x.RequestRef;
        if (row.TargetId is null && x.Target is { Length: > 0 } target) row.TargetId = state.AddText(target);
        // After its time and request are known: they decide whose it is.
        if (!isNew) state.Owners.Seen(ItemKind.ToolCall, row, conversation);
        return AddSource(row, bit) | changed | isNew;
    }

    private bool Apply(ToolResultEvent x, int conversation, int bit)
    {
        var row = state.ToolCalls.Find(x.Key);
        if (row is null)
        {
            // The result came first: the row waits for its call and counts nowhere until then.
            row = state.ToolCalls.Add(x.Key);
            Fill(row, x, conversation);
        }
        var before = row.Copy();
        if (!row.IsCalled && x.At < row.At) SetEarliest(row, x);
        state.Owners.Seen(ItemKind.ToolCall, row, conversation);
        row.ResultAt = row.ResultAt is { } first ? Math.Min(first, x.At) : x.At;
        row.LastResultAt = Math.Max(row.LastResultAt ?? long.MinValue, x.At);
        row.IsError |= x.IsError;
        row.ResultSize = Math.Max(row.ResultSize, x.Size);
        row.Searches = Math.Max(row.Searches, x.Searches);
        if (x.StartedAgent is not null) row.StartedAgentId = state.Names.Id(NameKind.Agent, x.StartedAgent);
        if (row.OutputId is null && x.Output is { Length: > 0 } output) row.OutputId = state.AddText(output);
        return AddSource(row, bit) | row.ResultAt != before.ResultAt | row.LastResultAt != before.LastResultAt | row.IsError != before.IsError | row.Searches != before.Searches;
    }

    private bool Apply(ApiErrorEvent x, int conversation, int bit)
    {
        var row = state.ApiErrors.Find(x.Key);
        if (row is null)
        {
            row = state.ApiErrors.Add(x.Key);
            Fill(row, x, conversation);
            (row.Status, row.IsFinal, row.Sources) = (x.Status, x.IsFinal, bit);
            if (x.Message is { Length: > 0 } message) row.TextId = state.AddText(message);
            return true;
        }
        state.Owners.Seen(ItemKind.ApiError, row, conversation);
        return AddSource(row, bit);
    }

    private bool Apply(MarkEvent x, int conversation, int bit)
    {
        var row = state.Marks.Find(x.Key);
        if (row is null)
        {
            row = state.Marks.Add(x.Key);
            Fill(row, x, conversation);
            (row.Kind, row.Before, row.After, row.Sources) = ((int)x.Kind, x.Before, x.After, bit);
            return true;
        }
        state.Owners.Seen(ItemKind.Mark, row, conversation);
        return AddSource(row, bit);
    }

    private bool Apply(OtherEvent x, int conversation, int bit)
    {
        if (state.Events.Find(x.Key) is not null) return false;
        var row = state.Events.Add(x.Key);
        Fill(row, x, conversation);
        (row.TypeId, row.Data, row.Sources) = (state.Names.Id(NameKind.EventType, x.Type), x.Data, bit);
        return true;
    }

    private void Fill(ItemEntity row, AnalyticsEvent x, int conversation)
    {
        row.ConversationId = conversation;
        row.UserId = state.Conversations.Row(conversation).UserId;
        row.AgentId = x.IsSidechain ? state.Names.Id(NameKind.Agent, x.Agent) : 0;
        row.RequestRef = (long)x.RequestRef;
        row.VersionId = state.Names.Id(NameKind.Version, x.Version);
        SetEarliest(row, x);
    }

    private void SetEarliest(ItemEntity row, AnalyticsEvent x)
    {
        row.At = x.At;
        row.ProjectId = state.Names.Id(NameKind.Project, x.Project);
        row.BranchId = state.Names.Id(NameKind.Branch, x.Branch);
    }

    private static bool AddSource(ItemEntity row, int bit)
    {
        if ((row.Sources & bit) != 0) return false;
        row.Sources |= bit;
        return true;
    }

    private static bool Same(ResponseEntity a, ResponseEntity b) =>
        a.Input == b.Input && a.Output == b.Output && a.CacheWrite5m == b.CacheWrite5m && a.CacheWrite1h == b.CacheWrite1h && a.CacheRead == b.CacheRead &&
        a.At == b.At && a.LastAt == b.LastAt && a.ModelId == b.ModelId && a.IsSidechain == b.IsSidechain && a.Request == b.Request && a.RequestRef == b.RequestRef;

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
