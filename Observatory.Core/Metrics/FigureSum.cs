using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Storage;

namespace Observatory.Core.Metrics;

/// <summary>Adds up cube rows and counts distinct conversations (with a message) and users (with a prompt).</summary>
/// <param name="needs">What is told apart; what is not asked for is not kept.</param>
internal sealed class FigureSum(Distinct needs = Distinct.All) : IMetricCell
{
    private static readonly HashSet<int> s_none = [];

    private HashSet<int>? _conversations;
    private HashSet<int>? _users;
    private Measures _sum;

    public ref Measures Sum => ref _sum;

    public IReadOnlySet<int> Conversations => _conversations ?? s_none;

    public int Users => _users?.Count ?? 0;

    public void Add(in CubeRow row)
    {
        _sum.Add(row.Figures);
        if (row.Figures[Measure.UserMessages] > 0) AddUser(row.User);
        if (row.Figures.Messages > 0) AddConversation(row.Conversation);
    }

    /// <summary>One who has a prompt.</summary>
    public void AddUser(int user)
    {
        if ((needs & Distinct.Users) != 0) (_users ??= []).Add(user);
    }

    /// <summary>One with a message.</summary>
    public void AddConversation(int conversation)
    {
        // What has no session counts, in no conversation.
        if ((needs & Distinct.Conversations) != 0 && conversation != 0) (_conversations ??= []).Add(conversation);
    }

    public long Messages => _sum.Messages;

    public long Tokens => _sum.Tokens;

    public long CacheWrites => _sum.CacheWrites;

    /// <summary>USD; null where there are tokens and none of them has a price.</summary>
    public decimal? Cost => Money.CostOf(_sum[Measure.Cost], _sum[Measure.UnpricedTokens], Tokens);

    /// <summary>Seconds, null without an answered prompt.</summary>
    public double? AverageResponse => _sum[Measure.ResponseCount] == 0 ? null : _sum[Measure.ResponseMs] / 1000.0 / _sum[Measure.ResponseCount];

    /// <summary>Failed API calls ÷ API calls, null without calls.</summary>
    public double? ErrorRate => Share(_sum[Measure.ApiErrors], _sum[Measure.AssistantMessages] + _sum[Measure.ApiErrors]);

    /// <summary>Failed tool calls ÷ tool calls, null without calls.</summary>
    public double? ToolErrorRate => Share(_sum[Measure.ToolErrors], _sum[Measure.ToolCalls]);

    /// <summary>Of what was sent, the part that came from the cache; null where nothing was sent.</summary>
    public double? CacheHitRate => Share(_sum[Measure.CacheRead], _sum[Measure.CacheRead] + CacheWrites + _sum[Measure.Input]);

    /// <summary>Input tokens for each output token, 0 without output; null where there is neither.</summary>
    public double? TokenEfficiency => _sum[Measure.Output] != 0 ? (double)_sum[Measure.Input] / _sum[Measure.Output]
        : _sum[Measure.Input] == 0 ? null : 0;

    public IMetricCell New() => new FigureSum(needs);

    public void Merge(IMetricCell other)
    {
        var more = (FigureSum)other;
        _sum.Add(more._sum);
        if (more._conversations is { } conversations) (_conversations ??= []).UnionWith(conversations);
        if (more._users is { } users) (_users ??= []).UnionWith(users);
    }

    public double? ValueOf(MetricDefinition metric) => metric.Value(this);

    public OverviewFigures ToOverview() => new()
    {
        TotalConversations = Conversations.Count,
        TotalMessages = Messages,
        UserMessages = _sum[Measure.UserMessages],
        AssistantMessages = _sum[Measure.AssistantMessages],
        TotalTokens = Tokens,
        InputTokens = _sum[Measure.Input],
        OutputTokens = _sum[Measure.Output],
        CacheCreationTokens = CacheWrites,
        CacheReadTokens = _sum[Measure.CacheRead],
        TotalCost = Cost,
        UnpricedTokens = _sum[Measure.UnpricedTokens],
        ActiveUsers = Users,
        ToolCalls = _sum[Measure.ToolCalls],
        ToolErrors = _sum[Measure.ToolErrors],
    };

    private static double? Share(long part, long whole) => whole == 0 ? null : (double)part / whole;
}

internal static class Money
{
    /// <summary>Dollars of nano-dollars.</summary>
    public static decimal Dollars(long nano) => nano / 1_000_000_000m;

    /// <summary>Dollars; null where there are tokens and none of them has a price.</summary>
    public static decimal? CostOf(long nano, long unpricedTokens, long tokens) => tokens > 0 && unpricedTokens == tokens ? null : Dollars(nano);
}
