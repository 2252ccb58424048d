using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>What becomes of a tool call and of its result.</summary>
internal sealed partial class BatchApplier
{
    /// <summary>Where the last call of the batch went: its result mostly comes next.</summary>
    private (EventKey Key, ToolCallEntity Row)? _tool;

    private bool Apply(ToolCallEvent x, int conversation, EventBatch batch)
    {
        // Numbers that come again in each answer: the call is that of the answer whose line this is.
        var isNumbered = x.IsNumbered && _message is not null;
        var (row, isNew) = isNumbered ? Numbered(x, conversation, batch, (ulong)_message!.KeyLow) : FindOrAdd(x, conversation, batch);
        var changed = !row.IsCalled;
        var isFirst = !row.IsCalled || x.At < row.At;
        if (isFirst || x.At == row.At && IsSmaller(x, row)) SetEarliest(row, x);
        row.IsCalled = true;
        // Lines of one instant have no order here: some order has to decide.
        var isSame = x.At == row.At;
        if (isFirst || Decides(x.Tool, row.ToolId)) row.ToolId = state.Names.Id(NameKind.Tool, x.Tool);
        if (x.Model is not null && (isFirst || Decides(x.Model, row.ModelId))) row.ModelId = state.Names.Id(NameKind.Model, x.Model);
        if (row.RequestRef == 0) row.RequestRef = (long)x.RequestRef;
        if (row.TargetId is null && x.Target is { Length: > 0 } target) row.TargetId = state.AddText(target);
        // After its time and request are known: they decide whose it is.
        if (!isNew) Hold(ItemKind.ToolCall, row, x, conversation);
        return AddSource(row, batch) | changed | isNew;

        bool Decides(string said, int known) => known == 0 || isSame && string.CompareOrdinal(said, state.Names.Text(known)) < 0;
    }

    private bool Apply(ToolResultEvent x, int conversation, EventBatch batch)
    {
        // Where the result came first the row waits for its call, and counts nowhere until then.
        var (row, _) = x.NumberedLine != 0 ? Numbered(x, conversation, batch, x.NumberedLine) : FindOrAdd(x, conversation, batch);
        var before = (row.ResultAt, row.LastResultAt, row.IsError, row.Searches);
        if (!row.IsCalled && x.At < row.At) SetEarliest(row, x);
        Hold(ItemKind.ToolCall, row, x, conversation);
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
        if (_tool is { } last && last.Key == x.Key && (batch.Source != EventSource.Api || last.Row.ConversationId == conversation)) return (last.Row, false);
        // A name that was not seen before has no row, unless the call was told with it just now.
        var row = Find(state.ToolCalls, x, batch, conversation, out var key);
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

    /// <summary>A call of one response, or the result on one line, under a number that others have too (<see cref="NumberedTools"/>).</summary>
    private (ToolCallEntity Row, bool IsNew) Numbered(AnalyticsEvent x, int conversation, EventBatch batch, ulong own)
    {
        var key = x.Key.Of(own, isMixed: true);
        if (state.ToolCalls.Find(key) is { } row) return (row, false);
        // As versions before kept it: the one call of its number.
        if (x is ToolCallEvent && state.ToolCalls.Find(x.Key) is { } old && old.At == x.At && old.ConversationId == conversation) return (old, false);
        row = state.ToolCalls.Add(key);
        Fill(row, x, conversation, batch);
        return (row, true);
    }
}
