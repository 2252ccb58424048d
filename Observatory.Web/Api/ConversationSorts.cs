using System.Text.Json;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

/// <summary>The fields by which conversations can be sorted: a fixed list, so that no name from outside reaches a query.</summary>
internal static class ConversationSorts
{
    private static readonly string[] s_fields = [.. new[]
    {
        nameof(ConversationRow.LastActivity), nameof(ConversationRow.CreatedAt), nameof(ConversationRow.Title), nameof(ConversationRow.Project),
        nameof(ConversationRow.UserId), nameof(ConversationRow.MessageCount), nameof(ConversationRow.UserMessages),
        nameof(ConversationRow.AssistantMessages), nameof(ConversationRow.TotalTokens), nameof(ConversationRow.InputTokens),
        nameof(ConversationRow.OutputTokens), nameof(ConversationRow.CacheCreationTokens), nameof(ConversationRow.CacheReadTokens),
        nameof(ConversationRow.Cost), nameof(ConversationRow.ToolCalls), nameof(ConversationRow.ToolErrors), nameof(ConversationRow.Duration),
        nameof(ConversationRow.ActiveSeconds), nameof(ConversationRow.AverageResponseTime), nameof(ConversationRow.UserEngagement),
        nameof(ConversationRow.TokenEfficiency), nameof(ConversationRow.CacheHitRate), nameof(ConversationRow.Id),
    }.Select(JsonNamingPolicy.CamelCase.ConvertName)];

    public static string Names { get; } = string.Join(", ", s_fields);

    public static bool Contains(string sort) => s_fields.Contains(sort.StartsWith('-') ? sort[1..] : sort);
}
