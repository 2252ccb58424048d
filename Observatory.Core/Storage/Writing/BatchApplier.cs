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
internal sealed partial class BatchApplier(WriterState state)
{
    private const int LongestFirstPrompt = 80;

    /// <summary>Events between fetching what is known of a name and looking at it.</summary>
    private const int Ahead = 12;

    /// <summary>Number of events and points that changed nothing: they were known. Noted in the batch too.</summary>
    public int Apply(EventBatch batch)
    {
        batch.Refused.Clear();
        state.Sources |= 1 << (int)batch.Source;
        (_tool, _message, _isMessageGone, _shown) = (null, null, false, default);
        foreach (var worktree in batch.Worktrees) state.Projects.Learn(worktree);
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
            if (IsGone(item, conversation, batch))
            {
                if (!named) known++;
                continue;
            }
            Give(conversation, SourceRank.Of(item, batch.Source), 1 << (int)batch.Source);
            _origin = item.CopiedFrom is null ? ConversationCache.None : OriginOf(item, conversation, batch);
            _ownUser = OwnUser(item, batch);
            StartRule.See(state, conversation, batch.Source, item);
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
            // Names of installations hold no longer where a better word comes.
            if (rank > row.UserRank && row.UserRank <= SourceRank.Installation) state.UserChanged.Add(id);
            if (rank > row.UserRank || rank == row.UserRank && at < row.UserAt) Set();
            return id;
        }
        if (row.UserId != 0)
        {
            if (rank < row.UserRank) return id;
            if (rank == row.UserRank && (at > row.UserAt || at == row.UserAt && string.CompareOrdinal(user, state.Names.Text(row.UserId)) > 0)) return id;
        }
        // Also where nobody was named: what is stored of it has to be given to the user.
        state.UserChanged.Add(id);
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
        if (facts.Start is { } start && id != ConversationCache.None) StartRule.See(state, id, start.At, start.Folder);
        if (facts.FirstQueueOperation is { } queued && !(state.Conversations.Row(id).FirstQueueOperation <= queued))
        {
            state.Conversations.Touch(id).FirstQueueOperation = queued;
            state.Owners.FactsChanged(id);
        }
        SetFirstLine(id, facts);
        foreach (var line in facts.Lines) state.Owners.AddLine(id, line.Uuid, line.At);
        foreach (var request in facts.ApiRequests) state.Owners.AddRequest(id, request);
        Remember(id, facts.LastPromptLeaves);
        state.Titles.Take(facts, id);
        foreach (var agent in facts.Agents)
        {
            var toolUse = agent.ToolUseId is { } use ? (long)EventKey.Of(KeySpace.ToolUse, use).Low : 0;
            state.Rows.Write(new AgentEntity
            {
                ConversationId = id, AgentId = state.Names.Id(NameKind.Agent, agent.Id), Type = agent.Type, Description = agent.Description, ToolUse = toolUse,
            });
        }
    }

    private void Remember(int conversation, List<ulong> leaves)
    {
        if (leaves.Count == 0) return;
        var data = new byte[leaves.Count * sizeof(ulong)];
        var length = 0;
        foreach (var leaf in leaves)
        {
            if (!state.Owners.AddLeaf(conversation, leaf)) continue;
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(length), leaf);
            length += sizeof(ulong);
        }
        if (length == 0) return;
        state.Rows.Facts.WriteFingerprints(state.NextFingerprintId++, conversation, FingerprintKind.LastPromptLeaf, data.AsSpan(0, length));
    }

    private void Fill(ItemEntity row, AnalyticsEvent x, int conversation, EventBatch batch)
    {
        row.ConversationId = conversation;
        row.UserId = conversation == ConversationCache.None ? state.Names.Id(NameKind.User, x.User ?? batch.User) : state.Conversations.Row(conversation)
            .UserId;
        row.AgentId = x.IsSidechain ? state.Names.Id(NameKind.Agent, x.Agent) : 0;
        row.RequestRef = (long)x.RequestRef;
        row.VersionId = state.Names.Id(NameKind.Version, x.Version);
        (row.Origin, row.Sources) = ((int)batch.Source, 1 << (int)batch.Source);
        SetEarliest(row, x);
        if (_origin != ConversationCache.None && KindOf(row) is { } kind) Hold(kind, row, x, conversation);
    }

    private void SetEarliest(ItemEntity row, AnalyticsEvent x)
    {
        row.At = x.At;
        row.OwnUserId = _ownUser;
        // Its own folder; where it counts is said when all is known.
        (row.ProjectId, row.FolderId) = (0, state.Projects.Folder(x.Project));
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
