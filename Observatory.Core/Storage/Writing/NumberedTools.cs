using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Gives results to calls where a model numbers its calls anew in each answer: a result belongs to the last call of its number before it, in its
/// conversation and sub-agent. Results have rows of their own there, so that it does not matter what is read first. Writer only.
/// </summary>
internal sealed class NumberedTools(WriterState state)
{
    public void Match()
    {
        var conversations = new HashSet<int>();
        foreach (var (before, row) in state.ToolCalls.Changes)
        {
            if (!EventKey.IsMixed((ulong)row.KeyLow)) continue;
            conversations.Add(row.ConversationId);
            if (before is not null) conversations.Add(before.ConversationId);
        }
        foreach (var conversation in conversations) Match(conversation);
    }

    private void Match(int conversation)
    {
        var rows = new Dictionary<int, ToolCallEntity>();
        foreach (var row in state.Rows.ToolCalls.OfConversation(conversation)) rows[row.Id] = row;
        foreach (var (_, row) in state.ToolCalls.Changes) rows[row.Id] = row;
        var all = rows.Values.Where(r => r.ConversationId == conversation && IsWritten(r)).GroupBy(r => (Number(r), r.AgentId)).ToList();
        foreach (var number in all)
        {
            if (number.Any(r => EventKey.IsMixed((ulong)r.KeyLow))) Match(number);
        }
    }

    private void Match(IEnumerable<ToolCallEntity> number)
    {
        var ordered = number.OrderBy(r => r.IsCalled ? r.At : r.ResultAt ?? r.At).ThenBy(r => !r.IsCalled)
            .ThenBy(r => state.Names.Text(r.ModelId), StringComparer.Ordinal).ThenBy(r => state.Names.Text(ProjectRule.FolderOf(r)), StringComparer.Ordinal)
                .ToList();
        ToolCallEntity? call = null;
        var results = new List<ToolCallEntity>();
        foreach (var row in ordered)
        {
            if (!row.IsCalled)
            {
                results.Add(row);
                continue;
            }
            Set(call, results);
            (call, results) = (row, []);
        }
        Set(call, results);
    }

    private void Set(ToolCallEntity? call, List<ToolCallEntity> results)
    {
        // What comes before the first call of its number answers none.
        if (call is null || state.Gone.IsFrozen(call.ConversationId, call.At)) return;
        var told = results.Count == 0
            ? default((long?, long?, bool, int, int, int, int?))
            : (results.Min(r => r.ResultAt), results.Max(r => r.LastResultAt), results.Any(r => r.IsError), results.Max(r => r.ResultSize),
                results.Max(r => r.Searches), results.Max(r => r.StartedAgentId), results.Select(r => r.OutputId).FirstOrDefault(o => o is not null));
        if (told == (call.ResultAt, call.LastResultAt, call.IsError, call.ResultSize, call.Searches, call.StartedAgentId, call.OutputId)) return;
        var row = state.ToolCalls.Get(call.Id);
        (row.ResultAt, row.LastResultAt, row.IsError, row.ResultSize, row.Searches, row.StartedAgentId, row.OutputId) = told;
    }

    private static bool IsWritten(ToolCallEntity row) => SourceRank.IsLines((EventSource)row.Origin);

    private static ulong Number(ToolCallEntity row) => EventKey.IsMixed((ulong)row.KeyLow) ? (ulong)row.KeyHigh : (ulong)row.KeyLow;
}
