using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Spans of one tool call belong together, and come in any order and in several requests: its own has the name, those within it say how long it waited and
/// worked. Says of each which tool it is of and what of it counts. Keeps conversations at work; what it needs of others is read back. Writer only.
/// </summary>
internal sealed class ToolSpans(WriterState state)
{
    /// <summary>Conversations in memory.</summary>
    private const int Most = 256;

    private const SpanKind OfTools = SpanKind.Tool | SpanKind.Execution | SpanKind.Wait;

    private readonly Dictionary<int, Dictionary<long, Group>> _conversations = [];
    private readonly Queue<int> _order = new();

    /// <summary>Takes a row whose span was not known, tracked.</summary>
    public void Put(EventEntity row)
    {
        var kind = (SpanKind)row.SpanKind;
        row.CountedMs = (kind & SpanKind.ByRule) != 0 ? null : row.SpanMs;
        if ((kind & OfTools) == 0 || row.SpanGroup == 0) return;
        var groups = GroupsOf(row.ConversationId);
        var (tool, isNew) = (groups.GetValueOrDefault(row.SpanGroup)?.Tool ?? 0, (kind & SpanKind.Tool) != 0);
        var group = Take(groups, row);
        if (isNew && tool != group.Tool)
        {
            foreach (var id in group.Within) state.Events.Get(id).ToolId = group.Tool;
        }
        if (!isNew) row.ToolId = group.Tool;
        if (group.Whole == 0) return;
        long? own = group.IsWorkKnown ? null : Math.Max(0, group.WholeMs - group.WaitMs);
        if (state.Events.Peek(group.Whole).CountedMs != own) state.Events.Get(group.Whole).CountedMs = own;
    }

    /// <summary>What is forgotten can be read back now.</summary>
    public void Committed()
    {
        while (_conversations.Count > Most && _order.TryDequeue(out var oldest)) _conversations.Remove(oldest);
    }

    /// <summary>Rows of the conversation are gone.</summary>
    public void Forget(int conversation) => _conversations.Remove(conversation);

    private Dictionary<long, Group> GroupsOf(int conversation)
    {
        if (_conversations.TryGetValue(conversation, out var groups)) return groups;
        _order.Enqueue(conversation);
        groups = _conversations[conversation] = [];
        // What has no session and belongs together comes together, if it comes at all.
        if (conversation == ConversationCache.None || state.Conversations.IsNew(conversation)) return groups;
        foreach (var stored in state.Rows.Events.OfConversation(conversation))
        {
            if (((SpanKind)stored.SpanKind & OfTools) != 0 && stored.SpanGroup != 0) Take(groups, stored);
        }
        return groups;
    }

    private static Group Take(Dictionary<long, Group> groups, EventEntity row)
    {
        if (!groups.TryGetValue(row.SpanGroup, out var group)) groups[row.SpanGroup] = group = new Group();
        var kind = (SpanKind)row.SpanKind;
        if ((kind & SpanKind.Tool) != 0)
        {
            (group.Whole, group.WholeMs, group.Tool) = (row.Id, row.SpanMs ?? 0, row.ToolId);
            return group;
        }
        group.Within.Add(row.Id);
        // How long it worked is told; or it did not, and there is no time of it.
        if ((kind & (SpanKind.Execution | SpanKind.Refused)) != 0) group.IsWorkKnown = true;
        if ((kind & SpanKind.Wait) != 0) group.WaitMs += row.SpanMs ?? 0;
        return group;
    }

    private sealed class Group
    {
        /// <summary>Name of the tool, 0 = not known yet.</summary>
        public int Tool { get; set; }

        /// <summary>Row of the tool's own span, 0 = it has not come.</summary>
        public int Whole { get; set; }

        public long WholeMs { get; set; }

        public long WaitMs { get; set; }

        public bool IsWorkKnown { get; set; }

        /// <summary>Rows of the spans within.</summary>
        public List<int> Within { get; } = [];
    }
}
