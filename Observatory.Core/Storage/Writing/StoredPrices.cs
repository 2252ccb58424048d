using Observatory.Core.Events;
using Observatory.Core.Pricing;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Prices the rows that a transaction touches. A row keeps the price of the day when it was priced until its figures change or someone asks for new
/// prices: a book that came with a later version of the program prices what is new, and what changed as a whole. Writer only.
/// </summary>
internal sealed class StoredPrices(WriterState state, IPriceBook prices)
{
    private const string SearchTool = "WebSearch";

    /// <summary>By id of the row that counts from now on: reports of the events API that counted until now.</summary>
    private readonly Dictionary<int, ResponseEntity> _replaced = [];

    public void Set()
    {
        foreach (var (before, after) in state.Responses.Changes)
        {
            if (before is { CallId: 0 } && after.CallId != 0 && (CallKind)after.Kind == CallKind.Usage) _replaced[after.CallId] = before;
        }
        foreach (var (before, after) in state.Responses.Changes)
        {
            if ((before ?? StoodFor(after)) is { } priced && IsSamePrice(priced, after)) (after.Cost, after.UncachedCost) = (priced.Cost, priced.UncachedCost);
            else Price(after);
        }
        foreach (var (before, after) in state.ToolCalls.Changes)
        {
            if (before is not null && (before.Searches, before.ToolId) == (after.Searches, after.ToolId)) continue;
            // Only the client's own tool searches at a price: others call their fields so too.
            after.Cost = after.Searches > 0 && state.Names.Text(after.ToolId) == SearchTool ? prices.SearchPrice(after.Searches) : 0;
        }
    }

    /// <summary>The stored row that counted for the same call until this new one came, null = none.</summary>
    private ResponseEntity? StoodFor(ResponseEntity row)
    {
        var isLines = (CallKind)row.Kind == CallKind.Lines;
        if (isLines && row.CallId != 0 && state.Responses.Before(row.CallId) is { } report) return report;
        return _replaced.GetValueOrDefault(row.Id);
    }

    /// <summary>
    /// Tokens and model are the same, and nothing else that a price depends on makes a difference: a call of which a second source tells the speed,
    /// a somewhat earlier time or another spelling of the model is still that call.
    /// </summary>
    private bool IsSamePrice(ResponseEntity priced, ResponseEntity row)
    {
        if (priced.Tokens != row.Tokens) return false;
        var isSameModel = priced.ModelId == row.ModelId;
        if (isSameModel && (priced.At, priced.SpeedId, priced.TierId, priced.RegionId) == (row.At, row.SpeedId, row.TierId, row.RegionId)) return true;
        return (isSameModel || Plain(priced.ModelId) == Plain(row.ModelId)) && PriceOf(priced, priced.Tokens) == PriceOf(row, row.Tokens);
    }

    private string? Plain(int model) => state.Names.Text(model) is { } name ? ModelId.Normalize(name) : null;

    private void Price(ResponseEntity row)
    {
        var usage = row.Tokens;
        row.Cost = usage.Total == 0 && !CallTerms.HasSearches(state.Names.Text(row.TierId)) ? 0 : PriceOf(row, usage);
        row.UncachedCost = row.Cost is null or 0 ? 0 : PriceOf(row, new TokenUsage(usage.Prompt, usage.Output, 0, 0, 0)) ?? 0;
    }

    private long? PriceOf(ResponseEntity row, TokenUsage tokens) => prices.Price(
        state.Names.Text(row.ModelId), row.At, tokens, state.Names.Text(row.SpeedId), state.Names.Text(row.TierId), state.Names.Text(row.RegionId));
}
