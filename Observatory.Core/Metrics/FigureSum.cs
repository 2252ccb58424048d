using Observatory.Core.Storage;

namespace Observatory.Core.Metrics;

/// <summary>Adds up cube rows and counts distinct conversations (with a message) and users (with a prompt).</summary>
internal sealed class FigureSum
{
    private readonly HashSet<int> _conversations = [];
    private readonly HashSet<int> _users = [];
    private Measures _sum;

    public ref Measures Sum => ref _sum;

    public IReadOnlySet<int> Conversations => _conversations;

    public int Users => _users.Count;

    public void Add(in CubeRow row)
    {
        _sum.Add(row.Figures);
        if (row.Figures[Measure.UserMessages] > 0) _users.Add(row.User);
        // What has no session counts, in no conversation.
        if (row.Figures.Messages > 0 && row.Conversation != 0) _conversations.Add(row.Conversation);
    }

    public long Messages => _sum.Messages;

    public long Tokens => _sum.Tokens;

    public long CacheWrites => _sum.CacheWrites;

    /// <summary>Seconds, null without an answered prompt.</summary>
    public double? AverageResponse => _sum[Measure.ResponseCount] == 0 ? null : _sum[Measure.ResponseMs] / 1000.0 / _sum[Measure.ResponseCount];

    /// <summary>Failed API calls ÷ API calls, null without calls.</summary>
    public double? ErrorRate
    {
        get
        {
            var calls = _sum[Measure.AssistantMessages] + _sum[Measure.ApiErrors];
            return calls == 0 ? null : (double)_sum[Measure.ApiErrors] / calls;
        }
    }

    public OverviewFigures ToOverview() => new()
    {
        TotalConversations = _conversations.Count,
        TotalMessages = Messages,
        UserMessages = _sum[Measure.UserMessages],
        AssistantMessages = _sum[Measure.AssistantMessages],
        TotalTokens = Tokens,
        InputTokens = _sum[Measure.Input],
        OutputTokens = _sum[Measure.Output],
        CacheCreationTokens = CacheWrites,
        CacheReadTokens = _sum[Measure.CacheRead],
        TotalCost = Money.CostOf(_sum[Measure.Cost], _sum[Measure.UnpricedTokens], Tokens),
        UnpricedTokens = _sum[Measure.UnpricedTokens],
        ActiveUsers = _users.Count,
        ToolCalls = _sum[Measure.ToolCalls],
        ToolErrors = _sum[Measure.ToolErrors],
    };
}

internal static class Money
{
    /// <summary>Dollars of nano-dollars.</summary>
    public static decimal Dollars(long nano) => nano / 1_000_000_000m;

    /// <summary>Dollars; null where there are tokens and none of them has a price.</summary>
    public static decimal? CostOf(long nano, long unpricedTokens, long tokens) => tokens > 0 && unpricedTokens == tokens ? null : Dollars(nano);
}
