using Observatory.Core.Events;
using Observatory.Core.Pricing;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Second half of a transaction, after the batches are applied: owners are judged, what follows from order is derived, calls are
/// priced, conversations and roll-ups take the differences, and every touched row is written. Writer only.
/// </summary>
internal sealed class TransactionFinisher(WriterState state, IPriceBook prices, IRollup rollup)
{
    /// <summary>Writes everything that the transaction touched; returns the session ids of conversations that changed.</summary>
    public List<string> Finish()
    {
        MoveToOwners();
        foreach (var change in state.Responses.Changes) Price(change.After);
        foreach (var change in state.ToolCalls.Changes) change.After.Cost = prices.SearchPrice(change.After.Searches);
        UpdateStates();
        // Deriving sets response times on prompts, which tracks further prompts of the same conversations.
        foreach (var id in state.Conversations.Touched.ToList()) Derive(id);
        foreach (var change in state.Prompts.Changes) Sum(change.Before, change.After, AddTo);
        foreach (var change in state.Responses.Changes) Sum(change.Before, change.After, AddTo);
        foreach (var change in state.ToolCalls.Changes) Sum(change.Before, change.After, AddTo);
        SumRollups();
        Write();
        return [.. state.Conversations.Touched.Select(id => state.Conversations.Row(id).SessionId)];
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
            row.UserId = state.Conversations.Touch(owner).UserId;
        }
    }

    private void Price(ResponseEntity row)
    {
        var usage = row.Tokens;
        row.Cost = usage.Total == 0 ? 0 : PriceOf(usage);
        row.UncachedCost = row.Cost is null or 0 ? 0 : PriceOf(new TokenUsage(usage.Prompt, usage.Output, 0, 0, 0)) ?? 0;

        long? PriceOf(TokenUsage tokens) => prices.Price(
            state.Names.Text(row.ModelId), row.At, tokens, state.Names.Text(row.SpeedId), state.Names.Text(row.TierId), state.Names.Text(row.RegionId));
    }

    private void UpdateStates()
    {
        foreach (var (before, after) in state.Prompts.Changes)
        {
            if (before is not null && before.ConversationId != after.ConversationId) State(before).Remove(before);
            State(after).Put(after);
        }
        foreach (var (before, after) in state.Responses.Changes)
        {
            if (before is not null && before.ConversationId != after.ConversationId) State(before).Remove(before);
            State(after).Put(after);
        }
        foreach (var (before, after) in state.ToolCalls.Changes)
        {
            if (before is not null && before.ConversationId != after.ConversationId) State(before).Remove(before);
            State(after).Put(after);
        }
    }

    private ConversationState State(ItemEntity row)
    {
        state.Conversations.Touch(row.ConversationId);
        return state.Conversations.State(row.ConversationId);
    }

    private void Derive(int id)
    {
        var row = state.Conversations.Touch(id);
        var own = state.Conversations.State(id);
        foreach (var (prompt, responseMs, turnMs) in own.Derive(row))
        {
            var entity = state.Prompts.Get(prompt);
            (entity.ResponseMs, entity.TurnMs) = (responseMs, turnMs);
        }
        row.FirstPrompt = own.FirstPromptText is { } text ? BatchApplier.Shorten(state.Tables.LoadText(text)) : null;
        row.Title = row.CustomTitle ?? row.AiTitle ?? row.Summary ?? row.FirstPrompt ?? row.SessionId;
    }

    private void Sum<T>(T? before, T after, Action<ConversationEntity, T, int> add) where T : ItemEntity
    {
        if (before is not null) add(state.Conversations.Touch(before.ConversationId), before, -1);
        var owner = state.Conversations.Touch(after.ConversationId);
        add(owner, after, 1);
        owner.Sources |= after.Sources;
    }

    private static void AddTo(ConversationEntity sum, PromptEntity row, int sign)
    {
        sum.UserMessages += sign;
        if (row.ResponseMs is not { } ms) return;
        sum.ResponseCount += sign;
        sum.ResponseMs += sign * ms;
    }

    private static void AddTo(ConversationEntity sum, ResponseEntity row, int sign)
    {
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
    }

    private void Write()
    {
        var tables = state.Tables;
        foreach (var name in state.Names.Added) tables.Write(name);
        foreach (var change in state.Prompts.Changes) tables.Prompts.Write(change.After);
        foreach (var change in state.Responses.Changes) tables.Responses.Write(change.After);
        foreach (var change in state.ToolCalls.Changes) tables.ToolCalls.Write(change.After);
        foreach (var change in state.ApiErrors.Changes) tables.ApiErrors.Write(change.After);
        foreach (var change in state.Marks.Changes) tables.Marks.Write(change.After);
        foreach (var change in state.Events.Changes) tables.Events.Write(change.After);
        foreach (var id in state.Conversations.Touched) tables.Write(state.Conversations.Row(id));
        rollup.Flush(tables.Rollups);
    }
}
