using Observatory.Core.Events;
using Observatory.Core.Pricing;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Second half of a transaction, after the batches are applied: owners are judged, what follows from order is derived, calls are
/// priced, conversations and roll-ups take the differences. Writer only.
/// </summary>
internal sealed class TransactionFinisher(WriterState state, IPriceBook prices, IRollup rollup)
{
    public void Finish()
    {
        state.Groups.Settle();
        MoveToOwners();
        new NumberedTools(state).Match();
        state.Titles.Settle();
        if (state.HasForeign)
        {
            new CallMatcher(state).Match(UpdateStates);
            ReachRows();
            state.LoneCallers.Reach(state.Responses);
        }
        else ReachUsers();
        ReachProjects();
        Settle();
        new StoredPrices(state, prices).Set();
        // Once more: what counts is known only now.
        UpdateStates();
        // Deriving sets response times on prompts, which tracks further prompts of the same conversations.
        foreach (var id in state.Conversations.Touched.Where(id => id != ConversationCache.None).ToList()) Derive(id);
        foreach (var change in state.Prompts.Changes) Sum(change, AddTo);
        foreach (var change in state.Responses.Changes) Sum(change, AddTo);
        foreach (var change in state.ToolCalls.Changes) Sum(change, AddTo);
        SumRollups();
        state.Series.WriteSums();
    }

    /// <summary>Tracks the stored rows that a new word on their conversation changes: a better source, or another user.</summary>
    private void ReachRows()
    {
        foreach (var id in state.GivenChanged)
        {
            if (id == ConversationCache.None || state.Conversations.IsNew(id) || !SourceRank.HasRivals((Given)state.Conversations.Row(id).Given)) continue;
            Reach(id, row => !SourceRank.IsLines((EventSource)row.Origin));
        }
        ReachUsers();
    }

    private void ReachUsers()
    {
        foreach (var id in state.UserChanged)
        {
            if (!state.Conversations.IsNew(id)) Reach(id, _ => true);
        }
    }

    private void ReachProjects()
    {
        foreach (var id in state.Projects.Changed)
        {
            if (!state.Conversations.IsNew(id)) Reach(state.Conversations.Touch(id).Id, _ => true);
        }
    }

    private void Reach(int conversation, Func<ItemEntity, bool> concerns)
    {
        Of(state.Rows.Prompts, state.Prompts);
        Of(state.Rows.Responses, state.Responses);
        Of(state.Rows.ToolCalls, state.ToolCalls);
        Of(state.Rows.ApiErrors, state.ApiErrors);
        Of(state.Rows.Marks, state.Marks);
        Of(state.Rows.Events, state.Events);

        void Of<T>(IItemRows<T> rows, ItemStore<T> store) where T : ItemEntity, new()
        {
            foreach (var row in rows.OfConversation(conversation))
            {
                if (concerns(row)) store.Get(row.Id);
            }
        }
    }

    /// <summary>Says of every touched row whose it is and whether it counts, and with which figures.</summary>
    private void Settle()
    {
        // A report that changed changes the lines that it counts for.
        var paired = new List<int>();
        foreach (var (_, row) in state.Responses.Changes)
        {
            if ((CallKind)row.Kind == CallKind.Call && row.CallId != 0) paired.Add(row.CallId);
        }
        foreach (var id in paired) state.Responses.Get(id);
        foreach (var (before, row) in state.Prompts.Changes)
        {
            var given = Own(row);
            if (!IsFrozen(before)) row.IsVoid = SourceRank.IsVoid(row, given);
        }
        foreach (var (before, row) in state.ToolCalls.Changes)
        {
            var given = Own(row);
            if (!IsFrozen(before)) row.IsVoid = SourceRank.IsVoid(row, given);
        }
        var failures = new FailedCalls(state);
        failures.Reach();
        foreach (var (before, row) in state.ApiErrors.Changes)
        {
            var given = Own(row);
            if (!IsFrozen(before)) row.IsVoid = SourceRank.IsVoid(row, given);
        }
        failures.Unite();
        foreach (var (before, row) in state.Responses.Changes)
        {
            if (IsFrozen(before))
            {
                Own(row);
                continue;
            }
            var report = row.CallId != 0 && (CallKind)row.Kind == CallKind.Lines ? state.Responses.Peek(row.CallId) : null;
            row.IsVoid = SourceRank.IsVoid(row, OfCalls(row, report));
            CallFigures.Set(row, report, state.Groups.PartsOf(row), state.Models);
        }
        foreach (var (_, row) in state.Marks.Changes) Own(row);
        foreach (var (_, row) in state.Events.Changes) Own(row);
        CallFigures.SetTotals(state);
    }

    /// <summary>It was stored, and of what its figures follow from some rows are gone: they stay.</summary>
    private bool IsFrozen(ItemEntity? before) => before is not null && state.Gone.IsFrozen(before.ConversationId, before.At);

    private Given OfCalls(ResponseEntity row, ResponseEntity? report)
    {
        if (row.ConversationId != ConversationCache.None) return Own(row, report);
        Place(row);
        return LoneCallers.IsPoint(row) && state.LoneCallers.Contains(row.UserId) ? Given.OtlpCall : Given.None;
    }

    /// <summary>Gives the row its user, and says what is known of its conversation: nothing where it has none.</summary>
    /// <param name="row">Of a conversation, or of none.</param>
    /// <param name="report">The report that stands in for a response: it is for the user that this names.</param>
    private Given Own(ItemEntity row, ItemEntity? report = null)
    {
        Place(row);
        if (row.ConversationId == ConversationCache.None) return Given.None;
        var conversation = state.Conversations.Row(row.ConversationId);
        var own = report is null or { OwnUserId: 0 } ? row.OwnUserId : report.OwnUserId;
        row.UserId = SourceRank.UserOf(own, conversation);
        return (Given)conversation.Given;
    }

    /// <summary>Says which project the row counts in.</summary>
    private void Place(ItemEntity row)
    {
        var folder = ProjectRule.FolderOf(row);
        var start = row.ConversationId == ConversationCache.None ? 0 : state.Conversations.Row(row.ConversationId).StartFolderId;
        var (project, isFolder) = state.Projects.ProjectOf(folder, start);
        (row.ProjectId, row.FolderId) = (project, isFolder ? null : folder);
    }

    private void MoveToOwners()
    {
        foreach (var (item, owner) in state.Owners.Judge())
        {
            ItemEntity row = item.Kind switch
            {
                ItemKind.Prompt => state.Prompts.Get(item.Id),
                ItemKind.Response => state.Responses.Get(item.Id),
                ItemKind.ToolCall => state.ToolCalls.Get(item.Id),
                ItemKind.ApiError => state.ApiErrors.Get(item.Id),
                ItemKind.Mark => state.Marks.Get(item.Id),
                _ => throw new InvalidOperationException($"Item kind {item.Kind} is not known."),
            };
            state.Conversations.Touch(row.ConversationId);
            row.ConversationId = owner;
            state.Conversations.Touch(owner);
        }
    }

    private void UpdateStates()
    {
        foreach (var (before, after) in state.Prompts.Changes)
        {
            if (before is not null && before.ConversationId != after.ConversationId) State(before).Remove(before);
            if (after.ConversationId != ConversationCache.None) State(after).Put(after);
        }
        foreach (var (before, after) in state.Responses.Changes)
        {
            if (before is not null && before.ConversationId != after.ConversationId) State(before).Remove(before);
            if (after.ConversationId != ConversationCache.None || (CallKind)after.Kind == CallKind.Total) State(after).Put(after);
        }
        foreach (var (before, after) in state.ToolCalls.Changes)
        {
            if (before is not null && before.ConversationId != after.ConversationId) State(before).Remove(before);
            if (after.ConversationId != ConversationCache.None) State(after).Put(after);
        }
    }

    private ConversationState State(ItemEntity row) => state.Conversations.TouchState(row.ConversationId);

    private void Derive(int id)
    {
        var row = state.Conversations.Touch(id);
        var own = state.Conversations.State(id);
        foreach (var (prompt, responseMs, turnMs) in own.Derive(row))
        {
            var entity = state.Prompts.Get(prompt);
            (entity.ResponseMs, entity.TurnMs) = (responseMs, turnMs);
        }
        if (own.IsFirstPromptGone) own.ShownText = null;
        else if (own.FirstPromptText is not { } text) (row.FirstPrompt, own.ShownText) = (null, null);
        else if (own.ShownText != text)
        {
            row.FirstPrompt = BatchApplier.Shorten(state.Rows.LoadText(text));
            own.ShownText = text;
        }
        if (row.StartFolderId != 0) row.ProjectId = state.Projects.ProjectOf(row.StartFolderId, row.StartFolderId).Project;
        if (own.LastFolder is { } folder) row.WorktreeId = state.Projects.WorktreeOf(folder);
        row.Title = Said(row.CustomTitle) ?? Said(row.AiTitle) ?? Said(row.Summary) ?? Said(row.FirstPrompt) ?? row.SessionId;

        // A blank is no title: stored ones of former versions may be.
        static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
    }

    private void Sum<T>(in Change<T> change, Action<ConversationEntity, T, int> add) where T : ItemEntity
    {
        if (change.Before is { } before) add(state.Conversations.Touch(before.ConversationId), before, -1);
        add(state.Conversations.Touch(change.After.ConversationId), change.After, 1);
    }

    private static void AddTo(ConversationEntity sum, PromptEntity row, int sign)
    {
        if (row.IsVoid) return;
        sum.UserMessages += sign;
        if (row.ResponseMs is not { } ms) return;
        sum.ResponseCount += sign;
        sum.ResponseMs += sign * ms;
    }

    private static void AddTo(ConversationEntity sum, ResponseEntity row, int sign)
    {
        if (row.IsVoid) return;
        if (!row.IsAuxiliary) sum.AssistantMessages += sign;
        sum.Input += sign * row.Input;
        sum.Output += sign * row.Output;
        sum.CacheWrite += sign * (row.CacheWrite5m + row.CacheWrite1h);
        sum.CacheRead += sign * row.CacheRead;
        if (row.Cost is { } cost) sum.Cost += sign * cost;
        else sum.UnpricedTokens += sign * row.Tokens.Total;
    }

    private static void AddTo(ConversationEntity sum, ToolCallEntity row, int sign)
    {
        if (row.IsVoid) return;
        if (!row.IsCalled) return;
        sum.ToolCalls += sign;
        if (row.IsError) sum.ToolErrors += sign;
        sum.Cost += sign * row.Cost;
    }

    private void SumRollups()
    {
        foreach (var (before, after) in state.Prompts.Changes) rollup.Changed(before, after);
        foreach (var (before, after) in state.Responses.Changes) rollup.Changed(before, after);
        foreach (var (before, after) in state.ToolCalls.Changes) rollup.Changed(before, after);
        foreach (var (before, after) in state.ApiErrors.Changes) rollup.Changed(before, after);
        foreach (var (before, after) in state.Events.Changes)
        {
            // Others are in no roll-up, and may be many.
            if (after.SpanKind != 0) rollup.Changed(before, after);
        }
    }
}
