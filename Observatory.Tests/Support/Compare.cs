using Observatory.Core.Metrics;
using Observatory.Core.Time;
using Xunit;

namespace Observatory.Tests.Support;

/// <summary>Holds the program's figures against the naive ones.</summary>
internal static class Compare
{
    public static MetricsQuery Query(DateTimeOffset start, DateTimeOffset end, string zone = "UTC", MetricsFilter? filter = null, Interval? interval = null) =>
        new() { Range = new TimeRange(start, end), Zone = TimeZoneInfo.FindSystemTimeZoneById(zone), Filter = filter ?? MetricsFilter.None,
            Interval = interval };

    public static OverviewFigures Overview(NaiveFigures naive) => new()
    {
        TotalConversations = naive.Conversations.Count, TotalMessages = naive.MessageCount, UserMessages = naive.Prompts.Count,
            AssistantMessages = naive.Messages.Count,
        TotalTokens = naive.Tokens, InputTokens = naive.Input, OutputTokens = naive.Output, CacheCreationTokens = naive.CacheWrite,
            CacheReadTokens = naive.CacheRead,
        TotalCost = naive.Cost, UnpricedTokens = naive.Unpriced, ActiveUsers = naive.ActiveUsers, ToolCalls = naive.Tools.Count, ToolErrors = naive.ToolErrors,
    };

    public static void Same(NaiveFigures naive, OverviewFigures actual) => Assert.Equal(Overview(naive), actual);

    /// <summary>Seconds and rates are quotients of the same whole numbers: equal but for the last bits.</summary>
    public static void Near(double? expected, double? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is { } value) Assert.Equal(value, actual!.Value, Math.Max(1e-9, Math.Abs(value) * 1e-12));
    }

    public static void Same(NaiveConversation naive, NaiveRecount all, ConversationRow row)
    {
        var own = all.In(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, i => i.Conversation == naive.Id);
        Assert.Equal(
            (naive.Id, naive.MessageCount, (long)naive.Prompts.Count, (long)naive.Messages.Count(), own.Tokens, own.Input, own.Output, own.CacheWrite,
                own.CacheRead),
            (row.Id, row.MessageCount, row.UserMessages, row.AssistantMessages, row.TotalTokens, row.InputTokens, row.OutputTokens, row.CacheCreationTokens,
                row.CacheReadTokens));
        Assert.Equal((own.Cost, own.Unpriced, (long)own.Tools.Count, own.ToolErrors), (row.Cost, row.UnpricedTokens, row.ToolCalls, row.ToolErrors));
        Assert.Equal((naive.CreatedAt, naive.LastActivity), (row.CreatedAt.ToUnixTimeMilliseconds(), row.LastActivity.ToUnixTimeMilliseconds()));
        Assert.Equal((naive.User, naive.Project), (row.UserId, row.ProjectPath));
        Near(naive.Duration, row.Duration);
        Near(naive.ActiveMs / 1000.0, row.ActiveSeconds);
        Near(naive.Engagement, row.UserEngagement);
        Near(own.Output == 0 ? 0 : (double)own.Input / own.Output, row.TokenEfficiency);
        Near(own.CacheRead + own.CacheWrite + own.Input == 0 ? 0 : (double)own.CacheRead / (own.CacheRead + own.CacheWrite + own.Input), row.CacheHitRate);
        Near(naive.AverageResponseTime, row.AverageResponseTime);
        Assert.Equal(naive.Messages.Select(m => m.Model).OfType<string>().Distinct().Order(StringComparer.Ordinal), row.Models.Order(StringComparer.Ordinal));
        Assert.Equal(["transcript"], row.Sources);
    }
}
